import { HELD_CONNECTION, type NftChain, type NftMap, type NftRule, type Observed } from '../model/index.ts'
import type { LineFacts, WholeLine } from './lines.ts'
import type { Memory } from './memory.ts'
import { chain, hex, map, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

/** The map of control groups. */
export const USERS = 'users'

/**
 * While `multihome use` runs a command, the control group of the command stands here with the line it was given. Of a
 * line that is no longer in the file nothing leaves: "by that line or not at all".
 */
export const usersMap = (lines: readonly LineFacts[], { useGroups }: Observed, { uses }: Memory): NftMap =>
  map(
    USERS,
    'type cgroupsv2 : verdict;',
    // A group that is gone has no name any more, and nft would refuse all of the transaction.
    Object.entries(uses)
      .filter(([group]) => useGroups.includes(group))
      .map(([group, name]) => {
        const line = lines.find(({ config }) => config.name === name)
        return [quote(group), line === undefined ? 'goto use_none' : `goto use_${line.id}`]
      }),
  )

export const useChains = (lines: readonly WholeLine[], numbers: Numbers): NftChain[] => [
  ...lines.map((line) => useChain(line, numbers)),
  chain('use_none', [
    rule('meta l4proto tcp reject with tcp reset', 'used over a line that is no longer in the file'),
    rule('reject', 'nor anything else of it'),
  ]),
]

/** Anything but the LAN's own IPv6; 64:ff9b::/96 would lead to the Internet's IPv4 by another line (NAT64). */
const NOT_NEAR = 'ip6 daddr != { fe80::/10, fc00::/7, ff00::/8 }'

const useChain = ({ id, config: { name }, ipv4, ipv6 }: WholeLine, numbers: Numbers): NftChain =>
  chain(`use_${id}`, [
    ...(ipv6 === undefined
      ? [
          rule(`${NOT_NEAR} meta l4proto tcp reject with tcp reset`, `used over ${name}, which is IPv4 only`),
          rule(`${NOT_NEAR} reject`, 'the command tries IPv4 next'),
          rule('meta nfproto != ipv4 return', 'IPv6 of the LAN'),
        ]
      : [rule('ip6 daddr { fe80::/10, ff00::/8 } return', 'neighbours')]),
    ...(ipv4 === undefined
      ? [
          rule(
            'meta nfproto ipv4 meta l4proto tcp reject with tcp reset',
            `used over ${name}, which is IPv6 only`,
          ),
          rule('meta nfproto ipv4 reject', 'the command tries IPv6 next'),
        ]
      : []),
    rule(`ct mark & ${hex(numbers.mask)} == 0 jump sent_${id}`, 'the first one is counted here'),
    rule(
      `ct mark set ct mark | ${hex(HELD_CONNECTION)}`,
      'every packet of it is held, also those of no socket',
    ),
    rule(`goto line_${id}`, `used over ${name}`),
  ])

/** The first of `output`: what programs on the box itself were told. */
export const useRules = (numbers: Numbers): NftRule[] => [
  rule('oifname "lo" return', 'the box with itself'),
  // Level 1: right below the root of the hierarchy.
  rule(`socket cgroupv2 level 1 vmap @${USERS}`, 'run by multihome use: the line that was asked for'),
  rule(
    `ct mark & ${hex(HELD_CONNECTION)} != 0 ct mark & ${hex(numbers.mask)} vmap @lines`,
    'the last packets of such a connection, which no socket sends',
  ),
]
