import {
  formatPorts,
  type Config,
  type Firewall,
  type NftChain,
  type NftMap,
  type OpenPort,
  type Ruleset,
} from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { chain, quote, rule, set } from './nft-words.ts'

/**
 * The how-to's stateful minimum, for `firewall.inbound: drop`: what comes in by a line gets through as an answer, or
 * where something says so. Unlike all other chains these see IPv6 as well.
 *
 * They look at nothing that comes in by other interfaces, and they can only drop: what another firewall drops at the
 * same hook stays dropped, whatever is accepted here.
 */
export function firewallChains({ firewall, lan }: Config, lines: readonly LineFacts[]): NftChain[] {
  if (firewall.inbound === 'allow') return []
  const devices = [...new Set(lines.map((line) => quote(line.config.interface)))]
  const byLine = rule(`iifname != { ${devices.join(', ')} } return`, 'not by a line: none of our business')
  const answers = rule(
    'ct direction reply ct state established,related accept',
    'an answer, or an error about what was sent',
  )
  const others = [
    rule('jump forged', 'from somebody who cannot be outside?'),
    rule('ct state established,related accept', 'was let in before'),
    rule('ct status dnat accept', 'a port forwarding of this box sends it there'),
    rule('meta ipsec exists accept', 'came encrypted, by an IPsec tunnel of this box'),
  ]
  return [
    chain('forged', [
      ...(lan.interfaces.length === 0
        ? []
        : [
            rule('ip saddr @own4 drop', 'nobody outside has an address of the LAN'),
            rule('ip6 saddr @own6 drop', 'nor an IPv6 address of the LAN'),
          ]),
      rule('fib saddr type local drop', 'nor one of this box'),
      rule('ip6 saddr { ::/96, ::ffff:0.0.0.0/96, ff00::/8 } drop', 'nor one that no host has'),
    ]),
    {
      ...chain('input', [
        byLine,
        answers,
        // Before `forged`: neighbours without an address yet ask from `::`. Conntrack tracks none of these.
        rule(
          `icmpv6 type { ${LINK_MESSAGES.join(', ')} } accept`,
          'neighbours and routers of IPv6: without them the line is dead',
        ),
        ...others,
        rule('tcp dport @open_tcp accept', 'open in the file'),
        rule('udp dport @open_udp accept', 'open in the file'),
        rule('meta nfproto ipv4 udp sport 67 udp dport 68 accept', 'DHCP: the address of the line'),
        rule('meta nfproto ipv6 udp dport 546 accept', 'DHCPv6: the same'),
        rule(
          'icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
          'errors about what conntrack does not know: the socket decides',
        ),
        rule(
          'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept',
          'the same of IPv6',
        ),
        rule(`icmp type echo-request ${ECHO_LIMIT} accept`, 'ping'),
        rule(`icmpv6 type echo-request ${ECHO_LIMIT} accept`, 'ping'),
        rule('counter drop', 'nothing says that it may come in'),
      ]),
      hook: 'type filter hook input priority filter; policy accept;',
    },
    {
      ...chain('forward', [
        byLine,
        answers,
        ...others,
        rule('counter drop', 'nothing says that it may come in'),
      ]),
      hook: 'type filter hook forward priority filter; policy accept;',
    },
  ]
}

/** Of RFC 4890, 4.4.1, those that stay on the link; the kernel takes them from nowhere else. */
const LINK_MESSAGES = [
  'nd-router-solicit',
  'nd-router-advert',
  'nd-neighbor-solicit',
  'nd-neighbor-advert',
  'mld-listener-query',
  'mld-listener-report',
  'mld-listener-done',
  'mld2-listener-report',
]

/** For the first of a series only: the others belong to a known connection. */
const ECHO_LIMIT = 'limit rate 20/second burst 20 packets'

/** What changes without a chain being rewritten. */
export function firewallSets(config: Config): NftMap[] {
  const { inbound, open } = config.firewall
  if (inbound === 'allow') return []
  const ports = (protocol: OpenPort['protocol']): string[] =>
    mergedPorts(open.filter((one) => one.protocol === protocol))
  return [
    set('open_tcp', 'type inet_service; flags interval;', ports('tcp')),
    set('open_udp', 'type inet_service; flags interval;', ports('udp')),
  ]
}

/** As nft lists them: ranges that touch become one. */
function mergedPorts(open: readonly OpenPort[]): string[] {
  const merged: { first: number; last: number }[] = []
  for (const { firstPort: first, lastPort: last } of open.toSorted((a, b) => a.firstPort - b.firstPort)) {
    const before = merged.at(-1)
    if (before !== undefined && before.last + 1 === first) before.last = last
    else merged.push({ first, last })
  }
  return merged.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
}

/** What may come in, in a few words. */
export const inboundText = ({ inbound, open }: Firewall): string =>
  inbound === 'allow' ? 'whatever the box lets in' : ['only answers', ...open.map(formatPorts)].join(', ')

/** What of a ruleset decides it, for telling whether it changes. */
export function firewallOf(ruleset: Ruleset | undefined): string {
  const { chains = [], maps = [] } = ruleset ?? {}
  return JSON.stringify([
    ...CHAINS.map((name) => chains.find((one) => one.name === name)?.rules.map(({ comment }) => comment)),
    ...PORT_SETS.map((name) =>
      [...(maps.find((one) => one.name === name)?.elements.keys() ?? [])].toSorted(),
    ),
  ])
}

const CHAINS = ['forged', 'input', 'forward']
const PORT_SETS = ['open_tcp', 'open_udp']
