import {
  FAMILIES,
  formatPrefix,
  type Config,
  type Family,
  type LineId,
  type NftMap,
  type NftRule,
  type Observed,
  type Ruleset,
} from '../model/index.ts'
import { FOUND_MAP } from './homes.ts'
import { OVER } from './line-chains.ts'
import { legsIn, legsOf, wholeLines, type LineFacts, type WholeLine } from './lines.ts'
import { disjoint, formatInterval } from './near.ts'
import { lanNetworks, mergedNetworks, nearNetworks } from './networks.ts'
import { OWN, SUFFIX, WORD, hex, map, quote, rule, set } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

/** Which lines are looked at, and for what. */
export interface LineSets {
  /** All, by their numbers. */
  readonly present: readonly LineFacts[]
  /** Those that new connections may take. */
  readonly eligible: readonly LineFacts[]
  /** Of those, where no other program decides. */
  readonly chosen: readonly LineFacts[]
  readonly families: readonly Family[]
}

/**
 * What changes at run time: who is of the LAN, which line is which, which of them are used, and what only one of them
 * reaches.
 * @param shared elements of `from` for cards with several lines
 */
export function lineMaps(
  config: Config,
  { present, eligible, chosen, families }: LineSets,
  shared: readonly [string, string][],
  observed: Observed,
  numbers: Numbers,
): NftMap[] {
  const whole = wholeLines(present)
  const line = (id: LineId): string => hex(numbers.markOf(id))
  const byMark = (prefix: string, of: readonly WholeLine[] = whole): [string, string][] =>
    of.map(({ id }) => [line(id), `goto ${prefix}_${id}`])
  const byDevice = (prefix: string, of: readonly WholeLine[] = whole): [string, string][] =>
    of
      .filter((facts) => !facts.sharesDevice)
      .map(({ id, config: { interface: dev } }) => [quote(dev), `goto ${prefix}_${id}`])

  return [
    set(
      'lan',
      'type ifname;',
      config.lan.interfaces.map((lan) => quote(lan.name)),
    ),
    ...FAMILIES.filter((family) => families.includes(family) || hasOwnSet(family, config)).map((family) =>
      set(
        OWN[family],
        `type ${family}_addr; flags interval;`,
        mergedNetworks(lanNetworks(config, observed, family)),
      ),
    ),
    ...families.map((family) =>
      set(
        BALANCED[family],
        `type ${family}_addr; flags interval;`,
        mergedNetworks(config.lan.networks.filter((network) => network.family === family)),
      ),
    ),
    map('from', 'type ifname : verdict;', [...byDevice('in'), ...shared]),
    ...families.map((family) =>
      map(
        `took${SUFFIX[family]}`,
        'type ifname : verdict;',
        byDevice('took', wholeLines(legsIn(family, eligible))),
      ),
    ),
    map('lines', 'type mark : verdict;', byMark('line')),
    // The connection has its mark already: writing it once more would cost every packet 0.08 µs.
    map(
      'pinned',
      'type mark : verdict;',
      whole.map((one) => [line(one.id), `goto ${pinnedTo(one)}_${one.id}`]),
    ),
    map(
      'sending',
      'type mark : verdict;',
      whole.map(({ id }) => [line(id), `jump sent_${id}`]),
    ),
    ...families.map((family) =>
      map(
        `alive${SUFFIX[family]}`,
        'type mark : verdict;',
        byMark('pick', wholeLines(legsIn(family, chosen))),
      ),
    ),
    map('nat', 'type mark : verdict;', byMark('nat')),
    ...families.map((family) =>
      map(
        NEAR[family],
        `type ${family}_addr : verdict; flags interval;`,
        nearElements(present, observed, family),
      ),
    ),
    ...families
      .filter((family) => hasRouted(family, present))
      .map((family) =>
        map(
          HOME[family],
          `type ${family}_addr : verdict; flags interval;`,
          homeElements(legsIn(family, chosen)),
        ),
      ),
    ...(hasFound(present)
      ? [map(FOUND_MAP, 'type ipv6_addr : verdict; flags interval;', foundElements(chosen))]
      : []),
  ]
}

/** In `prerouting`: where no choice is left, by whom a packet is for and by whom it is from. */
export const placeRules = ({ present, families }: LineSets): NftRule[] => [
  ...families.map((family) =>
    rule(`${WORD[family]} daddr vmap @${NEAR[family]}`, 'page of a modem, net of a provider: that line'),
  ),
  ...families
    .filter((family) => hasRouted(family, present))
    .map((family) =>
      rule(
        `${WORD[family]} saddr vmap @${HOME[family]}`,
        'its address is routed here by one provider: that line',
      ),
    ),
  ...(hasFound(present)
    ? [rule(`ip6 saddr vmap @${FOUND_MAP}`, 'of a prefix that one provider gave us, as was found: that line')]
    : []),
]

/** In `prerouting`: who is not listed in the file takes no turn. */
export const listedRules = ({ lan }: Config, families: readonly Family[]): NftRule[] =>
  lan.networks.length === 0
    ? []
    : families.map((family) =>
        rule(`${WORD[family]} saddr != @${BALANCED[family]} return`, 'only the listed networks are balanced'),
      )

const hasRouted = (family: Family, lines: readonly LineFacts[]): boolean =>
  legsIn(family, lines).some(({ config }) => config.networks.some((network) => network.family === family))

const hasFound = (lines: readonly LineFacts[]): boolean => lines.some(({ found }) => found !== undefined)

const BALANCED = { ipv4: 'balanced4', ipv6: 'balanced6' } as const satisfies Record<Family, string>
const NEAR = { ipv4: 'near4', ipv6: 'near6' } as const satisfies Record<Family, string>
/** By their source: those whose address one provider routes here. */
export const HOME = { ipv4: 'home4', ipv6: 'home6' } as const satisfies Record<Family, string>

/** The firewall asks for both. */
const hasOwnSet = (family: Family, { firewall }: Config): boolean =>
  family === 'ipv4' || firewall.inbound === 'drop'

/** Where the packets of its connections go on. */
function pinnedTo(whole: WholeLine): string {
  const legs = legsOf(whole)
  const released = legs.filter((leg) => leg.released)
  const [first] = released
  if (first === undefined) return 'stay'
  return released.length === legs.length ? 'over' : OVER[first.family]
}

const nearElements = (lines: readonly LineFacts[], observed: Observed, family: Family): [string, string][] =>
  disjoint(nearNetworks(lines, observed, family)).map((interval) => [
    formatInterval(interval),
    `goto line_${interval.line}`,
  ])

const homeElements = (lines: readonly LineFacts[]): [string, string][] =>
  disjoint(
    lines.flatMap(({ config: { networks }, id, family }) =>
      networks.filter((network) => network.family === family).map((prefix) => ({ prefix, line: id })),
    ),
  ).map((interval) => [formatInterval(interval), `goto pick_${interval.line}`])

/** Each by itself, so that the kernel tells them as they were found. */
const foundElements = (lines: readonly LineFacts[]): [string, string][] =>
  lines.flatMap(({ found = [], id }) =>
    found.map((prefix): [string, string] => [formatPrefix(prefix), `goto pick_${id}`]),
  )

/** The lines whose open connections it ends, each with the families in which it does. */
export function releasedIn(ruleset: Ruleset | undefined): ReadonlyMap<LineId, readonly Family[]> {
  const pinned = ruleset?.maps.find((candidate) => candidate.name === 'pinned')?.elements
  return new Map(
    [...(pinned?.values() ?? [])].flatMap((verdict) => {
      const match = /^goto over([46]?)_(\d+)$/.exec(verdict)
      if (match === null) return []
      const families = FAMILIES.filter((family) => OVER[family] === `over${match[1]}`)
      return [[Number(match[2]) as LineId, families.length === 0 ? FAMILIES : families] as const]
    }),
  )
}
