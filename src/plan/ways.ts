import {
  FAMILIES,
  MAIN_TABLE,
  OUR_PROTOCOL,
  containsAddress,
  familyOf,
  legName,
  type Family,
  type LineConfig,
  type LinePresence,
  type Observed,
  type TunnelSign,
} from '../model/index.ts'
import type { Candidate } from './standing.ts'

/** How a tunnel's own packets leave. */
export interface Way {
  /** The line that carries them: the first of those allowed that works, else the one that most likely will. */
  readonly carrier: string
  /** Nobody wrote `via`: any line may carry them that is no tunnel itself. */
  readonly isFound: boolean
  /** By what they are known; empty: nobody knows, and they go where routing sends them. */
  readonly signs: readonly TunnelSign[]
}

/** A line as it is looked at, before it is known which take new connections. */
export type Wayfarer = Candidate & {
  readonly family: Family
  /** By what its own packets are known, as far as file and kernel know it; absent: it is no tunnel. */
  readonly tunnel?: readonly TunnelSign[]
}

/** What the file says of the line's own packets, and the kernel where the file says nothing. */
export function tunnelOf(line: LineConfig, observed: Observed): readonly TunnelSign[] | undefined {
  const link = observed.links.find(({ name }) => name === line.interface)
  if (line.endpoints !== undefined) return line.endpoints.map((to) => ({ to }))
  return link?.tunnel ?? (line.via === undefined ? undefined : [])
}

/**
 * Finds for every tunnel the line that carries it. Where none of them works the tunnel does not either.
 * @param lines in the order of the file
 */
export function withWays<Line extends Wayfarer>(
  lines: readonly Line[],
  observed: Observed,
): (Line & { readonly way?: Way })[] {
  const known = new Map<Line, Line & { readonly way?: Way }>()
  const resolve = (line: Line): Line & { readonly way?: Way } => {
    const before = known.get(line)
    if (before !== undefined) return before
    known.set(line, line) // the file has no circles; what is found has none either
    const resolved = resolveOne(line, allowed(line, lines).map(resolve), observed)
    known.set(line, resolved)
    return resolved
  }
  return lines.map(resolve)
}

function resolveOne<Line extends Wayfarer>(
  line: Line,
  carriers: readonly Line[],
  observed: Observed,
): Line & { readonly way?: Way } {
  const { tunnel, config } = line
  const [best] = carriers.toSorted((a, b) => reluctance(a) - reluctance(b))
  const carrier = best?.config.name ?? config.via?.[0]
  if (tunnel === undefined || carrier === undefined) return line
  const isFound = config.via === undefined
  if (isFound && tunnel.some((sign) => leadsElsewhere(sign, config, observed))) return line
  const isBroken = best === undefined || reluctance(best) >= BROKEN
  const presence: LinePresence =
    line.presence.is === 'usable' && isBroken
      ? { is: 'blocked', by: 'no-way', ways: legsOfWays(config, carriers, tunnel) }
      : line.presence
  return { ...line, presence, way: { carrier, isFound, signs: tunnel } }
}

/** Those that may carry it, in the order in which they are wished, each in the family in which it would. */
function allowed<Line extends Wayfarer>({ config, tunnel }: Line, lines: readonly Line[]): Line[] {
  if (tunnel === undefined) return []
  const names =
    config.via ??
    lines
      .filter((line) => line.tunnel === undefined)
      .toSorted((a, b) => Number(a.config.role === 'backup') - Number(b.config.role === 'backup'))
      .map((line) => line.config.name)
  return [...new Set(names)].flatMap((name) => {
    const legs = lines.filter((line) => line.config.name === name)
    const [leg] = outerFamilies(tunnel).flatMap((family) => legs.filter((one) => one.family === family))
    return leg ?? []
  })
}

/** Those in which its own packets go, as far as it is known: where both would do IPv4 is asked whether it works. */
const outerFamilies = (tunnel: readonly TunnelSign[]): readonly Family[] =>
  tunnel.length === 0 ? FAMILIES : FAMILIES.filter((family) => tunnel.some((sign) => isIn(family, sign)))

/** WireGuard sends from its port in either family. */
export const isIn = (family: Family, sign: TunnelSign): boolean =>
  !('to' in sign) || familyOf(sign.to) === family

/** For people: a line that is none in the family of the other end is told in that family all the same. */
function legsOfWays(
  { via }: LineConfig,
  carriers: readonly Wayfarer[],
  tunnel: readonly TunnelSign[],
): readonly string[] {
  const [first = 'ipv4'] = outerFamilies(tunnel)
  const familyOfWay = new Map(carriers.map(({ config, family }) => [config.name, family]))
  return (via ?? [...familyOfWay.keys()]).map((name) => legName(name, familyOfWay.get(name) ?? first))
}

const BROKEN = 3

/**
 * Of equal ones the first is taken. A suspected line is left at once: the tunnel itself is not suspected yet then, and
 * goes on as if nothing had happened.
 */
function reluctance({ presence, verdict: { health }, drain }: Wayfarer): number {
  if (presence.is !== 'usable') return BROKEN + 1
  if (health === 'down') return BROKEN
  if (health === 'suspect') return 2
  return drain === undefined ? 0 : 1
}

/** A route of somebody who knows better: the other end is in the LAN, or behind another router. */
const leadsElsewhere = (sign: TunnelSign, { interface: own }: LineConfig, observed: Observed): boolean =>
  'to' in sign &&
  observed.routes.some(
    ({ table, type, protocol, destination, dev }) =>
      table === MAIN_TABLE &&
      type === 'unicast' &&
      protocol !== OUR_PROTOCOL &&
      dev !== own &&
      destination.length > 0 &&
      containsAddress(destination, sign.to),
  )
