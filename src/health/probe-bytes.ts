import type { ProbeKind } from '../model/index.ts'

/**
 * What a probe costs at IP level, going and coming. An echo carries nothing; a neighbour is asked on the local wire,
 * which nobody bills; a name server tells the thirteen of the root; a page is a few headers, with a certificate
 * before it in HTTPS. The last three are typical values.
 */
export const PROBE_BYTES: Readonly<Record<ProbeKind, { readonly asks: number; readonly answers: number }>> = {
  icmp: { asks: 28, answers: 28 },
  arp: { asks: 0, answers: 0 },
  tcp: { asks: 100, answers: 60 },
  dns: { asks: 45, answers: 270 },
  http: { asks: 400, answers: 900 },
  https: { asks: 1000, answers: 5000 },
}

export const bytesOf = (kind: ProbeKind): number => PROBE_BYTES[kind].asks + PROBE_BYTES[kind].answers
