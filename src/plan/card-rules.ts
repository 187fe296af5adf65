import type { NftChain, NftMap, NftRule } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { chain, hex, map, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import { BY_GATEWAY, type SignsByLine } from './signs.ts'

/** What the table has besides where lines share a card or an address; nothing where each has its own. */
export interface CardRules {
  /** The shared cards, as nft writes them. */
  readonly devices: readonly string[]
  readonly maps: readonly NftMap[]
  readonly chains: readonly NftChain[]
  /** Elements of `from`: what comes in by a shared card is looked at more closely. */
  readonly from: readonly [string, string][]
  /** In `output`: packets that their address does not lead back. */
  readonly output: readonly NftRule[]
  /** In `leaving`: which line was taken. */
  readonly leaving: readonly NftRule[]
}

/** @param chosen those of the lines that new connections may take */
export function cardRules(
  lines: readonly LineFacts[],
  chosen: readonly LineFacts[],
  signs: SignsByLine,
  numbers: Numbers,
): CardRules {
  const shared = lines.filter((line) => line.sharesDevice)
  const keptByMark = lines.filter(({ id }) => signs.get(id)?.keptByMark === true)
  const devices = [...new Set(shared.map((line) => quote(line.config.interface)))]
  const mask = hex(numbers.mask)
  const hasCards = shared.length > 0
  const hasKept = keptByMark.length > 0
  return {
    devices,
    maps: [
      ...(hasCards ? cardMaps(shared, chosen, signs, numbers) : []),
      ...(hasKept ? [map('kept', 'type mark : verdict;', keptByMark.map(({ id }) => [hex(numbers.markOf(id)), `goto line_${id}`]))] : []), // prettier-ignore
    ],
    chains: hasCards ? [cardChain(mask, hex(numbers.maskWithProbe))] : [],
    from: devices.map((device) => [device, 'goto card']),
    output: hasKept
      ? [rule(`ct mark & ${mask} vmap @kept`, 'not its address tells the line it took: the mark does')]
      : [],
    leaving: hasCards
      ? [rule('oifname . rt ip nexthop vmap @took_by_gateway', 'the same on a shared card, by the gateway')]
      : [],
  }
}

const cardMaps = (
  shared: readonly LineFacts[],
  chosen: readonly LineFacts[],
  signs: SignsByLine,
  numbers: Numbers,
): NftMap[] => [
  map(
    'life',
    'type mark : verdict;',
    shared.map(({ id }) => [hex(numbers.markOf(id)), `goto life_${id}`]),
  ),
  map(
    'by_address',
    'type ifname . ipv4_addr : verdict;',
    shared.flatMap((line) =>
      (signs.get(line.id)?.asked ?? []).map((address) => element(line, address, 'in')),
    ),
  ),
  map(
    BY_GATEWAY,
    'type ifname . ether_addr : verdict;',
    shared.flatMap((line) => {
      const mac = signs.get(line.id)?.gatewayMac
      return mac === undefined ? [] : [element(line, mac, 'in')]
    }),
  ),
  map(
    'took_by_gateway',
    'type ifname . ipv4_addr : verdict;',
    chosen.flatMap((line) =>
      line.sharesDevice && line.gateway !== undefined ? [element(line, line.gateway, 'took')] : [],
    ),
  ),
]

const element = (
  { id, config }: LineFacts,
  sign: string,
  verdict: 'in' | 'took',
): readonly [string, string] => [`${quote(config.interface)} . ${sign}`, `goto ${verdict}_${id}`]

/**
 * What `in_N` asks by itself where the interface tells the line. But here a connection without a line gets one with
 * any of its packets: the first may have come when the gateway's hardware address was not known yet.
 */
const cardChain = (mask: string, maskWithProbe: string): NftChain =>
  chain('card', [
    rule(
      `ct state established ct direction reply ct mark & ${maskWithProbe} vmap @life`,
      'an answer, and to no probe of ours: a sign of life of its line',
    ),
    rule('ct direction reply return', 'an answer: its line is known'),
    rule(`ct mark & ${mask} != 0 return`, 'known already'),
    rule('ip saddr @own4 drop', 'nobody outside has an address of the LAN'),
    rule('iifname . ip daddr vmap @by_address', 'whose address was asked?'),
    rule('iifname . ether saddr vmap @by_gateway', 'the address of several: whose gateway brought it?'),
  ])
