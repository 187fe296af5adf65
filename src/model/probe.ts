import type { Mark } from './numbers.ts'

/** Which way a probe leaves, whatever the routing says by default; nothing given: as the routes decide. */
export interface ProbePath {
  readonly dev?: string
  readonly mark?: Mark
  /** An IPv4 address of this box. */
  readonly source?: string
}

/**
 * Whom a probe asks, and how: an ICMP echo; the hardware address of a neighbour; the beginning of a TCP connection; a
 * DNS question over UDP; a page over HTTP.
 */
export type ProbeTarget =
  | { readonly kind: 'icmp'; readonly address: string }
  | { readonly kind: 'arp'; readonly address: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port?: number }
  | {
      readonly kind: 'dns'
      readonly address: string
      readonly port?: number
      /** Absent: the name servers of the root, and any answer will do. */
      readonly name?: string
      /** An address that must be among the answers. */
      readonly expect?: string
    }
  | {
      readonly kind: 'http' | 'https'
      /** A name is asked for over the same line. */
      readonly host: string
      readonly port?: number
      /** Begins with a slash. */
      readonly path: string
      /** Absent: any, and a redirect elsewhere is a login page. */
      readonly status?: number
      /** Must be in the page. */
      readonly body?: string
    }

/** Those that a single packet asks, and a single packet answers. */
export type WitnessTarget = Extract<ProbeTarget, { kind: 'icmp' | 'tcp' | 'dns' }>

export type ProbeKind = ProbeTarget['kind']

export type ProbeAnswer =
  | {
      readonly answered: true
      readonly delayMs: number
      /** Somebody else answered, in the target's name: a login page, a resolver that lies. In words, what came. */
      readonly falsely?: string
      /** What came sends one away, as a login page does; what is false otherwise may be the target's own fault. */
      readonly portal?: true
    }
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
export const PROBE_PORTS = { tcp: 443, dns: 53, http: 80, https: 443 } as const

/** Every witness asked in one way. */
export const witnessesBy = (kind: WitnessTarget['kind']): WitnessTarget[] =>
  WITNESSES.map(({ address }) => ({ kind, address }))
