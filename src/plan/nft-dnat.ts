import type { PretendPacket, Surroundings } from './nft-questions.ts'

const FORM =
  /^dnat (?:ip6 to (?<bare>[^[\s]+)|(?:ip to (?<plain>[\d.]+)|ip6 to \[(?<bracketed>[^\]]+)\])(?::(?<port>\d+)| : \w+ dport map @(?<map>\w+))?)$/

/**
 * Where a forward of ours leads a packet, read from the rule's own words.
 * @returns `undefined` when these words are none of a forward
 */
export function ledElsewhere(
  words: string,
  packet: PretendPacket,
  { maps }: Pick<Surroundings, 'maps'>,
): PretendPacket | undefined {
  const { bare, plain, bracketed, port, map } = FORM.exec(words)?.groups ?? {}
  const to = bare ?? plain ?? bracketed
  if (to === undefined) return undefined
  const counterpart = maps.find(({ name }) => name === map)?.elements.get(String(packet.port))
  const other = counterpart ?? port
  return { ...packet, to, askedTo: packet.to, ...(other === undefined ? {} : { port: Number(other) }) }
}
