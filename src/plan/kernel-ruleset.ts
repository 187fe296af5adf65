import {
  BOGUS_PACKET,
  FAMILIES,
  PROBE,
  formatPrefix,
  type Config,
  type Family,
  type NftChain,
  type NftMap,
  type NftRule,
  type Observed,
  type Ruleset,
} from '../model/index.ts'
import { cardRules } from './card-rules.ts'
import { choiceOf } from './choice.ts'
import { clientChains, clientSets } from './client-chains.ts'
import { dnsRules } from './dns-rules.ts'
import { firewallChains, firewallSets } from './firewall-chains.ts'
import { exemptions, type Exemption } from './foreign-rules.ts'
import { forwardRules } from './forward-chains.ts'
import { countersOf, lineChains } from './line-chains.ts'
import { lineMaps, listedRules, placeRules } from './line-maps.ts'
import { familiesIn, isOfHostsAlone, legsIn, legsOf, routedTo, wholeLines, type LineFacts } from './lines.ts'
import { nearNetworksOf, networksText } from './networks.ts'
import { SUFFIX, WORD, chain, hex, quote, rule } from './nft-words.ts'
import type { Memory } from './memory.ts'
import type { Numbers } from './numbers.ts'
import { offloading } from './offload.ts'
import { translatedPrefixes } from './prefix-translation.ts'
import { segmentChains } from './segment-chains.ts'
import { signsOf } from './signs.ts'
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
  const families = familiesIn(present)
  const hasBoth = families.length === FAMILIES.length
  const exempt = exemptions(config, observed, numbers)
  const isFree = (family: Family): boolean =>
    !exempt.some(({ is, because }) => is === 'everything' && because.family === family)
  const eligible = present.filter((line) => line.eligible)
  const chosen = eligible.filter(({ family }) => isFree(family))

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
  const lineSets = { present, eligible, chosen, families }
  const choice = choiceOf(config, chosen, families, observed.ruleset, numbers)
  const fast = offloading(config, present, observed, memory, numbers)

  const maps: NftMap[] = [
    ...lineMaps(config, lineSets, cards.from, observed, numbers),
    ...cards.maps,
    ...dns.maps,
    ...choice.maps,
    ...(observed.capabilities.groupMatch ? [usersMap(present, observed, memory)] : []),
    ...firewallSets(config),
    ...forwards.maps,
    ...clientSets(config, families),
  ]

  const hasOwnAddress = 'fib saddr . oif type local return'
  /** Where it makes a difference, which family a rule is about. */
  const only = (family: Family): string => (hasBoth ? `meta nfproto ${family} ` : '')
  const chains: NftChain[] = [
    ...whole.flatMap((one) => {
      const belongings = legsOf(one).map((leg) => ({
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
    ...choice.chains,
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
        ...listedRules(config, families),
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
        ...placeRules(lineSets),
        ...dns.choosing,
        rule('jump choose', 'everything else: choose'),
        ...choice.remembering,
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
          `ct mark & ${mask} != { 0, ${whole.map(({ id }) => hex(numbers.markOf(id))).join(', ')} } ct state established drop`,
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
        // It would be ended with a line that never carried it.
        rule(
          `ct mark & ${mask} != 0 iifname @lan oifname != { ${devices} } ct mark set ct mark & ${hex(numbers.keep)} return`,
          'chosen for, and led elsewhere by another program (DNAT): of no line',
        ),
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
        ...present
          .filter(isOfHostsAlone)
          .map((leg) =>
            rule(
              `oifname ${quote(leg.config.interface)} ip6 saddr ${networksText(routedTo(leg))} return`,
              `${leg.config.name} has it routed here, and this box no address instead`,
            ),
          ),
        rule('masquerade', 'leaves by a line and belongs to none'),
      ]),
      hook: 'type nat hook postrouting priority srcnat; policy accept;',
    },
    ...forwards.chains,
    ...firewallChains(config, present),
    ...segmentChains(config, lines, observed),
    ...clientChains(config, families, devices),
    ...(fast?.chains ?? []),
  ]
  return {
    counters: whole.flatMap(countersOf),
    maps,
    chains,
    ...(fast === undefined ? {} : { flowtable: fast.flowtable }),
  }
}

/** What is of no family in which there is a line is no business of ours. */
const others = (families: readonly Family[]): NftRule[] =>
  FAMILIES.filter((family) => !families.includes(family)).map((family) =>
    rule(`meta nfproto ${family} return`, `no line has ${family === 'ipv6' ? 'IPv6' : 'IPv4'}: left alone`),
  )

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
