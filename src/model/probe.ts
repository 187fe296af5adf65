import { parseAddress, type Family } from './prefix.ts'
import type { Mark } from './numbers.ts'

/** Which way a probe leaves, whatever the routing says by default; nothing given: as the routes decide. */
export interface ProbePath {
  readonly dev?: string
  readonly mark?: Mark
  /** An address of this box. */
  readonly source?: string
  /** In which names are looked up and asked, IPv4 when absent; an address is asked in its own. */
  readonly family?: Family
}

/**
 * Whom a probe asks, and how: an ICMP echo; the hardware address of a neighbour, by ARP or neighbour discovery; the
 * beginning of a TCP connection; a DNS question over UDP; a page over HTTP.
 */
export type ProbeTarget =
  | { readonly kind: 'icmp'; readonly address: string }
  | { readonly kind: 'arp'; readonly address: string }
  | { readonly kind: 'ndp'; readonly address: string }
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
      /** An address, of IPv6 without brackets; or a name, which is asked for over the same line. */
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

/** The largest packet that passes by a line, and back. */
export type PathMtu =
  | {
      readonly is: 'passes'
      readonly bytes: number
      /** A router on the way says that larger ones do not fit, so that programs can send smaller ones. */
      readonly isTold: boolean
    }
  /** Nobody answered, whatever the size. */
  | { readonly is: 'silent' }
  | { readonly is: 'unasked'; readonly why: string }

/**
 * Where the Internet is taken to begin: the public resolvers of three operators, so that the trouble of one is not
 * taken for trouble of a line. Each answers every kind of probe at one and the same anycast address of either family,
 * all over the world, and the lab's internet owns these addresses as well.
 */
export const WITNESSES = [
  { operator: 'Cloudflare', ipv4: '1.1.1.1', ipv6: '2606:4700:4700::1111' },
  { operator: 'Google', ipv4: '8.8.8.8', ipv6: '2001:4860:4860::8888' },
  { operator: 'Quad9', ipv4: '9.9.9.9', ipv6: '2620:fe::fe' },
] as const

/** Ports that stand for a kind when none is given: HTTPS is seldom answered in another's name, DNS has but one. */
export const PROBE_PORTS = { tcp: 443, dns: 53, http: 80, https: 443 } as const

/** The addresses of the witnesses. */
export const witnessAddresses = (family: Family): string[] => WITNESSES.map((witness) => witness[family])

/** Every witness asked in one way. */
export const witnessesBy = (kind: WitnessTarget['kind'], family: Family = 'ipv4'): WitnessTarget[] =>
  witnessAddresses(family).map((address) => ({ kind, address }))

/** @returns `undefined`: a name, which may have addresses of both */
export const targetFamily = (target: ProbeTarget): Family | undefined =>
  parseAddress('host' in target ? target.host : target.address)?.family

/** How a gateway is asked for, which need not answer anything else. */
export const gatewayTarget = (address: string): ProbeTarget =>
  address.includes(':') ? { kind: 'ndp', address } : { kind: 'arp', address }

/** A host as it stands in front of a port, or in the address of a page. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)
