import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  containsAddress,
  isGlobal6,
  networkOf,
  overlap,
  parsePrefix,
  sharedBits,
  type Config,
  type Family,
  type HostAddress,
  type LineConfig,
  type LineId,
  type Observed,
  type Prefix,
  type Route,
  type Ruleset,
} from '../model/index.ts'
import { loanOf, type Borrower, type Loan } from './lent-addresses.ts'
import { knownOf, type Memory } from './memory.ts'

/** A line as it is looked at, before it is known what is routed to this box by it. */
export interface Landlord {
  readonly config: LineConfig
  readonly id: LineId
  readonly family: Family
  readonly leg: string
  readonly address?: HostAddress
}

/**
 * Prefixes that providers delegate to this box are in no file, and change. Whoever asks for them (DHCPv6-PD) tells it
 * in a lease, or leaves addresses on the LAN and a route to nowhere for what is left of the prefix.
 *
 * What is found so is a line's when a lease says it; when it is the only line of IPv6; or when the line's own address
 * begins alike, and no other's does as far: a provider gives both out of what is his. Else it is nobody's, and who has
 * such an address is spread and translated as anybody, which works with every provider.
 *
 * A prefix that is away is the line's until another comes: a client of DHCP that starts again takes it away for a
 * moment. Our own map in the kernel remembers it.
 */
export function withHomes<Line extends Landlord & Borrower>(
  lines: readonly Line[],
  config: Config,
  observed: Observed,
  memory: Memory,
): (Line & Loan & { readonly found?: readonly Prefix[] })[] {
  const { owned, unclear } = homes(lines, config, observed, memory)
  const known = [
    ...config.lines.flatMap(({ networks }) => networks),
    ...owned.map(({ prefix }) => prefix),
    ...unclear,
  ]
  return lines.map((line) => {
    const now = owned.filter(({ leg }) => leg === line.leg).map(({ prefix }) => prefix)
    const before = foundBefore(line, observed.ruleset)
    const found =
      now.length > 0 ? now : before.filter((prefix) => !known.some((other) => overlap(other, prefix)))
    const source = knownOf(memory.sources, line.leg)
    const begunFrom = source?.dev === line.config.interface ? source : undefined
    const lent = {
      ...line,
      ...loanOf(line, [...line.config.networks, ...found], config, observed, begunFrom),
    }
    return found.length === 0 || !keepsAddresses(line) ? lent : { ...lent, found }
  })
}

interface Homes {
  readonly owned: readonly { readonly leg: string; readonly prefix: Prefix }[]
  /** On the LAN, and nobody knows by which line they come. */
  readonly unclear: readonly Prefix[]
}

export function homes(lines: readonly Landlord[], config: Config, observed: Observed, memory: Memory): Homes {
  const candidates = lines.filter(({ family }) => family === 'ipv6')
  if (candidates.length === 0) return { owned: [], unclear: [] }
  const told = candidates.flatMap((line) => leased(line, candidates, observed).map((prefix) => ({ leg: line.leg, prefix }))) // prettier-ignore
  const settled = [...config.lines.flatMap(({ networks }) => networks), ...told.map(({ prefix }) => prefix)]
  const seen = widest(seenPrefixes(config, observed)).filter(
    (prefix) => !settled.some((wide) => isWithin(prefix, wide)),
  )
  const judged = seen.map((prefix) => ({ prefix, leg: ownerOf(prefix, candidates, memory)?.leg }))
  return {
    owned: [...told, ...judged].flatMap(({ prefix, leg }) => (leg === undefined ? [] : [{ prefix, leg }])),
    unclear: judged.flatMap(({ prefix, leg }) => (leg === undefined ? [prefix] : [])),
  }
}

/** Where the file wants every address translated, nobody keeps his. */
export const keepsAddresses = ({ config: { nat }, family }: Pick<Landlord, 'config' | 'family'>): boolean =>
  family === 'ipv6' && (nat === 'auto' || nat === 'off')

/** By our map in the kernel, found for this line in the pass before. */
export const foundBefore = ({ id }: Pick<Landlord, 'id'>, ruleset: Ruleset | undefined): Prefix[] => {
  const elements = ruleset?.maps.find(({ name }) => name === FOUND_MAP)?.elements ?? []
  return [...elements].flatMap(([key, verdict]) => {
    const prefix = verdict === `goto pick_${id}` ? parsePrefix(key) : undefined
    return prefix === undefined ? [] : [prefix]
  })
}

/** Hosts by their source, those whose prefix was found. */
export const FOUND_MAP = 'found6'

function leased(line: Landlord, all: readonly Landlord[], { leases = [] }: Observed): Prefix[] {
  const dev = line.config.interface
  if (all.some((other) => other !== line && other.config.interface === dev)) return [] // whose of them?
  return leases.filter((news) => news.interface === dev).flatMap(({ prefixes = [] }) => prefixes)
}

/** Of networks on the LAN, and of what a client of DHCP was given and has not put anywhere. */
function seenPrefixes(config: Config, observed: Observed): Prefix[] {
  const lan = new Set(config.lan.interfaces.map(({ name }) => name))
  const onLan = observed.addresses.filter(({ dev, length }) => lan.has(dev) && length <= LONGEST_NETWORK)
  const toNowhere = observed.routes.filter(leadsNowhere).map(({ destination }) => destination)
  return [...onLan.map(networkOf), ...toNowhere].filter(
    ({ family, address, length }) => family === 'ipv6' && isGlobal6(address) && length >= SHORTEST_PREFIX,
  )
}

const leadsNowhere = ({ table, type, protocol, destination }: Route): boolean =>
  table === MAIN_TABLE &&
  (type === 'unreachable' || type === 'blackhole') &&
  protocol !== OUR_PROTOCOL &&
  destination.length <= LONGEST_NETWORK

/** Hosts find an address of their own in no smaller one (RFC 4862). */
const LONGEST_NETWORK = 64
/** Nobody was ever given a larger one: such a route to nowhere guards against a mistake. */
const SHORTEST_PREFIX = 24

function ownerOf(prefix: Prefix, lines: readonly Landlord[], memory: Memory): Landlord | undefined {
  if (lines.length === 1) return lines[0]
  const alike = lines
    .map((line) => {
      const own =
        line.address?.address ?? knownOf(memory.sources, line.leg)?.address ?? writtenPrefix(line)?.address
      return {
        line,
        bits: own === undefined ? undefined : Math.min(sharedBits(own, prefix.address), prefix.length),
      }
    })
    .toSorted((a, b) => (b.bits ?? 0) - (a.bits ?? 0))
  const [best, next] = alike
  // Of a line whose address nobody knows it may be as well.
  if (best?.bits === undefined || alike.some(({ bits }) => bits === undefined)) return undefined
  return best.bits >= ALIKE_BITS && best.bits > (next?.bits ?? 0) ? best.line : undefined
}

const writtenPrefix = ({ config }: Landlord): Prefix | undefined =>
  config.networks.find(({ family }) => family === 'ipv6')

/** No provider has less; the registries begin at /32, and neighbours among them share what is before. */
const ALIKE_BITS = 24

const isWithin = (prefix: Prefix, wide: Prefix): boolean =>
  wide.length <= prefix.length && containsAddress(wide, prefix.address)

/** Without those that lie in another one. */
const widest = (prefixes: readonly Prefix[]): Prefix[] =>
  prefixes
    .toSorted((a, b) => a.length - b.length)
    .reduce<Prefix[]>(
      (kept, prefix) => (kept.some((wide) => isWithin(prefix, wide)) ? kept : [...kept, prefix]),
      [],
    )
