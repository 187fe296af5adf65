import { FAMILIES, type Family, type NftChain, type NftMap, type NftRule } from '../model/index.ts'
import { familiesIn, legsIn, type LineFacts } from './lines.ts'
import { OWN, SUFFIX, WORD, chain, hex, map, quote, rule } from './nft-words.ts'
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
  const keptByMark = (family: Family): LineFacts[] =>
    legsIn(family, lines).filter(({ leg }) => signs.get(leg)?.keptByMark === true)
  const keptIn = FAMILIES.filter((family) => keptByMark(family).length > 0)
  const cardFamilies = familiesIn(shared)
  const devices = [...new Set(shared.map((line) => quote(line.config.interface)))]
  const mask = hex(numbers.mask)
  const hasCards = shared.length > 0
  return {
    devices,
    maps: [
      ...cardFamilies.flatMap((family) => cardMaps(family, shared, chosen, signs, numbers)),
      ...(hasCards ? [gatewayMap(shared, signs)] : []),
      ...keptIn.map((family) =>
        map(
          `kept${SUFFIX[family]}`,
          'type mark : verdict;',
          keptByMark(family).map(({ id }) => [hex(numbers.markOf(id)), `goto line_${id}`]),
        ),
      ),
    ],
    chains: hasCards ? [cardChain(cardFamilies, mask, hex(numbers.maskWithProbe))] : [],
    from: devices.map((device) => [device, 'goto card']),
    output: keptIn.map((family) =>
      rule(
        `meta nfproto ${family} ct mark & ${mask} vmap @kept${SUFFIX[family]}`,
        'not its address tells the line it took: the mark does',
      ),
    ),
    leaving: cardFamilies.map((family) =>
      rule(
        `oifname . rt ${WORD[family]} nexthop vmap @took_by_gateway${SUFFIX[family]}`,
        'the same on a shared card, by the gateway',
      ),
    ),
  }
}

const cardMaps = (
  family: Family,
  shared: readonly LineFacts[],
  chosen: readonly LineFacts[],
  signs: SignsByLine,
  numbers: Numbers,
): NftMap[] => [
  map(
    `life${SUFFIX[family]}`,
    'type mark : verdict;',
    legsIn(family, shared).map(({ id }) => [hex(numbers.markOf(id)), `goto life${SUFFIX[family]}_${id}`]),
  ),
  map(
    `by_address${SUFFIX[family]}`,
    `type ifname . ${family}_addr : verdict;`,
    legsIn(family, shared).flatMap((line) =>
      (signs.get(line.leg)?.asked ?? []).map((address) => element(line, address, 'in')),
    ),
  ),
  map(
    `took_by_gateway${SUFFIX[family]}`,
    `type ifname . ${family}_addr : verdict;`,
    legsIn(family, chosen).flatMap((line) =>
      line.sharesDevice && line.gateway !== undefined ? [element(line, line.gateway, 'took')] : [],
    ),
  ),
]

/** One router brings both families of a line with one hardware address. */
const gatewayMap = (shared: readonly LineFacts[], signs: SignsByLine): NftMap =>
  map(
    BY_GATEWAY,
    'type ifname . ether_addr : verdict;',
    shared.flatMap((line) => {
      const mac = signs.get(line.leg)?.gatewayMac
      return mac === undefined ? [] : [element(line, mac, 'in')]
    }),
  )

const element = (
  { id, config }: LineFacts,
  sign: string,
  verdict: 'in' | 'took',
): readonly [string, string] => [`${quote(config.interface)} . ${sign}`, `goto ${verdict}_${id}`]

/**
 * What `in_N` asks by itself where the interface tells the line. But here a connection without a line gets one with
 * any of its packets: the first may have come when the gateway's hardware address was not known yet.
 */
const cardChain = (families: readonly Family[], mask: string, maskWithProbe: string): NftChain =>
  chain('card', [
    ...families.map((family) =>
      rule(
        `meta nfproto ${family} ct state established ct direction reply ct mark & ${maskWithProbe} vmap @life${SUFFIX[family]}`,
        'an answer, and to no probe of ours: a sign of life of its line',
      ),
    ),
    rule('ct direction reply return', 'an answer: its line is known'),
    rule(`ct mark & ${mask} != 0 return`, 'known already'),
    ...families.flatMap((family) => [
      rule(`${WORD[family]} saddr @${OWN[family]} drop`, 'nobody outside has an address of the LAN'),
      rule(`iifname . ${WORD[family]} daddr vmap @by_address${SUFFIX[family]}`, 'whose address was asked?'),
    ]),
    rule('iifname . ether saddr vmap @by_gateway', 'the address of several: whose gateway brought it?'),
  ])
