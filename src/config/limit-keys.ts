import type { KeyDoc } from './keys.ts'
import type { Bounds } from './quantities.ts'

/** The keys that say what goes through a line at once. */

export const MSS_WORDS = ['auto', 'off'] as const

/** RFC 9293, 3.7.1: what every host takes; and what an IPv4 packet has room for. */
export const MSS_RANGE = { min: 536, max: 65_495 } as const

/** IPv6 needs 1280 (RFC 8200, 5); more than 65535 no device takes. */
export const MTU_RANGE = { min: 1280, max: 65_535 } as const

export const SHAPE_BOUNDS = {
  min: '64 kbit',
  max: '100 Gbit',
  tooLittle: 'a single long packet would hold up all others for a fifth of a second',
} as const satisfies Bounds

export const SHAPE_KEYS = {
  up: {
    expects: 'a speed, such as 20 Mbit',
    means: 'How fast the line sends.',
    example: '18 Mbit',
    leftOut: 'as fast as it is',
    elsewhere: ['upload', 'upstream', 'tx', 'egress', 'out'],
  },
  down: {
    expects: 'a speed, such as 100 Mbit',
    means:
      'How fast the line receives. What comes in has come over the line already; but TCP and QUIC send no faster than it gets through, so the queue moves from the provider to here.',
    example: '90 Mbit',
    leftOut: 'as fast as it is',
    elsewhere: ['download', 'downstream', 'rx', 'ingress', 'in'],
  },
} as const satisfies Record<string, KeyDoc>

export const LIMIT_KEYS = {
  mtu: {
    expects: `a whole number of bytes from ${MTU_RANGE.min} to ${MTU_RANGE.max}, such as 1492`,
    means:
      'How long a packet the interface of the line takes, set by us; `multihome down` puts back what it was. ' +
      'For what Ethernet alone does not know: 1492 for a modem that does PPPoE itself. PPP and tunnels set their own. A card may lose its carrier for a moment when it changes.',
    example: 1492,
    leftOut: 'the interface keeps its own',
    elsewhere: ['mru', 'max-mtu', 'packet-size'],
  },
  shape: {
    expects: 'a speed, such as 20 Mbit, or a map such as { up: 18 Mbit, down: 90 Mbit }',
    means:
      'Holds the line to a speed a little below its own, 90 to 95 %, so that packets wait here and not in the modem: calls and games stay quick while somebody uploads. A speed alone is `up`. ' +
      "The kernel's `cake` does it, sharing the line fairly among the hosts of the LAN; without it `tbf`, with `fq_codel` where there is one. `down` leads what comes in through an interface `mhin-…` of ours. " +
      'A queue that somebody else has put on the interface stays, and a note tells so.',
    example: { up: '18 Mbit', down: '90 Mbit' },
    leftOut: 'nothing is held back',
    elsewhere: ['shaping', 'shaper', 'qos', 'sqm', 'cake', 'tc', 'limit', 'speed', 'rate'],
  },
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
