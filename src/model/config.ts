import type { SegmentLimit, Shape } from './line-limits.ts'
import type { FailbackPolicy, HealthPolicy, LineRole, ReleasePolicy } from './line-policy.ts'
import { familyOf, type Family, type HostAddress, type Prefix } from './prefix.ts'
import type { NotifyConfig } from './message.ts'
import type { Mark } from './numbers.ts'
import type { PortForward } from './port-forward.ts'

/** Where something stands in the operator's file; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Which connections of a client keep meeting on one line.
 * `connection`: none, each is chosen anew. `pair`: those of one client with one server. `client`: all of one client.
 */
export type Affinity = 'connection' | 'pair' | 'client'

/** How a line's connections get their source address; `auto` is `snat` for a fixed address, else `masquerade`. */
export type NatMode = 'auto' | 'snat' | 'masquerade' | 'off'

/** Who wins when another program's rule behind ours takes everything, as a VPN's does: that program, or the lines. */
export type VpnOrder = 'first' | 'ours'

/**
 * What may come in by a line. `allow`: we refuse nothing, a firewall of the box may. `drop`: answers and what is
 * open, nothing else.
 */
export type Inbound = 'allow' | 'drop'

/** Ports of this box that may be reached by the lines, both ends included. */
export interface OpenPort {
  readonly protocol: 'tcp' | 'udp'
  readonly firstPort: number
  readonly lastPort: number
  readonly place: Place
}

/** As in the file: `tcp/22`, `udp/8000-8100` */
export const formatPorts = ({ protocol, firstPort, lastPort }: Omit<OpenPort, 'place'>): string =>
  `${protocol}/${firstPort}${lastPort === firstPort ? '' : `-${lastPort}`}`

export const coversPort = (
  { protocol, firstPort, lastPort }: Omit<OpenPort, 'place'>,
  asked: { readonly protocol?: 'tcp' | 'udp'; readonly port: number },
): boolean => protocol === asked.protocol && firstPort <= asked.port && asked.port <= lastPort

export interface Firewall {
  readonly inbound: Inbound
  /** No two overlap. */
  readonly open: readonly OpenPort[]
  /** Where `firewall` was written, for reasons. */
  readonly place?: Place
}

export interface LanInterface {
  readonly name: string
  /** Set by us (how-to 2.3.1); empty: left as they are. */
  readonly addresses: readonly HostAddress[]
  /** Hosts there hear of us as a router, and of the prefixes on it. */
  readonly advertise?: true
  readonly place: Place
}

/** What a program of the operator's can be told of. */
export const EVENT_KINDS = [
  'suspect',
  'down',
  'up',
  'degraded',
  'released',
  'failback',
  'quota',
  'offline',
  'online',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** A program of the operator's, run when something happens. */
export interface HookConfig {
  /** Program and arguments; never a shell's. */
  readonly run: readonly string[]
  readonly on: readonly EventKind[]
  readonly timeoutMs: number
  readonly place: Place
}

/** Whoever of these leaves by the line has this address of it. Where clients overlap the longest prefix counts. */
export interface ClientSource {
  readonly clients: Prefix
  readonly address: string
}

/** The resolvers of a line: `auto` is what is found out, none is none. */
export type LineResolvers = 'auto' | readonly string[]

/**
 * Who is told of the resolvers of lines in use. `file`: whoever reads that file, such as dnsmasq. `resolved`,
 * `unbound`: that program, by its own command.
 */
export type ResolverDriver =
  { readonly is: 'off' | 'resolved' | 'unbound' } | { readonly is: 'file'; readonly path: string }

export interface LineConfig {
  readonly name: string
  readonly interface: string
  /** Part of a ratio of small whole numbers, greatest common divisor 1 over all normal lines; 1 of a backup. */
  readonly weight: number
  /** Somebody wished `weight` at run time; this is what the file says. */
  readonly weightInFile?: number
  /**
   * Fixed, put on the interface by us (how-to 2.3.2); the first of each family is what connections leave with. A
   * family without any: follow what the interface has.
   */
  readonly addresses: readonly HostAddress[]
  /** A DHCP client of ours asks for the IPv4 address. */
  readonly dhcp?: true
  /** One of each family at most; without one: found from a default route on the interface. */
  readonly gateways: readonly string[]
  /** What the provider routes to this box: whoever has an address of these leaves by this line, and keeps it. */
  readonly networks: readonly Prefix[]
  /** Clients that leave by it with an address of their own; absent: none do. */
  readonly sources?: readonly ClientSource[]
  /** Those in which it is a line; of others its interface is no business of ours. */
  readonly families: readonly Family[]
  /** Lines by which the packets of the tunnel itself may leave: the first one that works. */
  readonly via?: readonly string[]
  /** Where they go. Absent: as the kernel knows. */
  readonly endpoints?: readonly string[]
  readonly nat: NatMode
  readonly mss: SegmentLimit
  /** Of the interface. Absent: as it is. */
  readonly mtuBytes?: number
  /** Absent: as fast as it is. */
  readonly shape?: Shape
  readonly role: LineRole
  /** Its volume costs money. */
  readonly metered: boolean
  /** On which day of a month its volume begins to count anew, 1 to 31; a month without it: on its last. */
  readonly billingDay: number
  /** So much is paid for in such a month, both ways. */
  readonly quotaBytes?: number
  /** What holds instead if its interface is a mobile modem; absent: the file says whether its volume costs. */
  readonly ifMobile?: Pick<LineConfig, 'metered' | 'health' | 'failback'>
  readonly health: HealthPolicy
  readonly release: ReleasePolicy
  readonly failback: FailbackPolicy
  readonly dns: LineResolvers
  readonly place: Place
  /** Places of the keys that were written, for reasons: `weight`, `address`, `gateway`, … */
  readonly keys: Readonly<Record<string, Place>>
}

/** The one that connections leave with, where the file fixes it. */
export const fixedAddress = (
  { addresses }: Pick<LineConfig, 'addresses'>,
  family: Family,
): HostAddress | undefined => addresses.find((address) => address.family === family)

export const fixedGateway = (
  { gateways }: Pick<LineConfig, 'gateways'>,
  family: Family,
): string | undefined => gateways.find((gateway) => familyOf(gateway) === family)

/**
 * What programs of the box find that ask the main table itself, past the rules (Tailscale). `leave`: what DHCP or
 * the admin put there. `lines`: a default over the lines in use.
 */
export type MainDefault = 'leave' | 'lines'

/** Where the API is to be had besides its Unix socket. */
export interface ApiConfig {
  /** An address of the box, or `localhost`: both of its own. */
  readonly address: string
  readonly port: number
  /** Names of hosts under which it may be asked, in small letters. */
  readonly names: readonly string[]
  /** Paths of files in PEM; absent: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** What is remembered on disk of what happened. */
export interface HistoryConfig {
  /** All of it together. */
  readonly sizeBytes: number
  /** What each client had through each line. */
  readonly clients: boolean
}

/** Whether the kernel may hand on connections past our rules, once nothing is left to be decided about them. */
export type OffloadKind = 'off' | 'software'

export interface Config {
  readonly file: string
  readonly lan: {
    readonly interfaces: readonly LanInterface[]
    /** Narrows what is balanced; empty: everything that comes in by a LAN interface. */
    readonly networks: readonly Prefix[]
  }
  /** In the order of the file, names unique. */
  readonly lines: readonly LineConfig[]
  readonly affinity: Affinity
  readonly firewall: Firewall
  /** In the order of the file; no two for one port of one address. */
  readonly forwards: readonly PortForward[]
  /** Absent: like `first`, and the operator is asked for a word. */
  readonly vpn?: VpnOrder
  readonly mainDefault: MainDefault
  readonly offload: OffloadKind
  readonly dns: ResolverDriver
  readonly hooks: readonly HookConfig[]
  /** Absent: its Unix socket alone. */
  readonly api?: ApiConfig
  /** Absent: nothing is remembered. */
  readonly history?: HistoryConfig
  /** Absent: nobody is sent messages. */
  readonly notify?: NotifyConfig
  readonly marks: { readonly mask: Mark }
  /** Added to the how-to's rule priorities 50, 101, 201… and 222. */
  readonly rulePriorityBase: number
  /** Places of the keys at its top that were written, for reasons. */
  readonly keys?: Readonly<Record<string, Place>>
}
