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
import type { Memory } from './memory.ts'

export const withLeases = (config: Config, observed: Observed, { originals }: Memory): Config => {
  const mtuBefore = (dev: string): number =>
    originals.mtus.find((mtu) => mtu.dev === dev)?.mtuBytes ??
    observed.links.find(({ name }) => name === dev)?.mtuBytes ??
    0
  return {
    ...config,
    lines: config.lines.map((line) => withLease(line, leaseOf(line, observed), mtuBefore(line.interface))),
  }
}

/** @param mtuBefore of its interface, without us */
function withLease(line: LineConfig, lease: LeaseNews | undefined, mtuBefore: number): LineConfig {
  const { address, gateway, mtuBytes } = lease ?? {}
  if (address === undefined || fixedAddress(line, 'ipv4') !== undefined) return line
  const isNew = gateway !== undefined && fixedGateway(line, 'ipv4') === undefined
  const isSound = mtuBytes !== undefined && mtuBytes >= LEAST_MTU && mtuBytes < mtuBefore
  return {
    ...line,
    addresses: [...line.addresses, address],
    gateways: [...line.gateways, ...(isNew ? [gateway] : [])],
    ...(isSound && line.mtuBytes === undefined ? { mtuBytes } : {}),
  }
}

/**
 * Servers that name less name the 576 of a time when that was usual, and where IPv6 is, nothing less may be
 * (RFC 8200, 5); the file may not say less either. What is wider than the interface by itself is none of theirs.
 */
const LEAST_MTU = 1280

/** For how long the lease gives it; absent: it is of no lease, or of one for ever. */
export const validForS = (line: LineConfig, address: HostAddress, observed: Observed): number | undefined => {
  const lease = leaseOf(line, observed)
  return lease?.address?.address === address.address ? lease.validForS : undefined
}

const leaseOf = (line: LineConfig, { leases = [] }: Observed): LeaseNews | undefined =>
  line.dhcp === true
    ? leases.find((news) => news.source === 'multihomed' && news.interface === line.interface)
    : undefined
