import {
  MAIN_TABLE,
  containsAddress,
  isLinkLocal,
  type Config,
  type Family,
  type HostAddress,
  type InterfaceAddress,
  type LineConfig,
  type LinePresence,
  type Observed,
  type Prefix,
} from '../model/index.ts'
import type { Source } from './memory.ts'

/** A line as its interface shows it. */
export interface Borrower {
  readonly config: LineConfig
  readonly family: Family
  readonly presence: LinePresence
  readonly address?: HostAddress
  readonly gateway?: string
  readonly pointToPoint: boolean
  readonly kept?: readonly string[]
}

/** What of a line is another than its interface shows. */
export interface Loan {
  readonly presence?: LinePresence
  readonly address?: HostAddress
  /** The interface that holds the address, which is not the line's. */
  readonly lender?: string
  readonly kept?: readonly string[]
}

/**
 * Who delegates a prefix need not give the line an address besides (usual with PPPoE and fibre). Then this box speaks
 * over the line from an address of that prefix, which it mostly has on the LAN. Not while an address of the line's own
 * is about to be good, a second later.
 *
 * Where this box has none at all, hosts behind the LAN may have some all the same: nobody can ask over the line how it
 * does, but it is theirs.
 * @param routed what the provider routes here by it
 * @param before what its connections were begun from, on the same interface
 */
export function loanOf(
  line: Borrower,
  routed: readonly Prefix[],
  config: Pick<Config, 'lan'>,
  observed: Observed,
  before: Source | undefined,
): Loan {
  const { presence, address: own, gateway, pointToPoint } = line
  if (line.family !== 'ipv6' || presence.is === 'absent' || routed.length === 0) return {}
  const good = lendable(line, routed, observed)
  if (own !== undefined) return keptBeside(own.address, line, good, before)
  const isBare = presence.is === 'blocked' && presence.by === 'no-address'
  const best = good.toSorted((a, b) => unlikeliness(a, line, before) - unlikeliness(b, line, before))[0]
  if (best === undefined)
    return isBare && isBehindLan(routed, config, observed)
      ? { presence: { is: 'blocked', by: 'no-source' } }
      : {}
  const { family, address, length, dev } = best
  const hasWay = gateway !== undefined || pointToPoint
  return {
    ...(isBare ? { presence: hasWay ? { is: 'usable' } : { is: 'blocked', by: 'no-gateway' } } : {}),
    address: { family, address, length },
    lender: dev,
    ...keptBeside(address, line, good, before),
  }
}

function lendable(
  { config: { interface: own }, address }: Borrower,
  routed: readonly Prefix[],
  { addresses }: Observed,
): InterfaceAddress[] {
  const isComing = addresses.some(
    (held) => held.dev === own && held.tentative === true && held.family === 'ipv6' && !isLinkLocal(held.address),
  ) // prettier-ignore
  if (address === undefined && isComing) return []
  return addresses.filter((held) => held.dev !== own && held.tentative !== true && isRouted(held.address, routed))
} // prettier-ignore

const isRouted = (address: string, routed: readonly Prefix[]): boolean =>
  routed.some((prefix) => containsAddress(prefix, address))

const unlikeliness = (
  { address, deprecated }: InterfaceAddress,
  { config: { networks } }: Borrower,
  before: Source | undefined,
): number =>
  4 * Number(!isRouted(address, networks)) +
  2 * Number(deprecated === true) +
  Number(address !== before?.address)

/** What was lent before is good for what was begun with it as long as it is there. */
function keptBeside(
  now: string,
  { kept = [] }: Borrower,
  good: readonly InterfaceAddress[],
  before: Source | undefined,
): Loan {
  const lent = before === undefined ? [] : [before.address, ...(before.kept ?? [])]
  const still = lent.filter((address) => address !== now && good.some((held) => held.address === address))
  const all = [...new Set([...kept, ...still])]
  return all.length === 0 ? {} : { kept: all }
} // prettier-ignore

function isBehindLan(routed: readonly Prefix[], { lan }: Pick<Config, 'lan'>, { routes }: Observed): boolean {
  const names = new Set(lan.interfaces.map(({ name }) => name))
  return routes.some(
    ({ table, type, dev, destination }) =>
      table === MAIN_TABLE &&
      type === 'unicast' &&
      dev !== undefined &&
      names.has(dev) &&
      isRouted(destination.address, routed),
  )
}
