import { networkOf, overlap, type LineId, type NftChain, type NftRule, type Prefix } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { mergedNetworks } from './networks.ts'
import { chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

export const chosenCounter = (id: LineId): string => `chosen_${id}`

/**
 * The chains of one line: chosen, obeyed, come in by, left by, translated.
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
  return [
    chain(`line_${id}`, [
      rule(`meta mark set meta mark ${set}`, `${line.name}: this packet`),
      rule(`ct mark set ct mark ${set}`, `${line.name}: this connection, for life`),
    ]),
    chain(`stay_${id}`, [
      rule(`meta mark set meta mark ${set}`, `${line.name}: this packet, as all of its connection`),
    ]),
    chain(`pick_${id}`, [
      rule(`counter name ${chosenCounter(id)} goto line_${id}`, `${line.name} was chosen`),
    ]),
    chain(`in_${id}`, [
      // On a shared card whoever finds out which line it was has asked this before.
      ...(facts.sharesDevice
        ? []
        : [
            rule('ct state != new return', 'known already'),
            rule('ip saddr @own4 drop', 'nobody outside has an address of the LAN'),
          ]),
      rule(`ct mark set ct mark ${set}`, `came in by ${line.name}, answers leave by it`),
    ]),
    chain(`took_${id}`, [rule(`ct mark set ct mark ${set}`, `left by ${line.name}, stays there`)]),
    chain(
      `nat_${id}`,
      line.nat === 'off' ? [rule('accept', `${line.name}: nat is off`)] : translation(facts, near, own),
    ),
  ]
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
