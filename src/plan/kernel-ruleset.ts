import {
  BOGUS_PACKET,
  FAMILIES,
  PROBE,
  SLOTS,
  formatPrefix,
  type Config,
  type Family,
  type LineId,
  type NftChain,
  type NftMap,
  type NftRule,
  type Observed,
  type Ruleset,
} from '../model/index.ts'
import { affinityKeyText } from './affinity.ts'
import { cardRules } from './card-rules.ts'
import { dnsRules } from './dns-rules.ts'
import { firewallChains, firewallSets } from './firewall-chains.ts'
import { exemptions, type Exemption } from './foreign-rules.ts'
import { forwardRules } from './forward-chains.ts'
import { OVER, countersOf, lineChains } from './line-chains.ts'
import { FOUND_MAP } from './homes.ts'
import { legsIn, wholeLines, type LineFacts, type WholeLine } from './lines.ts'
import { disjoint, formatInterval } from './near.ts'
import { lanNetworks, mergedNetworks, nearNetworks, nearNetworksOf } from './networks.ts'
import { OWN, SUFFIX, WORD, chain, hex, map, quote, rule, set } from './nft-words.ts'
import type { Memory } from './memory.ts'
import type { Numbers } from './numbers.ts'
import { translatedPrefixes } from './prefix-translation.ts'
import { segmentChains } from './segment-chains.ts'
import { signsOf } from './signs.ts'
import { fillSlots } from './slots.ts'
import { tunnelChains } from './tunnels.ts'
import { useChains, useRules, usersMap } from './use-chains.ts'

/**
 * The nft table `inet multihomed` as it should be: one line is chosen once per connection, remembered in the
 * connection's mark, and obeyed ever after. docs/packet-walk.md walks a packet through it.
 *
 * nftables 1.0.6 cannot combine two registers ("meta mark & a | ct mark & b"), so every line has small chains of its
 * own with constants, which keep everybody else's mark bits.
 */
export function desiredRuleset(
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
  numbers: Numbers,
): Ruleset {
  const present = lines.toSorted((a, b) => a.id - b.id)
  const whole = wholeLines(present)
  const families = FAMILIES.filter((family) => legsIn(family, present).length > 0)
  const hasBoth = families.length === FAMILIES.length
  const exempt = exemptions(config, observed, numbers)
  const isFree = (family: Family): boolean =>
    !exempt.some(({ is, because }) => is === 'everything' && because.family === family)
  const eligible = present.filter((line) => line.eligible)
  const chosen = eligible.filter(({ family }) => isFree(family))

  const hasRouted = (family: Family): boolean =>
    present.some((leg) =>
      leg.config.networks.some((network) => network.family === family && leg.family === family),
    )
  const hasFound = present.some(({ found }) => found !== undefined)

  const mask = hex(numbers.mask)
  const devicesOf = (of: readonly LineFacts[]): string =>
    [...new Set(of.map((facts) => quote(facts.config.interface)))].join(', ')
  const devices = devicesOf(present)
  const signs = signsOf(present, observed)
  const cards = cardRules(present, eligible, signs, numbers)
  const dns = dnsRules(present, observed)
  const forwards = forwardRules(
    config,
    present.map((leg) => ({ ...leg, own: signs.get(leg.leg)?.own ?? [] })),
    numbers,
  )
  const tunnels = tunnelChains(present, numbers)
  const line = (id: LineId): string => hex(numbers.markOf(id))
  const byMark = (prefix: string, of: readonly WholeLine[] = whole): [string, string][] =>
    of.map(({ id }) => [line(id), `goto ${prefix}_${id}`])
  const byDevice = (prefix: string, of: readonly WholeLine[] = whole): [string, string][] =>
    of
      .filter((facts) => !facts.sharesDevice)
      .map(({ id, config: { interface: dev } }) => [quote(dev), `goto ${prefix}_${id}`])

  const maps: NftMap[] = [
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
    map('from', 'type ifname : verdict;', [...byDevice('in'), ...cards.from]),
    ...families.map((family) =>
      map(
        `took${SUFFIX[family]}`,
        'type ifname : verdict;',
        byDevice('took', wholeLines(legsIn(family, eligible))),
      ),
    ),
    ...cards.maps,
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
    ...dns.maps,
    ...families
      .filter(hasRouted)
      .map((family) =>
        map(
          HOME[family],
          `type ${family}_addr : verdict; flags interval;`,
          homeElements(legsIn(family, chosen)),
        ),
      ),
    ...(hasFound ? [map(FOUND_MAP, 'type ipv6_addr : verdict; flags interval;', foundElements(chosen))] : []),
    ...families.map((family) =>
      map(
        SLOTS_OF[family],
        `typeof numgen inc mod ${SLOTS} : verdict;`,
        fillSlots(legsIn(family, chosen), slotsOf(observed.ruleset, family)).map((id, i) => [
          String(i),
          `goto pick_${id}`,
        ]),
      ),
    ),
    {
      ...map(
        'affinity',
        'typeof numgen inc mod 2 : ct mark; size 65536; flags dynamic,timeout; timeout 10m;',
        [],
      ),
      dynamic: true,
    },
    ...(observed.capabilities.groupMatch ? [usersMap(present, observed, memory)] : []),
    ...firewallSets(config),
    ...forwards.maps,
  ]

  const hasOwnAddress = 'fib saddr . oif type local return'
  const isRemembered = config.affinity !== 'connection'
  const remember = (family: Family): string =>
    `${affinityKeyText(config.affinity, family)} : ct mark & ${mask}`
  /** Where it makes a difference, which family a rule is about. */
  const only = (family: Family): string => (hasBoth ? `meta nfproto ${family} ` : '')
  const chains: NftChain[] = [
    ...whole.flatMap((one) => {
      const legs = [one.ipv4, one.ipv6].filter((leg) => leg !== undefined)
      const belongings = legs.map((leg) => ({
        leg,
        near: nearNetworksOf(leg, present, observed),
        own: signs.get(leg.leg)?.own ?? [],
        prefixes: translatedPrefixes(leg, config, observed),
      }))
      return lineChains(one, belongings, families, numbers)
    }),
    ...cards.chains,
    ...dns.chains,
    ...tunnels.chains,
    ...(observed.capabilities.groupMatch ? useChains(whole, numbers) : []),
    chain('over', [
      rule(
        'meta l4proto tcp reject with tcp reset',
        'a connection whose line is gone for good: tell its ends',
      ),
      rule('reject with icmpx admin-prohibited', 'anything but TCP learns it by ICMP'),
    ]),
    chain('removed', [
      rule(
        `fib saddr oifname { ${devices} } drop`,
        'the far end of a removed line: our reset would leave by another',
      ),
      rule('goto over', 'the near end: it is told'),
    ]),
    ...families.map((family, i) =>
      chain(`choose${i === 0 ? '' : SUFFIX[family]}`, [
        ...(hasBoth && i === 0 ? [rule('meta nfproto ipv6 goto choose6', 'IPv6 by itself')] : []),
        ...(isRemembered
          ? [
              rule(
                `ct mark 0 ct mark set ${affinityKeyText(config.affinity, family)} map @affinity`,
                'where did these two meet last time?',
              ),
              rule(`ct mark & ${mask} vmap @alive${SUFFIX[family]}`, 'there again, if that line works'),
              rule(
                `ct mark & ${mask} != 0 delete @affinity { ${remember(family)} }`,
                'else forget it, or it would never stick again',
              ),
            ]
          : []),
        rule(`numgen inc mod ${SLOTS} vmap @${SLOTS_OF[family]}`, 'the next line in turn, by weight'),
        ...(isRemembered
          ? [
              rule(
                `ct mark set ct mark & ${hex(numbers.keep)}`,
                'no line at all: not the one of last time either',
              ),
            ]
          : []),
      ]),
    ),
    {
      ...chain('prerouting', [
        ...others(families),
        rule('iifname vmap @from', 'came in by a line: note which, done'),
        rule(`ct mark & ${mask} vmap @pinned`, 'a known connection stays on its line'),
        rule(`ct mark & ${mask} != 0 goto removed`, 'its line was removed: end it, never leak it'),
        rule('ct state != new return', 'known, and no line of ours carries it'),
        rule('meta pkttype != host return', 'broadcast and multicast are no connections'),
        rule(`meta mark & ${mask} vmap @lines`, 'somebody asked for a line by mark'),
        rule('iifname != @lan return', 'only the LAN is balanced here'),
        ...(config.lan.networks.length === 0
          ? []
          : families.map((family) =>
              rule(
                `${WORD[family]} saddr != @${BALANCED[family]} return`,
                'only the listed networks are balanced',
              ),
            )),
        ...(families.includes('ipv6')
          ? [rule('ip6 daddr fe80::/10 return', 'good on its own link only')]
          : []),
        ...exempt
          .filter(({ because }) => families.includes(because.family))
          .map((one) => exemptionRule(one, only)),
        rule(
          `fib daddr . mark oifname != { ${devices} } return`,
          'routed to LAN, VPN or by others: not ours to choose',
        ),
        ...families.map((family) =>
          rule(
            `${WORD[family]} daddr vmap @${NEAR[family]}`,
            'page of a modem, net of a provider: that line',
          ),
        ),
        ...families
          .filter(hasRouted)
          .map((family) =>
            rule(
              `${WORD[family]} saddr vmap @${HOME[family]}`,
              'its address is routed here by one provider: that line',
            ),
          ),
        ...(hasFound
          ? [
              rule(
                `ip6 saddr vmap @${FOUND_MAP}`,
                'of a prefix that one provider gave us, as was found: that line',
              ),
            ]
          : []),
        ...dns.choosing,
        rule('jump choose', 'everything else: choose'),
        ...(isRemembered
          ? families.map((family) =>
              rule(
                `${only(family)}ct mark & ${mask} != 0 update @affinity { ${remember(family)} }`,
                'remember where they met',
              ),
            )
          : []),
      ]),
      hook: 'type filter hook prerouting priority mangle; policy accept;',
    },
    {
      ...chain('bogus', [
        rule(
          `meta mark & ${hex(BOGUS_PACKET)} != 0 notrack`,
          'made by us in the name of a server: connection tracking would not let it out',
        ),
      ]),
      hook: 'type filter hook output priority raw; policy accept;',
    },
    {
      ...chain('output', [
        rule(
          `ct mark & ${hex(numbers.maskWithProbe)} vmap @sending`,
          'counted for its line; the first one is where it gets its line',
        ),
        ...(observed.capabilities.groupMatch ? useRules(numbers) : []),
        ...others(families),
        rule(
          `ct mark & ${mask} != { 0, ${whole.map(({ id }) => line(id)).join(', ')} } ct state established drop`,
          'its line was removed: it ends here, never leak it',
        ),
        rule('meta mark != 0 return', 'marked by its program (WireGuard): not to be changed'),
        rule(
          `ct direction reply ct mark & ${mask} vmap @lines`,
          'answers of this box leave where the question came in',
        ),
        ...cards.output,
      ]),
      // `type route`: only there does a changed mark look the route up again.
      hook: 'type route hook output priority mangle; policy accept;',
    },
    {
      ...chain('leaving', [
        ...others(families),
        ...tunnels.leaving,
        rule('ct state established,related,untracked return', 'only the first packet decides'),
        rule(
          `meta mark & ${hex(PROBE)} != 0 ct mark set meta mark & ${hex(numbers.maskWithProbe)} return`,
          'a probe of ours: by the line that it asks, whatever that line is',
        ),
        // What is of no connection has no mark either, and goes on to the next rule.
        rule(`ct mark & ${mask} != 0 return`, 'has its line already'),
        ...families.flatMap((family) => {
          const translated = devicesOf(legsIn(family, present).filter(({ config: { nat } }) => nat !== 'off'))
          return translated === ''
            ? []
            : [
                rule(
                  `${only(family)}ct state invalid oifname { ${translated} } fib saddr type != local drop`,
                  'of no connection, so nothing translates it: it would leave with an address of the LAN',
                ),
              ]
        }),
        rule('ct state invalid return', 'of no connection, and of this box'),
        ...families.map((family) =>
          rule(
            `${only(family)}oifname vmap @took${SUFFIX[family]}`,
            'not chosen by us (own traffic, Docker): pin it to the working line it took',
          ),
        ),
        ...cards.leaving,
      ]),
      hook: 'type filter hook postrouting priority mangle; policy accept;',
    },
    {
      ...chain('postrouting', [
        ...others(families),
        rule(`oifname != { ${devices} } return`, 'does not leave by a line'),
        rule(
          cards.devices.length === 0
            ? hasOwnAddress
            : `oifname != { ${cards.devices.join(', ')} } ${hasOwnAddress}`,
          'has an address of that line already',
        ),
        rule(`ct mark & ${mask} vmap @nat`, 'the address of its line'),
        ...(cards.devices.length === 0
          ? []
          : [rule(hasOwnAddress, 'has an address of the card, and belongs to none of its lines')]),
        rule('masquerade', 'leaves by a line and belongs to none'),
      ]),
      hook: 'type nat hook postrouting priority srcnat; policy accept;',
    },
    ...forwards.chains,
    ...firewallChains(config, present),
    ...segmentChains(config, observed),
  ]
  return { counters: whole.flatMap(countersOf), maps, chains }
}

const BALANCED = { ipv4: 'balanced4', ipv6: 'balanced6' } as const satisfies Record<Family, string>
const NEAR = { ipv4: 'near4', ipv6: 'near6' } as const satisfies Record<Family, string>
/** By their source: those whose address one provider routes here. */
const HOME = { ipv4: 'home4', ipv6: 'home6' } as const satisfies Record<Family, string>
const SLOTS_OF = { ipv4: 'slots', ipv6: 'slots6' } as const satisfies Record<Family, string>

/** What is of no family in which there is a line is no business of ours. */
const others = (families: readonly Family[]): NftRule[] =>
  FAMILIES.filter((family) => !families.includes(family)).map((family) =>
    rule(`meta nfproto ${family} return`, `no line has ${family === 'ipv6' ? 'IPv6' : 'IPv4'}: left alone`),
  )

/** The firewall asks for both. */
const hasOwnSet = (family: Family, { firewall }: Config): boolean =>
  family === 'ipv4' || firewall.inbound === 'drop'

/** Where the packets of its connections go on. */
function pinnedTo({ ipv4, ipv6 }: WholeLine): string {
  const legs = [ipv4, ipv6].filter((leg) => leg !== undefined)
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

/** Which line each slot has now, as the kernel tells it. */
export function slotsOf(ruleset: Ruleset | undefined, family: Family): (LineId | undefined)[] {
  const slots = ruleset?.maps.find((candidate) => candidate.name === SLOTS_OF[family])?.elements
  if (slots === undefined || slots.size !== SLOTS) return []
  return Array.from({ length: SLOTS }, (_, i) => {
    const match = /^goto pick_(\d+)$/.exec(slots.get(String(i)) ?? '')
    return match === null ? undefined : (Number(match[1]) as LineId)
  })
}

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

function exemptionRule(exemption: Exemption, only: (family: Family) => string): NftRule {
  if (exemption.is === 'everything')
    return rule(
      `${only(exemption.because.family)}return`,
      'another program decides here by more than we can see',
    )
  const { iif, from, to, because } = exemption
  const word = WORD[because.family]
  return rule(
    [
      `${from === undefined && to === undefined ? only(because.family) : ''}iifname ${quote(iif)}`,
      from === undefined ? '' : `${word} saddr ${formatPrefix(from)}`,
      to === undefined ? '' : `${word} daddr ${formatPrefix(to)}`,
      'return',
    ]
      .filter((word) => word !== '')
      .join(' '),
    `rule ${because.priority} of another program decides here`,
  )
}
