import type { HostAddress, Prefix } from './prefix.ts'

/** The programs that give a box its addresses, and leave notes about it. */
export type LeaseSource =
  'networkd' | 'network-manager' | 'dhcpcd' | 'dhclient' | 'resolvconf' | 'pppd' | 'multihomed'

/** What one of them left about an interface; the kernel knows nothing of most of it. */
export interface LeaseNews {
  readonly interface: string
  readonly source: LeaseSource
  /** IPv4. */
  readonly gateway?: string
  /** Resolvers of both families, best first. */
  readonly dns: readonly string[]
  readonly mtuBytes?: number
  /** By the wall clock; absent: nobody said, or for ever. */
  readonly validUntilMs?: number
  /** With `multihomed`: what is to be on the interface. */
  readonly address?: HostAddress
  /** Of that address. */
  readonly validForS?: number
  /** Delegated to the box (DHCPv6-PD). */
  readonly prefixes?: readonly Prefix[]
}

/** What a DHCP server gave to a client that works for us; kept until it ends. */
export interface Lease {
  readonly dev: string
  readonly address: HostAddress
  readonly router?: string
  readonly dns: readonly string[]
  readonly mtuBytes?: number
  /** In seconds since the box booted, which no wall clock can set back; absent: for ever. */
  readonly endsAtUptimeS?: number
}
