import { networkOf, overlap, type LineId, type NftChain, type NftRule, type Prefix } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { mergedNetworks } from './networks.ts'
import { chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

export const chosenCounter = (id: LineId): string => `chosen_${id}`

/** Packets that left by the line and that somebody beyond its gateway should answer. */
export const sentCounter = (id: LineId): string => `sent_${id}`
/** Answers from beyond its gateway. */
export const lifeCounter = (id: LineId): string => `life_${id}`
/** Those of them that answer the first packet of a TCP connection: proof of both ways. */
export const handshakeCounter = (id: LineId): string => `handshake_${id}`

export const countersOf = (id: LineId): string[] =>
  [chosenCounter, sentCounter, lifeCounter, handshakeCounter].map((name) => name(id))

/**
 * The chains of one line: chosen, obeyed, given up, come in by, left by, counted, translated.
 * @param near its networks @param own its addresses
 */
export function lineChains(
  facts: LineFacts,
  near: readonly Prefix[],
  own: readonly string[],
  numbers: Numbers,
): NftChain[] {
  const { id, config: line } = facts
  const set = `& ${hex(numbers.keep)} | ${hex(numbers.markOf(id))}`
  const isNear = near.length === 0 ? undefined : networksText(near)
  const life = rule(
    `${isNear === undefined ? '' : `ip saddr != ${isNear} `}counter name ${lifeCounter(id)} tcp flags & (syn | ack) == 0x12 counter name ${handshakeCounter(id)}`,
    `from beyond the gateway: ${line.name} lives; by a SYN-ACK in both directions`,
  )
  return [
    chain(`line_${id}`, [
      rule(`meta mark set meta mark ${set}`, `${line.name}: this packet`),
      rule(`ct mark set ct mark ${set}`, `${line.name}: this connection, for life`),
    ]),
    chain(`stay_${id}`, [
      rule(
        `meta mark set meta mark ${set} goto sent_${id}`,
        `${line.name}: this packet, as all of its connection`,
      ),
    ]),
    chain(`over_${id}`, [
      ...(isNear === undefined
        ? []
        : [
            rule(
              `ip daddr ${isNear} goto stay_${id}`,
              `the page of a modem is there, whatever else ${line.name} lost`,
            ),
          ]),
      rule('goto over', `${line.name} carries it no more`),
    ]),
    chain(`pick_${id}`, [
      rule(
        `counter name ${chosenCounter(id)} counter name ${sentCounter(id)} goto line_${id}`,
        `${line.name} was chosen`,
      ),
    ]),
    ...comeIn(facts, life, set, numbers),
    chain(`took_${id}`, [
      rule(`ct mark set ct mark ${set}`, `left by ${line.name}, stays there`),
      rule(`goto sent_${id}`, 'and is counted'),
    ]),
    chain(`sent_${id}`, [
      rule(
        'tcp flags & (fin | syn | psh) == 0 meta length < 90 return',
        'a mere acknowledgement or a reset: nobody answers that',
      ),
      rule(
        `ct direction original ${isNear === undefined ? '' : `ip daddr != ${isNear} `}counter name ${sentCounter(id)}`,
        `somebody beyond the gateway of ${line.name} should answer`,
      ),
    ]),
    chain(
      `nat_${id}`,
      line.nat === 'off' ? [rule('accept', `${line.name}: nat is off`)] : translation(facts, near, own),
    ),
  ]
}

/**
 * Every packet of a download comes here: as few questions as can be, and the SYN-ACK last. On a shared card whoever
 * finds out which line it was has asked them before.
 * @param life counts it as a sign of life @param set to this line
 */
function comeIn(facts: LineFacts, life: NftRule, set: string, numbers: Numbers): NftChain[] {
  const { id, config: line } = facts
  const mark = rule(`ct mark set ct mark ${set}`, `came in by ${line.name}, answers leave by it`)
  if (facts.sharesDevice) return [chain(`in_${id}`, [mark]), chain(`life_${id}`, [life])]
  return [
    chain(`in_${id}`, [
      rule(`ct direction original goto came_${id}`, 'no answer'),
      rule(
        `ct state established ct mark & ${hex(numbers.maskWithProbe)} == ${hex(numbers.markOf(id))} ${life.text}`,
        `an answer, to no probe, from beyond the gateway: ${line.name} lives`,
      ),
    ]),
    chain(`came_${id}`, [
      rule('ct state != new return', 'known already'),
      rule('ip saddr @own4 drop', 'nobody outside has an address of the LAN'),
      mark,
    ]),
  ]
}

/** Of a single network the kernel compares bits; only of several it has to search. */
function networksText(networks: readonly Prefix[]): string {
  const merged = mergedNetworks(networks)
  return merged.length === 1 ? merged.join('') : `{ ${merged.join(', ')} }`
}

function translation(facts: LineFacts, near: readonly Prefix[], own: readonly string[]): NftRule[] {
  const { config: line, address, sharesDevice } = facts
  const elsewhere = rule(
    `oifname != ${quote(line.interface)} masquerade`,
    `routed elsewhere: never with the address of ${line.name}`,
  )
  const isFixed = line.nat === 'snat' || (line.nat === 'auto' && line.address !== undefined)
  // Masquerading takes the first address that fits the network, which on a shared card may be another line's.
  if (address === undefined || (!isFixed && !sharesDevice))
    return [elsewhere, rule('masquerade', `${line.name}: the address the interface has now`)]
  const network = networkOf(address)
  const others = mergedNetworks(sharesDevice ? near.filter((one) => !overlap(one, network)) : near)
  return [
    elsewhere,
    ...(sharesDevice
      ? [rule(`ip saddr { ${own.join(', ')} } accept`, `has an address of ${line.name} already`)]
      : []),
    ...(others.length === 0
      ? []
      : [
          rule(
            `ip daddr { ${others.join(', ')} } masquerade`,
            `${line.name}: on its own networks the nearest address`,
          ),
        ]),
    rule(`snat ip to ${address.address}`, `${line.name}: its ${isFixed ? 'fixed ' : ''}address`),
  ]
}
