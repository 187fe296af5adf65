/** What a provider does besides routing: it takes packets from the customer's own address only. */
import { witnessAddresses } from '../model/index.ts'
import { mustRun } from './run.ts'
import type { Namespace } from './namespace.ts'
import { PROVIDER_DEVICES } from './topology.ts'
import type { LabLine } from './topology.ts'

const { customer, uplink } = PROVIDER_DEVICES

export interface WrongSource {
  readonly source: string
  readonly destination: string
}

/**
 * `assigned` holds the customer's addresses. Every other source is counted, remembered for the failing test's
 * message, and dropped, as a provider does against spoofing (BCP 38).
 */
export const providerRuleset = (line: LabLine): string => `
table ip provider {
  counter wrong_source { }
  set assigned { type ipv4_addr; elements = { ${line.address} } }
  set seen { type ipv4_addr . ipv4_addr; size 256; flags dynamic; }
  chain wrong {
    # Probes ask also between a lease and its arrival at the router, and nobody's connection goes there.
    ip daddr { ${witnessAddresses('ipv4').join(', ')} } drop
    counter name wrong_source
    add @seen { ip saddr . ip daddr } drop
    drop
  }
  chain from_customer {
    type filter hook prerouting priority raw
    iifname "${customer}" ip saddr != @assigned goto wrong
  }
  chain beyond {
    type filter hook forward priority filter
    iifname "${customer}" oifname != "${uplink}" drop
  }
}
${line.publicAddress === line.address ? '' : translation(line)}`

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

/** Replaces the customer's addresses. */
export const assignAddresses = (provider: Namespace, addresses: readonly string[]): Promise<string> =>
  nft(
    provider,
    `flush set ip provider assigned; add element ip provider assigned { ${addresses.join(', ')} }`,
  )

/** Since the lab was made. */
export async function countWrongSource(provider: Namespace): Promise<number> {
  const listing = await nft(provider, 'list counter ip provider wrong_source')
  const packets = /packets (\d+)/.exec(listing)?.[1]
  if (packets === undefined) throw new Error(`no packets in what nft printed: ${listing}`)
  return Number(packets)
}

/** The first 256 different ones. */
export async function listWrongSources(provider: Namespace): Promise<WrongSource[]> {
  const listing = await nft(provider, 'list set ip provider seen')
  return Array.from(listing.matchAll(/([\d.]+) \. ([\d.]+)/g), ([, source = '', destination = '']) => ({
    source,
    destination,
  }))
}

const nft = (provider: Namespace, text: string): Promise<string> =>
  mustRun(provider, ['nft', '-f', '-'], { input: `${text}\n` })
