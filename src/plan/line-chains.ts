import type { LineId, NftChain, Observed } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { mergedNetworks, nearNetworksOf } from './networks.ts'
import { chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

export const chosenCounter = (id: LineId): string => `chosen_${id}`

/** The chains of one line: chosen, obeyed, come in by, left by, translated. */
export function lineChains(facts: LineFacts, observed: Observed, numbers: Numbers): NftChain[] {
  const { id, config: line } = facts
  const set = `& ${hex(numbers.keep)} | ${hex(numbers.markOf(id))}`
  const near = mergedNetworks(nearNetworksOf(facts, observed))
  const natMode = line.nat === 'auto' ? (line.address === undefined ? 'masquerade' : 'snat') : line.nat
  const translate =
    natMode === 'snat' && facts.address !== undefined
      ? [
          ...(near.length === 0
            ? []
            : [
                rule(
                  `ip daddr { ${near.join(', ')} } masquerade`,
                  `${line.name}: on its own networks the nearest address`,
                ),
              ]),
          rule(`snat ip to ${facts.address.address}`, `${line.name}: its fixed address`),
        ]
      : [rule('masquerade', `${line.name}: the address the interface has now`)]
  return [
    chain(`line_${id}`, [
      rule(`meta mark set meta mark ${set}`, `${line.name}: this packet`),
      rule(`ct mark set ct mark ${set}`, `${line.name}: this connection, for life`),
    ]),
    chain(`pick_${id}`, [
      rule(`counter name ${chosenCounter(id)} goto line_${id}`, `${line.name} was chosen`),
    ]),
    chain(`in_${id}`, [
      rule('ct state != new return', 'known already'),
      rule('ip saddr @own4 drop', 'nobody outside has an address of the LAN'),
      rule(`ct mark set ct mark ${set}`, `came in by ${line.name}, answers leave by it`),
    ]),
    chain(`took_${id}`, [rule(`ct mark set ct mark ${set}`, `left by ${line.name}, stays there`)]),
    chain(
      `nat_${id}`,
      natMode === 'off'
        ? [rule('accept', `${line.name}: nat is off`)]
        : [
            rule(
              `oifname != ${quote(line.interface)} masquerade`,
              `routed elsewhere: never with the address of ${line.name}`,
            ),
            ...translate,
          ],
    ),
  ]
}
