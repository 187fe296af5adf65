/** IPv6 of the lab on paper: which addresses a line, the LAN and the internet have. Nothing here touches a kernel. */
import { containsAddress, parsePrefix } from '../model/index.ts'

/** What a line has of IPv6. Only the card is shared, where lines share anything: each provider has networks of its own. */
export interface LineIpv6 {
  /** Of the cable to the customer: `2001:db8:1::/64` for the first line. */
  readonly network: string
  /** An address of the link, and the same on every line with a cable of its own, as providers have it: `fe80::1`. */
  readonly gateway: string
  /** Everybody's address of the same gateway. */
  readonly provider: string
  /** The customer's, without and with its length; of the link where he gets none. */
  readonly address: string
  readonly addressWithLength: string
  /** For networks behind the customer, routed to his address: `2001:db8:100::/56`; absent: there is none. */
  readonly delegated?: string
  /** From where the customer may speak. */
  readonly assigned: readonly string[]
  /** All that is the provider's, whatever it gives to its customer just now. */
  readonly routed: readonly string[]
  readonly uplink: { readonly internet: string; readonly provider: string }
}

/**
 * `delegated`: a network for the cable and a prefix for those behind the customer; `link-only`: the first alone;
 * `delegated-only`: the other alone, led to an address of the link, as PPPoE has it, which no file gives to the router.
 */
export type Ipv6Kind = 'delegated' | 'link-only' | 'delegated-only'

export interface Lan6Options {
  /** Every host has an address of `LAN6.network`; default: unless there are prefixes. */
  readonly ula?: boolean
  /** Lines of whose delegated prefix every host has an address. */
  readonly prefixesOf?: readonly string[]
  /** `advertised`: clients hold nothing and listen to router advertisements, as the kernel does by itself. */
  readonly clients?: 'fixed' | 'advertised'
}

/** A ULA (RFC 4193); the gateway is the router on the LAN's cable. */
export const LAN6 = { network: 'fd00:10::/64', gateway: 'fe80::1' } as const

/**
 * The line's number is read as if it were hexadecimal, so that people find it: the twelfth line has 2001:db8:12::/64 and
 * 2001:db8:1200::/56, and no line meets 2001:db8:f::/64, where the servers are.
 * @param onSharedCard its gateway needs an address of its own there
 */
export function planLineIpv6(number: number, kind: Ipv6Kind, onSharedCard: boolean): LineIpv6 {
  const net = `2001:db8:${number}:`
  const network = `${net}:/64`
  const delegated = kind === 'link-only' ? undefined : delegatedPrefix(number, 0)
  const address = kind === 'delegated-only' ? `fe80::${number}:2` : `${net}:2`
  return {
    network,
    gateway: onSharedCard ? `fe80::${number}` : 'fe80::1',
    provider: `${net}:1`,
    address,
    addressWithLength: `${address}/64`,
    ...(delegated !== undefined && { delegated }),
    assigned: [kind === 'delegated-only' ? [] : network, delegated ?? []].flat(),
    routed: [network, `2001:db8:${number}00::/40`],
    uplink: { internet: `${net}ffff::1`, provider: `${net}ffff::2` },
  }
}

/** @param renumbered how often the provider gave another one before, up to 99 times */
export const delegatedPrefix = (number: number, renumbered: number): string =>
  `2001:db8:${number}${String(renumbered).padStart(2, '0')}::/56`

/** The servers' IPv6 addresses, with the last number of their IPv4 ones. */
export const server6 = (last: number): string => `2001:db8:f::${last}`

/** @param host its last number, as in IPv4 @returns addresses with their lengths, the first /64 of each prefix is the LAN's */
export const lanAddresses = (networks: readonly string[], host: number): string[] =>
  networks.map((network) => `${network.slice(0, network.indexOf('/'))}${host}/64`)

/** Whether the internet sends what is for this address to that line. */
export const isRoutedTo = ({ routed }: LineIpv6, address: string): boolean =>
  routed.some((text) => {
    const prefix = parsePrefix(text)
    return prefix !== undefined && containsAddress(prefix, address)
  })
