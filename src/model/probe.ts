import type { Mark } from './numbers.ts'

/** Which way a probe leaves, whatever the routing says by default; nothing given: as the routes decide. */
export interface ProbePath {
  readonly dev?: string
  readonly mark?: Mark
  /** An IPv4 address of this box. */
  readonly source?: string
}

/** Whom a probe asks, and how: an ICMP echo, the beginning of a TCP connection, a DNS question over UDP. */
export type ProbeTarget =
  | { readonly kind: 'icmp'; readonly address: string }
  | { readonly kind: 'tcp' | 'dns'; readonly address: string; readonly port?: number }

export type ProbeAnswer =
  | { readonly answered: true; readonly delayMs: number }
  | {
      readonly answered: false
      /** Completes "no proof, because": `no answer within 1000 ms`, `no route leads there`. */
      readonly why: string
      /** The question never left this box: it says nothing of the line. */
      readonly unasked?: true
    }

/**
 * Where the Internet is taken to begin: the public resolvers of three operators, so that the trouble of one is not
 * taken for trouble of a line. Each answers every kind of probe at one and the same anycast address, all over the
 * world, and the lab's internet owns these addresses as well.
 */
export const WITNESSES = [
  { operator: 'Cloudflare', address: '1.1.1.1' },
  { operator: 'Google', address: '8.8.8.8' },
  { operator: 'Quad9', address: '9.9.9.9' },
] as const

/** Ports that stand for a kind when none is given: HTTPS is seldom answered in another's name, DNS has but one. */
export const PROBE_PORTS = { tcp: 443, dns: 53 } as const

/** Every witness asked in one way. */
export const witnessesBy = (kind: ProbeTarget['kind']): ProbeTarget[] =>
  WITNESSES.map(({ address }) => ({ kind, address }))
