/** A line whose address a client of ours asked for is, while the lease lasts, as if it stood in the file. */
import {
  fixedAddress,
  fixedGateway,
  type Config,
  type HostAddress,
  type LeaseNews,
  type LineConfig,
  type Observed,
} from '../model/index.ts'

export const withLeases = (config: Config, observed: Observed): Config => ({
  ...config,
  lines: config.lines.map((line) => withLease(line, leaseOf(line, observed))),
})

function withLease(line: LineConfig, lease: LeaseNews | undefined): LineConfig {
  const { address, gateway } = lease ?? {}
  if (address === undefined || fixedAddress(line, 'ipv4') !== undefined) return line
  const isNew = gateway !== undefined && fixedGateway(line, 'ipv4') === undefined
  return {
    ...line,
    addresses: [...line.addresses, address],
    gateways: [...line.gateways, ...(isNew ? [gateway] : [])],
  }
}

/** For how long the lease gives it; absent: it is of no lease, or of one for ever. */
export const validForS = (line: LineConfig, address: HostAddress, observed: Observed): number | undefined => {
  const lease = leaseOf(line, observed)
  return lease?.address?.address === address.address ? lease.validForS : undefined
}

const leaseOf = (line: LineConfig, { leases = [] }: Observed): LeaseNews | undefined =>
  line.dhcp === true
    ? leases.find((news) => news.source === 'multihomed' && news.interface === line.interface)
    : undefined
