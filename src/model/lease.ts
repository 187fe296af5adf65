import type { Prefix } from './prefix.ts'

/** The programs that give a box its addresses, and leave notes about it. */
export type LeaseSource = 'networkd' | 'network-manager' | 'dhcpcd' | 'dhclient' | 'resolvconf' | 'pppd'

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
  /** Delegated to the box (DHCPv6-PD). */
  readonly prefixes?: readonly Prefix[]
}
