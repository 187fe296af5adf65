import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  containsAddress,
  legName,
  type Config,
  type Family,
  type HostAddress,
  type LineConfig,
  type LineVerdict,
  type LineId,
  type LineObstacle,
  type LinePresence,
  type Observed,
  type Route,
  type TunnelSign,
} from '../model/index.ts'
import { knownOf, type Drain, type Memory } from './memory.ts'
import { tunnelOf, withWays, type Way } from './ways.ts'
import { withStandings, type Standings } from './standing.ts'

/** A line of the file together with what the kernel and our memory know of it: all that planning needs. */
export interface LineFacts extends Standings {
  readonly config: LineConfig
  readonly id: LineId
  readonly family: Family
  /** Its name where the families count each by itself. */
  readonly leg: string
  readonly presence: LinePresence
  /** Another line of the file is on the same interface. */
  readonly sharesDevice: boolean
  /** The interface is switched on, or this pass will switch it on. */
  readonly linkUp: boolean
  /** The address new connections leave with; fixed by the file or found on the interface. */
  readonly address?: HostAddress
  readonly gateway?: string
  /** Leads to one neighbour alone (PPP, a tunnel), so that a route by it needs no gateway. */
  readonly pointToPoint: boolean
  /** The gateway lies in no network of the interface, and whoever set its route said that it is there all the same. */
  readonly onlink: boolean
  /** By what its own packets are known; absent: it is no tunnel. */
  readonly tunnel?: readonly TunnelSign[]
  /** How those leave; absent: as routing has it. */
  readonly way?: Way
  /** What health says of it; `unknown` where it was not judged. */
  readonly verdict: LineVerdict
  /** The operator wants no new connections on it. */
  readonly drain?: Drain
  /** May new connections take it? */
  readonly eligible: boolean
  /** Its open connections are ended at their next packet; never while new ones may take it. */
  readonly released: boolean
}

/** Drained, and yet taken, because no other line works: offline for all is worse than what the operator wished. */
export const isLastResort = ({ standing }: LineFacts): boolean =>
  standing.takes && standing.as === 'last-resort'

/**
 * @param health by line name; a line that is not in it was not judged
 * @param lost names of lines that are taken to be without carrier
 */
export function lineFacts(
  config: Config,
  observed: Observed,
  memory: Memory,
  health: ReadonlyMap<string, LineVerdict>,
  lost: ReadonlySet<string> = new Set(),
): LineFacts[] {
  const seen = config.lines.map((line) => {
    const id = knownOf(memory.ids, line.name)
    if (id === undefined) throw new Error(`line ${line.name} has no number`)
    const others = config.lines.filter((other) => other !== line && other.interface === line.interface)
    const drain = knownOf(memory.drains, line.name)
    const sight = look(line, others, observed, memory)
    const tunnel = tunnelOf(line, observed)
    const isMobile = observed.links.some(({ name, radio }) => name === line.interface && radio === 'mobile')
    return {
      config: isMobile ? { ...line, ...line.ifMobile } : line,
      id,
      family: 'ipv4' as const,
      leg: legName(line.name, 'ipv4'),
      sharesDevice: others.length > 0,
      ...(lost.has(line.name) ? { ...sight, presence: NO_CARRIER } : sight),
      ...(tunnel === undefined ? {} : { tunnel }),
      verdict: health.get(line.name) ?? UNJUDGED,
      ...(drain === undefined ? {} : { drain }),
    }
  })
  return withStandings(withWays(seen, observed)).map((line): LineFacts => {
    const eligible = line.standing.takes
    return { ...line, eligible, released: !eligible && line.verdict.released === true }
  })
}

const UNJUDGED: LineVerdict = { health: 'unknown' }
const NO_CARRIER: LinePresence = { is: 'blocked', by: 'no-carrier' }

/** The kernel accepts a route or a nexthop only over a link that is on and from an address that is there. */
export const isRoutable = (line: LineFacts): line is LineFacts & { readonly address: HostAddress } =>
  line.presence.is !== 'absent' &&
  line.linkUp &&
  line.address !== undefined &&
  (line.gateway !== undefined || line.pointToPoint)

type Sight = Pick<LineFacts, 'presence' | 'linkUp' | 'address' | 'gateway' | 'pointToPoint' | 'onlink'>

/** @param others the lines that share its interface */
function look(line: LineConfig, others: readonly LineConfig[], observed: Observed, memory: Memory): Sight {
  const link = observed.links.find((candidate) => candidate.name === line.interface)
  if (link === undefined) {
    // What the file fixes stays as it is: less to change when a device goes, and when it returns.
    const fixed = line.address === undefined ? {} : { address: line.address }
    return { presence: { is: 'absent' }, linkUp: false, pointToPoint: false, onlink: false, ...fixed }
  }

  const raised = !link.up && raisesLink(line, observed)
  const linkUp = link.up || raised
  const route = defaultRouteOf(line, others.length > 0, observed)
  const { pointToPoint } = link
  const remembered = pointToPoint ? undefined : rememberedGateway(line, memory)
  const gateway = line.gateway ?? route?.via ?? remembered
  const taken = others.flatMap((other) => other.address?.address ?? [])
  const address = line.address ?? addressOf(line.interface, gateway, route?.src, taken, observed)
  const obstacle = ((): LineObstacle | undefined => {
    if (!linkUp) return 'link-off'
    if (!link.carrier && !raised) return 'no-carrier'
    if (address === undefined) return 'no-address'
    if (gateway === undefined && !pointToPoint) return 'no-gateway'
    return undefined
  })()
  return {
    presence: obstacle === undefined ? { is: 'usable' } : { is: 'blocked', by: obstacle },
    linkUp,
    ...(address === undefined ? {} : { address }),
    ...(gateway === undefined ? {} : { gateway }),
    pointToPoint,
    onlink: line.gateway === undefined && route?.onlink === true,
  }
}

/** The one that was seen on this card: a line that was moved to another one has another provider behind it. */
function rememberedGateway({ name, interface: dev }: LineConfig, memory: Memory): string | undefined {
  const before = knownOf(memory.sources, name)
  return before === undefined || before.dev === dev ? knownOf(memory.gateways, name) : undefined
}

/**
 * A fixed address that is not there yet is put on the interface, and the interface is switched on with it, as in
 * the how-to. Once the address is there, an interface that is off was switched off by somebody, and stays off.
 */
export const raisesLink = (line: LineConfig, observed: Observed): boolean =>
  line.address !== undefined && !hasAddress(observed, line.interface, line.address)

export const hasAddress = (observed: Observed, dev: string, address: HostAddress): boolean =>
  observed.addresses.some(
    (held) => held.dev === dev && held.address === address.address && held.length === address.length,
  )

/** The default route that DHCP or the admin left in the main table; the lowest metric wins, as in the kernel. */
function defaultRouteOf(
  { interface: dev, gateway }: LineConfig,
  sharesDevice: boolean,
  observed: Observed,
): Route | undefined {
  return observed.routes
    .filter((route) => isForeignDefault(route) && route.dev === dev)
    .filter((route) => !sharesDevice || route.via === gateway)
    .toSorted((a, b) => a.metric - b.metric)[0]
}

export const isForeignDefault = (route: Route): boolean =>
  route.family === 'ipv4' &&
  route.table === MAIN_TABLE &&
  route.protocol !== OUR_PROTOCOL &&
  route.destination.length === 0

/** @param taken fixed addresses of other lines on the interface: this line has one of them only if it has no other */
function addressOf(
  dev: string,
  gateway: string | undefined,
  routeSource: string | undefined,
  taken: readonly string[],
  observed: Observed,
): HostAddress | undefined {
  const held = observed.addresses
    .filter((address) => address.dev === dev && address.family === 'ipv4')
    .toSorted((a, b) => Number(taken.includes(a.address)) - Number(taken.includes(b.address)))
  return (
    held.find((address) => address.address === routeSource) ??
    held.find((address) => gateway !== undefined && containsAddress(address, gateway)) ??
    held.find((address) => !address.address.startsWith('169.254.'))
  )
}
