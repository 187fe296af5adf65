import type { NftChain, NftMap, NftRule } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { chain, hex, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

/**
 * In the connection mark: this connection keeps its line in every packet of it, not only in answers. Needed where the
 * packet's source does not tell the line: it was chosen before the line was.
 */
const HELD = 0x4000_0000

/** While `multihome use` runs a command, the control group of the command stands here with the line it was given. */
export const usersMap: NftMap = {
  kind: 'map',
  name: 'users',
  declaration: 'type cgroupsv2 : verdict; flags timeout;',
  elements: new Map(),
  // Filled while we run, by `hold`; a group that is gone has no name any more by which it could be compared.
  dynamic: true,
}

export const useChain = ({ id, config: { name } }: LineFacts): NftChain =>
  chain(`use_${id}`, [
    rule(
      `ip6 daddr 2000::/3 meta l4proto tcp reject with tcp reset`,
      `used over ${name}, which is IPv4 only`,
    ),
    rule('ip6 daddr 2000::/3 reject', 'the command tries IPv4 next'),
    rule('meta nfproto != ipv4 return', 'IPv6 of the LAN'),
    rule(`ct mark set ct mark | ${hex(HELD)}`, 'every packet of it is held, also those of no socket'),
    rule(`goto line_${id}`, `used over ${name}`),
  ])

/** The first of `output`: what programs on the box itself were told. */
export const useRules = (numbers: Numbers): NftRule[] => [
  rule('oifname "lo" return', 'the box with itself'),
  // Level 1: right below the root of the hierarchy.
  rule('socket cgroupv2 level 1 vmap @users', 'run by multihome use: the line that was asked for'),
  rule(
    `ct mark & ${hex(HELD)} != 0 ct mark & ${hex(numbers.mask)} vmap @lines`,
    'the last packets of such a connection, which no socket sends',
  ),
]
