import {
  BOGUS_PACKET,
  PROBE,
  SLOTS,
  formatPrefix,
  type Config,
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
import { countersOf, lineChains } from './line-chains.ts'
import type { LineFacts } from './lines.ts'
import { disjoint, formatInterval } from './near.ts'
import { lanNetworks, mergedNetworks, nearNetworks, nearNetworksOf } from './networks.ts'
import { chain, hex, map, quote, rule, set } from './nft-words.ts'
import type { Memory } from './memory.ts'
import type { Numbers } from './numbers.ts'
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
  const exempt = exemptions(config, observed, numbers)
  const balancing = !exempt.some((exemption) => exemption.is === 'everything')
  const current = slotsOf(observed.ruleset)
  const eligible = present.filter((line) => line.eligible)
  const chosen = balancing ? eligible : []
  const slots = fillSlots(chosen, current)

  const mask = hex(numbers.mask)
  const devicesOf = (of: readonly LineFacts[]): string =>
    [...new Set(of.map((facts) => quote(facts.config.interface)))].join(', ')
  const devices = devicesOf(present)
  const translated = devicesOf(present.filter(({ config: { nat } }) => nat !== 'off'))
  const signs = signsOf(present, observed)
  const cards = cardRules(present, eligible, signs, numbers)
  const dns = dnsRules(present, observed)
  const forwards = forwardRules(
    config,
    present.map((facts) => ({ ...facts, family: 'ipv4' as const, own: signs.get(facts.id)?.own ?? [] })),
    numbers,
  )
  const tunnels = tunnelChains(present, numbers)
  const line = (id: LineId): string => hex(numbers.markOf(id))
  const byMark = (prefix: string, of: readonly LineFacts[] = present): [string, string][] =>
    of.map(({ id }) => [line(id), `goto ${prefix}_${id}`])
  const byDevice = (prefix: string, of: readonly LineFacts[] = present): [string, string][] =>
    of
      .filter((facts) => !facts.sharesDevice)
      .map(({ id, config: { interface: dev } }) => [quote(dev), `goto ${prefix}_${id}`])

  const maps: NftMap[] = [
    set(
      'lan',
      'type ifname;',
      config.lan.interfaces.map((lan) => quote(lan.name)),
    ),
    set('own4', 'type ipv4_addr; flags interval;', mergedNetworks(lanNetworks(config, observed))),
    set('balanced4', 'type ipv4_addr; flags interval;', mergedNetworks(config.lan.networks)),
    map('from', 'type ifname : verdict;', [...byDevice('in'), ...cards.from]),
    map('took', 'type ifname : verdict;', byDevice('took', eligible)),
    ...cards.maps,
    map('lines', 'type mark : verdict;', byMark('line')),
    // The connection has its mark already: writing it once more would cost every packet 0.08 µs.
    map('pinned', 'type mark : verdict;', [
      ...byMark(
        'stay',
        present.filter((facts) => !facts.released),
      ),
      ...byMark(
        'over',
        present.filter((facts) => facts.released),
      ),
    ]),
    map(
      'sending',
      'type mark : verdict;',
      present.map(({ id }) => [line(id), `jump sent_${id}`]),
    ),
    map('alive', 'type mark : verdict;', byMark('pick', chosen)),
    map('nat', 'type mark : verdict;', byMark('nat')),
    map('near4', 'type ipv4_addr : verdict; flags interval;', nearElements(present, observed)),
    ...dns.maps,
    map(
      'slots',
      `typeof numgen inc mod ${SLOTS} : verdict;`,
      slots.map((id, i) => [String(i), `goto pick_${id}`]),
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
    ...firewallSets(config, observed),
    ...forwards.maps,
  ]

  const hasOwnAddress = 'fib saddr . oif type local return'
  const key = affinityKeyText(config.affinity)
  const remember = `${key} : ct mark & ${mask}`
  const chains: NftChain[] = [
    ...present.flatMap((facts) => {
      const near = nearNetworksOf(facts, present, observed)
      return lineChains(facts, near, signs.get(facts.id)?.own ?? [], numbers)
    }),
    ...cards.chains,
    ...dns.chains,
    ...tunnels.chains,
    ...(observed.capabilities.groupMatch ? useChains(present, numbers) : []),
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
    chain('choose', [
      ...(key === undefined
        ? []
        : [
            rule(`ct mark 0 ct mark set ${key} map @affinity`, 'where did these two meet last time?'),
            rule(`ct mark & ${mask} vmap @alive`, 'there again, if that line works'),
            rule(
              `ct mark & ${mask} != 0 delete @affinity { ${remember} }`,
              'else forget it, or it would never stick again',
            ),
          ]),
      rule(`numgen inc mod ${SLOTS} vmap @slots`, 'the next line in turn, by weight'),
      ...(key === undefined
        ? []
        : [
            rule(
              `ct mark set ct mark & ${hex(numbers.keep)}`,
              'no line at all: not the one of last time either',
            ),
          ]),
    ]),
    {
      ...chain('prerouting', [
        rule('meta nfproto != ipv4 return', 'IPv6 is not ours yet'),
        rule('iifname vmap @from', 'came in by a line: note which, done'),
        rule(`ct mark & ${mask} vmap @pinned`, 'a known connection stays on its line'),
        rule(`ct mark & ${mask} != 0 goto removed`, 'its line was removed: end it, never leak it'),
        rule('ct state != new return', 'known, and no line of ours carries it'),
        rule('meta pkttype != host return', 'broadcast and multicast are no connections'),
        rule(`meta mark & ${mask} vmap @lines`, 'somebody asked for a line by mark'),
        rule('iifname != @lan return', 'only the LAN is balanced here'),
        ...(config.lan.networks.length === 0
          ? []
          : [rule('ip saddr != @balanced4 return', 'only the listed networks are balanced')]),
        ...exempt.map(exemptionRule),
        rule(
          `fib daddr . mark oifname != { ${devices} } return`,
          'routed to LAN, VPN or by others: not ours to choose',
        ),
        rule('ip daddr vmap @near4', 'page of a modem, net of a provider: that line'),
        ...dns.choosing,
        rule('jump choose', 'everything else: choose'),
        ...(key === undefined
          ? []
          : [rule(`ct mark & ${mask} != 0 update @affinity { ${remember} }`, 'remember where they met')]),
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
        rule('meta nfproto != ipv4 return', 'IPv6 is not ours yet'),
        rule(
          `ct mark & ${mask} != { 0, ${present.map(({ id }) => line(id)).join(', ')} } ct state established drop`,
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
        rule('meta nfproto != ipv4 return', 'IPv6 is not ours yet'),
        ...tunnels.leaving,
        rule('ct state established,related,untracked return', 'only the first packet decides'),
        rule(
          `meta mark & ${hex(PROBE)} != 0 ct mark set meta mark & ${hex(numbers.maskWithProbe)} return`,
          'a probe of ours: by the line that it asks, whatever that line is',
        ),
        // What is of no connection has no mark either, and goes on to the next rule.
        rule(`ct mark & ${mask} != 0 return`, 'has its line already'),
        ...(translated === ''
          ? []
          : [
              rule(
                `ct state invalid oifname { ${translated} } fib saddr type != local drop`,
                'of no connection, so nothing translates it: it would leave with an address of the LAN',
              ),
            ]),
        rule('ct state invalid return', 'of no connection, and of this box'),
        rule(
          'oifname vmap @took',
          'not chosen by us (own traffic, Docker): pin it to the working line it took',
        ),
        ...cards.leaving,
      ]),
      hook: 'type filter hook postrouting priority mangle; policy accept;',
    },
    {
      ...chain('postrouting', [
        rule('meta nfproto != ipv4 return', 'IPv6 is not ours yet'),
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
  return { counters: present.flatMap(({ id }) => countersOf(id)), maps, chains }
}

const nearElements = (lines: readonly LineFacts[], observed: Observed): [string, string][] =>
  disjoint(nearNetworks(lines, observed)).map((interval) => [
    formatInterval(interval),
    `goto line_${interval.line}`,
  ])

/** Which line each slot has now, as the kernel tells it. */
export function slotsOf(ruleset: Ruleset | undefined): (LineId | undefined)[] {
  const slots = ruleset?.maps.find((candidate) => candidate.name === 'slots')?.elements
  if (slots === undefined || slots.size !== SLOTS) return []
  return Array.from({ length: SLOTS }, (_, i) => {
    const match = /^goto pick_(\d+)$/.exec(slots.get(String(i)) ?? '')
    return match === null ? undefined : (Number(match[1]) as LineId)
  })
}

/** The lines whose open connections it ends. */
export function releasedIn(ruleset: Ruleset | undefined): ReadonlySet<LineId> {
  const pinned = ruleset?.maps.find((candidate) => candidate.name === 'pinned')?.elements
  return new Set(
    [...(pinned?.values() ?? [])].flatMap((verdict) => {
      const match = /^goto over_(\d+)$/.exec(verdict)
      return match === null ? [] : [Number(match[1]) as LineId]
    }),
  )
}

function exemptionRule(exemption: Exemption): NftRule {
  if (exemption.is === 'everything')
    return rule('return', 'another program decides here by more than we can see')
  const { iif, from, to } = exemption
  return rule(
    [
      `iifname ${quote(iif)}`,
      from === undefined ? '' : `ip saddr ${formatPrefix(from)}`,
      to === undefined ? '' : `ip daddr ${formatPrefix(to)}`,
      'return',
    ]
      .filter((word) => word !== '')
      .join(' '),
    `rule ${exemption.because.priority} of another program decides here`,
  )
}
