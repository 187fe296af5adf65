import { targetFamily, type ProbeKind, type ProbeTarget } from '../model/index.ts'

/** Bytes at IP level, going and coming. */
export interface ProbeBytes {
  readonly asks: number
  readonly answers: number
}

/**
 * What a probe costs over IPv4, and in how many packets. An echo carries the eight
 * bytes by which we know it; a neighbour is asked on the local
 * wire, which nobody bills; a name server tells the thirteen of the root; a page is a few headers, with a certificate
 * before it in HTTPS. The last three are typical values.
 */
const OVER_IPV4: Readonly<Record<ProbeKind, ProbeBytes & { readonly packets: ProbeBytes }>> = {
  icmp: { asks: 36, answers: 36, packets: { asks: 1, answers: 1 } },
  arp: { asks: 0, answers: 0, packets: { asks: 0, answers: 0 } },
  ndp: { asks: 0, answers: 0, packets: { asks: 0, answers: 0 } },
  tcp: { asks: 100, answers: 60, packets: { asks: 2, answers: 1 } },
  dns: { asks: 45, answers: 270, packets: { asks: 1, answers: 1 } },
  http: { asks: 400, answers: 900, packets: { asks: 5, answers: 4 } },
  https: { asks: 1000, answers: 5000, packets: { asks: 8, answers: 8 } },
}

/** Of a name as over IPv4: a page is an estimate anyway. */
export function probeBytes(target: ProbeTarget): ProbeBytes {
  const { asks, answers, packets } = OVER_IPV4[target.kind]
  const longer = targetFamily(target) === 'ipv6' ? LONGER_HEADER : 0
  return { asks: asks + longer * packets.asks, answers: answers + longer * packets.answers }
}

export function bytesOf(target: ProbeTarget): number {
  const { asks, answers } = probeBytes(target)
  return asks + answers
}

/** An IPv6 header has 40 bytes and not 20 (RFC 8200). */
const LONGER_HEADER = 20
