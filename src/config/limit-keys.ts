import type { KeyDoc } from './keys.ts'

/** The keys that say what goes through a line at once. */

export const MSS_WORDS = ['auto', 'off'] as const

/** RFC 9293, 3.7.1: what every host takes; and what an IPv4 packet has room for. */
export const MSS_RANGE = { min: 536, max: 65_495 } as const

export const LIMIT_KEYS = {
  mss: {
    expects: 'auto, off or a number of bytes, such as 1400',
    means:
      "How long a TCP segment two hosts may agree on over the line, in both directions and over IPv4 and IPv6. `auto`: what fits through it, as its interface's MTU says, where that is less than 1500 bytes or than the MTU of a LAN interface, and always on point-to-point lines (PPP, tunnels). " +
      'A number, in bytes, for a way that is narrower further out: 40 less than its MTU, 60 less for IPv6. `off`: the hosts find out themselves, by messages that are often lost on the way. Nothing is ever raised, and only the first packets of connections are touched.',
    example: 1400,
    default: 'auto',
    elsewhere: [
      'mssclamp',
      'mss-clamp',
      'mss_clamp',
      'mss_clamping',
      'mtu_fix',
      'mssfix',
      'adjust-mss',
      'tcp-mss',
      'clamp',
    ],
  },
} as const satisfies Record<string, KeyDoc>
