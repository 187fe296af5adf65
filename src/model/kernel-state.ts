import type { Mark, TableId } from './numbers.ts'
import type { LeaseNews } from './lease.ts'
import type { Family, HostAddress, Prefix } from './prefix.ts'

/** The routing protocol number on all that is ours: rules, routes, nexthops. */
export const OUR_PROTOCOL = 222

/** Our one nft table, family and name. */
export const OUR_TABLE = 'inet multihomed'

/** By what the own packets of a tunnel are known that this box makes: where they go, or the UDP port they come from. */
export type TunnelSign = { readonly to: string } | { readonly fromUdpPort: number }

export type Radio = 'wireless' | 'mobile'

export interface Link {
  readonly name: string
  readonly index: number
  /** Set administratively up (`ip link set … up`). */
  readonly up: boolean
  readonly carrier: boolean
  readonly pointToPoint: boolean
  /** The longest packet that goes through whole. */
  readonly mtuBytes: number
  /** It is a tunnel; by what its own packets are known, as far as the kernel knows it. */
  readonly tunnel?: readonly TunnelSign[]
  /** What made it, in the words of `ip -d link`: `bridge`, `wireguard`, `veth`; absent for hardware. */
  readonly kind?: string
  /** It goes through the air. */
  readonly radio?: Radio
  readonly rxBytes: number
  readonly txBytes: number
}

export interface InterfaceAddress extends HostAddress {
  readonly dev: string
  /** Then the kernel takes it away by itself; absent: never. */
  readonly validForS?: number
  /** Nobody may use it yet: somebody else on the network may have it (duplicate address detection). */
  readonly tentative?: true
  /** Still good, but nothing more should begin with it: whoever gave it says so (RFC 4862, 5.5.4). */
  readonly deprecated?: true
  /** One of many that come and go, for privacy (RFC 8981). */
  readonly temporary?: true
  /** How long it may still begin connections, when the kernel was read; absent: for ever. */
  readonly preferredForS?: number
}

/** A policy rule, in the words of `ip rule`. */
export interface IpRule {
  readonly family: Family
  readonly priority: number
  readonly not?: boolean
  readonly from?: Prefix
  readonly to?: Prefix
  readonly iif?: string
  readonly oif?: string
  readonly fwmark?: { readonly mark: Mark; readonly mask: Mark }
  /** Of whose sockets the packets are, both ends inclusive; what is forwarded counts as user 0's. */
  readonly uids?: { readonly first: number; readonly last: number }
  /** Of ours alone: a foreign rule that asks for ports says so in `other`. */
  readonly dport?: number
  /** Of UDP packets that come from this port. Of ours only; a rule of others has it among `other`. */
  readonly udpSport?: number
  readonly suppressPrefixLength?: number
  /** The table that is looked up; absent for rules that end otherwise (`prohibit`, `goto`, l3mdev, …). */
  readonly table?: TableId
  readonly protocol: number
  /** Selectors and actions we have no word for (`ipproto`, `dport`, …), as `ip -j` names them. */
  readonly other: readonly string[]
}

export type RouteType =
  'unicast' | 'prohibit' | 'unreachable' | 'blackhole' | 'throw' | 'local' | 'broadcast' | 'other'

export interface Route {
  readonly family: Family
  readonly table: TableId
  readonly type: RouteType
  readonly destination: Prefix
  readonly via?: string
  readonly dev?: string
  readonly src?: string
  readonly nexthopId?: number
  readonly onlink?: boolean
  /** No longer packet leaves by it whole; absent: as long as the link takes them. */
  readonly mtuBytes?: number
  readonly metric: number
  readonly protocol: number
}

export type Nexthop =
  | {
      readonly kind: 'single'
      readonly id: number
      readonly family: Family
      readonly via?: string
      readonly dev: string
      readonly onlink?: boolean
      readonly protocol: number
    }
  | {
      readonly kind: 'group'
      readonly id: number
      readonly members: readonly { readonly id: number; readonly weight: number }[]
      readonly resilient: boolean
      readonly protocol: number
    }

/** A kernel setting; `key` is its path below /proc/sys, so that a dot in an interface name stays a dot. */
export interface Sysctl {
  readonly key: string
  readonly value: string
}

/**
 * One rule of an nft chain. `comment` ends in a fingerprint of `text`: nft prints a rule back in other words
 * than it was given, and differently in every version, but it keeps a comment to the letter.
 */
export interface NftRule {
  readonly text: string
  readonly comment: string
}

export interface NftChain {
  readonly name: string
  /** `type filter hook output priority mangle; policy accept;`; absent for a chain that is only jumped to. */
  readonly hook?: string
  readonly rules: readonly NftRule[]
}

/** By comment alone: it ends in a fingerprint of the text that was given. */
export const sameRules = (a: NftChain, b: NftChain | undefined): boolean =>
  b !== undefined &&
  a.rules.length === b.rules.length &&
  a.rules.every((rule, i) => rule.comment === b.rules[i]?.comment)

/** A set or a map whose elements we own; values are verdicts (`goto line_1`), empty for a set. */
export interface NftMap {
  readonly kind: 'set' | 'map'
  readonly name: string
  /** What stands between the braces: `type ifname : verdict;` */
  readonly declaration: string
  readonly elements: ReadonlyMap<string, string>
  /** Filled by packets: its elements are the kernel's and never read or compared. */
  readonly dynamic?: boolean
}

/** Connections that the kernel hands on by itself between these devices, past all rules. */
export interface NftFlowtable {
  readonly name: string
  readonly devices: readonly string[]
}

/** Our one nft table, `inet multihomed`. */
export interface Ruleset {
  /** It is there and sees no packet (`flags dormant`). */
  readonly dormant?: true
  readonly counters: readonly string[]
  readonly maps: readonly NftMap[]
  readonly chains: readonly NftChain[]
  /** Absent: every packet is seen by the rules. */
  readonly flowtable?: NftFlowtable
}

/** A neighbour that did not answer when the kernel last asked for its hardware address. */
export interface SilentNeighbour {
  readonly dev: string
  readonly address: string
}

/** Somebody on a network of the box. */
export interface Neighbour {
  readonly dev: string
  readonly address: string
  /** The hardware address, where the kernel knows it. */
  readonly mac?: string
}

/** How long a packet an interface takes. */
export interface LinkMtu {
  readonly dev: string
  readonly mtuBytes: number
}

/**
 * Holds back what goes through a device, so that packets wait here, where the queue can be kept short, and not at the
 * provider. Ours in the kernel: the root queue with our handle, and what is led through an interface of ours.
 */
export interface Shaper {
  readonly dev: string
  readonly direction: 'up' | 'down'
  /** 0: there are only parts of it. */
  readonly bitsPerSecond: number
  /** Of what comes in: the interface of ours through which it is led, for only what leaves can wait. */
  readonly through: string
}

/** As found: what holds it back. */
export interface FoundShaper extends Shaper {
  readonly by: string
}

/** The interface that is shaped, and what of ours would hold back what comes in by it. */
export type ShapedDevice = Pick<Shaper, 'dev' | 'through'>

/** A queue where one of ours would stand, which neither we nor the kernel put there. */
export interface OtherQueue {
  readonly dev: string
  readonly direction: Shaper['direction']
  /** In the words of `tc`: `htb 1:` */
  readonly called: string
}

/** What is ours in the kernel, as it is or as it should be. Speaks of nothing that is not ours. */
export interface KernelState {
  readonly sysctls: readonly Sysctl[]
  /** Interfaces that must be administratively up. */
  readonly linksUp: readonly string[]
  /** Of whom the kernel should not think any more that they do not answer. */
  readonly askAnew: readonly SilentNeighbour[]
  /** Whose hardware address the kernel should find out. */
  readonly ask: readonly Neighbour[]
  readonly mtus: readonly LinkMtu[]
  readonly shapers: readonly Shaper[]
  readonly addresses: readonly InterfaceAddress[]
  readonly nexthops: readonly Nexthop[]
  readonly routes: readonly Route[]
  readonly rules: readonly IpRule[]
  readonly ruleset: Ruleset | undefined
  /** Connections that must be no more. */
  readonly ended: readonly Ended[]
}

/** Connections of one family by a part of their mark, as connection tracking keeps it: those of a line, mostly. */
export interface MarkedConnections {
  readonly family: Family
  readonly mark: Mark
  readonly mask: Mark
}

/** Connections that must be no more. */
export interface Ended extends MarkedConnections {
  /** Only those in which a tunnel carries its packets, and of them no TCP. */
  readonly tunnel?: { readonly sign: TunnelSign; readonly own: readonly string[] }
  /** Only those of hosts that have an address in it, or are seen outside with one. */
  readonly within?: Prefix
}

/** What this kernel can do; found once at start, said out loud when something is missing. */
export interface Capabilities {
  readonly kernelRelease: string
  readonly nexthopObjects: boolean
  readonly resilientGroups: boolean
  /** Can tell the packets of a control group (`socket cgroupv2`, since 5.13). */
  readonly groupMatch: boolean
  /** Can hand on connections past the rules (`flowtable`), with all that a rule for it needs; tried where it is asked for. */
  readonly flowtables: boolean
  /** What can be held back; the most until the kernel has refused. */
  readonly shaping: 'both' | 'outwards' | 'none'
}

/** The whole picture one reading of the kernel gives, ours and everybody else's. */
export interface Observed {
  readonly links: readonly Link[]
  readonly addresses: readonly InterfaceAddress[]
  readonly rules: readonly IpRule[]
  readonly routes: readonly Route[]
  readonly nexthops: readonly Nexthop[]
  readonly silentNeighbours: readonly SilentNeighbour[]
  /** Control groups that `multihome use` made and that are still in use, by their path below /sys/fs/cgroup. */
  readonly useGroups: readonly string[]
  /** Those that were asked about, as far as the kernel has heard of them. */
  readonly neighbours: readonly Neighbour[]
  readonly sysctls: readonly Sysctl[]
  /** What those who manage addresses left about interfaces, the most trusted first; absent: nobody looked. */
  readonly leases?: readonly LeaseNews[]
  /** On the devices that were asked about. */
  readonly shapers: readonly FoundShaper[]
  readonly otherQueues: readonly OtherQueue[]
  readonly ruleset: Ruleset | undefined
  readonly capabilities: Capabilities
}
