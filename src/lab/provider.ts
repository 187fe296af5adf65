/** What a provider does besides routing: it takes packets from the customer's own address only. */
import { witnessAddresses } from '../model/index.ts'
import { mustRun } from './run.ts'
import type { Namespace } from './namespace.ts'
import { familyOf } from './sockets.ts'
import { PROVIDER_DEVICES } from './topology.ts'
import type { LabLine } from './topology.ts'

const { customer, uplink } = PROVIDER_DEVICES

export interface WrongSource {
  readonly source: string
  readonly destination: string
}

/**
 * `assigned` holds the customer's addresses. Every other source is counted, remembered for the failing test's
 * message, and dropped, as a provider does against spoofing (BCP 38). So is IPv6 where the provider has none.
 */
export const providerRuleset = (line: LabLine): string => `
table ip provider {
  ${wrongSources('ip', 'ipv4_addr')}
  set assigned { type ipv4_addr; ${elements(line.hasIpv4 ? [line.address] : [])} }
  chain from_customer {
    type filter hook prerouting priority raw
    # DHCP; what the server broadcasts comes back to it.
    iifname "${customer}" udp sport . udp dport { 67 . 68, 68 . 67 } accept
    iifname "${customer}" ip saddr != @assigned goto wrong
  }
  chain beyond {
    type filter hook forward priority filter
    iifname "${customer}" oifname != "${uplink}" drop
  }
}
table ip6 provider {
  ${wrongSources('ip6', 'ipv6_addr')}
  set assigned { type ipv6_addr; flags interval; ${elements(assigned6(line))} }
  chain from_customer {
    type filter hook prerouting priority raw
    iifname != "${customer}" accept
    ip6 saddr @assigned accept
    # To neighbours: those of the link, also by one that has no address yet, and the provider's end of it.
    ip6 saddr { ::, fe80::/10 } ip6 daddr { fe80::/10, ff00::/8 } accept
    ip6 saddr fe80::/10 ip6 daddr @assigned accept
    goto wrong
  }
  chain beyond {
    type filter hook forward priority filter
    iifname "${customer}" oifname != "${uplink}" drop
    # Prefixes that the customer has not got lead to him as well.
    oifname "${customer}" ip6 daddr != @assigned drop
  }
}
${line.publicAddress === line.address ? '' : translation(line)}`

const wrongSources = (header: 'ip' | 'ip6', type: string): string => `counter wrong_source { }
  set seen { type ${type} . ${type}; size 256; flags dynamic; }
  chain wrong {
    # Probes ask also between a lease and its arrival at the router, and nobody's connection goes there.
    ${header} daddr { ${witnessAddresses(header === 'ip' ? 'ipv4' : 'ipv6').join(', ')} } drop
    counter name wrong_source
    add @seen { ${header} saddr . ${header} daddr } drop
    drop
  }`

const assigned6 = ({ ipv6 }: LabLine): readonly string[] => ipv6?.assigned ?? []

/** nft knows no empty list. */
const elements = (addresses: readonly string[]): string =>
  addresses.length === 0 ? '' : `elements = { ${addresses.join(', ')} }`

/** As home routers do, which all give their customer the same private address. */
const translation = ({ address, publicAddress }: LabLine): string => `
table ip translation {
  chain out {
    type nat hook postrouting priority srcnat
    oifname "${uplink}" ip saddr ${address} snat to ${publicAddress}
  }
  chain in {
    type nat hook prerouting priority dstnat
    iifname "${uplink}" ip daddr ${publicAddress} dnat to ${address}
  }
}
`

/** Replaces the customer's addresses, of the families of which there are any. */
export async function assignAddresses(provider: Namespace, addresses: readonly string[]): Promise<void> {
  for (const [family, those] of Map.groupBy(addresses, familyOf)) {
    const set = `${family === 'ipv6' ? 'ip6' : 'ip'} provider assigned`
    await nft(provider, `flush set ${set}; add element ${set} { ${those.join(', ')} }`)
  }
}

/** Since the lab was made. */
export async function countWrongSource(provider: Namespace): Promise<number> {
  const listing = await nft(
    provider,
    FAMILIES.map((ip) => `list counter ${ip} provider wrong_source`).join('\n'),
  )
  const counts = Array.from(listing.matchAll(/packets (\d+)/g), ([, packets]) => Number(packets))
  if (counts.length !== FAMILIES.length) throw new Error(`no packets in what nft printed: ${listing}`)
  return counts.reduce((sum, count) => sum + count)
}

/** The first 256 different ones of each family. */
export async function listWrongSources(provider: Namespace): Promise<WrongSource[]> {
  // One at a time: nft 1.0.6 does not find the second of two sets that it is to list in one go.
  const listings = await Promise.all(FAMILIES.map((ip) => nft(provider, `list set ${ip} provider seen`)))
  return Array.from(
    listings.join('').matchAll(/([\da-f.:]+) \. ([\da-f.:]+)/g),
    ([, source = '', destination = '']) => ({ source, destination }),
  )
}

const FAMILIES = ['ip', 'ip6'] as const

const nft = (provider: Namespace, text: string): Promise<string> =>
  mustRun(provider, ['nft', '-f', '-'], { input: `${text}\n` })
