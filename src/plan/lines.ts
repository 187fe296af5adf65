import {
  FAMILIES,
  MAIN_TABLE,
  OUR_PROTOCOL,
  containsAddress,
  fixedAddress,
  fixedGateway,
  isLinkLocal,
  isUniqueLocal,
  legName,
  type Config,
  type Family,
  type HostAddress,
  type InterfaceAddress,
  type LineConfig,
  type LineVerdict,
  type LineId,
  type LineObstacle,
  type LinePresence,
  type Observed,
  type Prefix,
  type Route,
  type TunnelSign,
} from '../model/index.ts'
import { keptAddresses } from './kept-addresses.ts'
import { withHomes } from './homes.ts'
import { knownOf, type Drain, type Memory } from './memory.ts'
import { tunnelOf, withWays, type Way } from './ways.ts'
import { isInRegularUse, withStandings, type Standings } from './standing.ts'

/**
 * A line of the file in one family, together with what the kernel and our memory know of it: all that planning needs.
 * A line that has both families is there twice, IPv4 first.
 */
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
  /** The interface that holds the address, where the line's own holds none. */
  readonly lender?: string
  /** The longest packet that whoever set its default route lets through it, where that is less than the link's. */
  readonly mtuBytes?: number
  /** Leads to one neighbour alone (PPP, a tunnel), so that a route by it needs no gateway. */
  readonly pointToPoint: boolean
  /** Addresses of before that are good for what was begun with them; absent: none. */
  readonly kept?: readonly string[]
  /** The gateway lies in no network of the interface, and whoever set its route said that it is there all the same. */
  readonly onlink: boolean
  /** By what its own packets are known; absent: it is no tunnel. */
  readonly tunnel?: readonly TunnelSign[]
  /** How those leave; absent: as routing has it. */
  readonly way?: Way
  /** Prefixes that are routed here by it, of which the file says nothing. */
  readonly found?: readonly Prefix[]
  /** What health says of it; `unknown` where it was not judged. */
  readonly verdict: LineVerdict
  /** The operator wants no new connections on it. */
  readonly drain?: Drain
  /** May new connections take it? */
  readonly eligible: boolean
  /** Its open connections are ended at their next packet; never while new ones may take it. */
  readonly released: boolean
}

/** A line with what it is in each family. */
export interface WholeLine extends Pick<LineFacts, 'config' | 'id' | 'sharesDevice'> {
  readonly ipv4?: LineFacts
  readonly ipv6?: LineFacts
}

export const wholeLines = (lines: readonly LineFacts[]): WholeLine[] =>
  [...new Map(lines.map((line) => [line.id, line])).values()].map(({ config, id, sharesDevice }) => {
    const legs = lines.filter((line) => line.id === id).map((leg) => [leg.family, leg] as const)
    return { config, id, sharesDevice, ...Object.fromEntries(legs) }
  })

export const legsIn = (family: Family, lines: readonly LineFacts[]): LineFacts[] =>
  lines.filter((line) => line.family === family)

/** In which families there is a line. */
export const familiesIn = (lines: readonly LineFacts[]): Family[] =>
  FAMILIES.filter((family) => legsIn(family, lines).length > 0)

/** IPv4 first. */
export const legsOf = ({ ipv4, ipv6 }: Pick<WholeLine, Family>): LineFacts[] =>
  [ipv4, ipv6].filter((leg) => leg !== undefined)

/** What the provider routes to this box by this line: what the file says, and what was found. */
export const routedTo = ({ config, family, found = [] }: LineFacts): Prefix[] => [
  ...config.networks.filter((network) => network.family === family),
  ...found,
]

/** Drained, and yet taken, because no other line works: offline for all is worse than what the operator wished. */
export const isLastResort = ({ standing }: LineFacts): boolean =>
  standing.takes && standing.as === 'last-resort'

/**
 * @param health by leg; one that is not in it was not judged
 * @param lost names of lines that are taken to be without carrier
 */
export function lineFacts(
  config: Config,
  observed: Observed,
  memory: Memory,
  health: ReadonlyMap<string, LineVerdict>,
  lost: ReadonlySet<string> = new Set(),
): LineFacts[] {
  const seen = config.lines.flatMap((line) => {
    const id = knownOf(memory.ids, line.name)
    if (id === undefined) throw new Error(`line ${line.name} has no number`)
    const others = config.lines.filter((other) => other !== line && other.interface === line.interface)
    const drain = knownOf(memory.drains, line.name)
    const isMobile = observed.links.some(({ name, radio }) => name === line.interface && radio === 'mobile')
    return familiesOf(line, others.length > 0, observed, memory).map((family) => {
      const leg = legName(line.name, family)
      const tunnel = tunnelOf(line, observed)
      const sight = look(line, family, others, observed, memory)
      return {
        config: isMobile ? { ...line, ...line.ifMobile } : line,
        id,
        family,
        leg,
        sharesDevice: others.length > 0,
        ...(lost.has(line.name) ? { ...sight, presence: NO_CARRIER } : sight),
        ...(tunnel === undefined ? {} : { tunnel }),
        verdict: health.get(leg) ?? UNJUDGED,
        ...(drain === undefined ? {} : { drain }),
      }
    })
  })
  const known = withWays(withHomes(seen, config, observed, memory), observed)
  const ipv4 = withStandings(known.filter(({ family }) => family === 'ipv4'))
  const ipv6 = withStandings(
    known.filter(({ family }) => family === 'ipv6'),
    ipv4.some(isInRegularUse) ? 'elsewhere' : 'nowhere-else',
  )
  const byLeg = new Map([...ipv4, ...ipv6].map((line) => [line.leg, line]))
  return known
    .flatMap(({ leg }) => byLeg.get(leg) ?? [])
    .map((line): LineFacts => {
      const eligible = line.standing.takes
      return { ...line, eligible, released: !eligible && line.verdict.released === true }
    })
}

const UNJUDGED: LineVerdict = { health: 'unknown' }
const NO_CARRIER: LinePresence = { is: 'blocked', by: 'no-carrier' }

/** Nobody can tell whether it works but the hosts that have addresses of it: they use it as if we were not there. */
export const isOfHostsAlone = ({ presence }: LineFacts): boolean =>
  presence.is === 'blocked' && presence.by === 'no-source'

/** The kernel accepts a route or a nexthop only over a link that is on and from an address that is there. */
export const isRoutable = (line: LineFacts): line is LineFacts & { readonly address: HostAddress } =>
  line.presence.is !== 'absent' &&
  line.linkUp &&
  line.address !== undefined &&
  (line.gateway !== undefined || line.pointToPoint)

/** The families in which a line is one: those that its interface, the file or our memory know a way of; IPv4 if none. */
function familiesOf(
  line: LineConfig,
  sharesDevice: boolean,
  observed: Observed,
  memory: Memory,
): readonly Family[] {
  const known = line.families.filter(
    (family) =>
      fixedAddress(line, family) !== undefined ||
      fixedGateway(line, family) !== undefined ||
      (!sharesDevice &&
        (defaultRouteOf(line, family, false, observed) !== undefined ||
          rememberedGateway(line, family, memory) !== undefined ||
          (family === 'ipv4' &&
            observed.addresses.some((held) => held.dev === line.interface && held.family === family)))),
  )
  return known.length > 0 ? known : line.families.slice(0, 1)
}

type Sight = Pick<
  LineFacts,
  'presence' | 'linkUp' | 'address' | 'kept' | 'mtuBytes' | 'gateway' | 'pointToPoint' | 'onlink'
>

/** @param others the lines that share its interface */
function look(
  line: LineConfig,
  family: Family,
  others: readonly LineConfig[],
  observed: Observed,
  memory: Memory,
): Sight {
  const [ourAddress, ourGateway] = [fixedAddress(line, family), fixedGateway(line, family)]
  const link = observed.links.find((candidate) => candidate.name === line.interface)
  if (link === undefined) {
    // What the file fixes stays as it is: less to change when a device goes, and when it returns.
    const fixed = ourAddress === undefined ? {} : { address: ourAddress }
    return { presence: { is: 'absent' }, linkUp: false, pointToPoint: false, onlink: false, ...fixed }
  }

  const raised = !link.up && raisesLink(line, observed, memory)
  const linkUp = link.up || raised
  const route = defaultRouteOf(line, family, others.length > 0, observed)
  const { pointToPoint } = link
  // A router of IPv6 says for how long it is one (RFC 4861, 6.3.4): once that is over it is none.
  const remembered = pointToPoint || family === 'ipv6' ? undefined : rememberedGateway(line, family, memory)
  const gateway = ourGateway ?? route?.via ?? remembered
  const taken = others.flatMap((other) => fixedAddress(other, family)?.address ?? [])
  const source = knownOf(memory.sources, legName(line.name, family))
  const before = source?.dev === line.interface ? source : undefined
  const address =
    ourAddress ??
    addressOf(line.interface, family, gateway, route?.src, { taken, before: before?.address }, observed)
  const kept = family === 'ipv4' || before === undefined ? [] : keptAddresses(before, address, observed)
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
    ...(kept.length === 0 ? {} : { kept }),
    ...(gateway === undefined ? {} : { gateway }),
    // The file knows better, or a client of ours, whose MTU stands in its place.
    ...(line.mtuBytes === undefined && route?.mtuBytes !== undefined && route.mtuBytes < link.mtuBytes
      ? { mtuBytes: route.mtuBytes }
      : {}),
    pointToPoint,
    onlink: ourGateway === undefined && route?.onlink === true,
  }
}

/** The one that was seen on this card: a line that was moved to another one has another provider behind it. */
function rememberedGateway(
  { name, interface: dev }: LineConfig,
  family: Family,
  memory: Memory,
): string | undefined {
  const leg = legName(name, family)
  const before = knownOf(memory.sources, leg)
  return before === undefined || before.dev === dev ? knownOf(memory.gateways, leg) : undefined
}

/**
 * A fixed address that is not there yet is put on the interface, and the interface is switched on with it, as in
 * the how-to, and so it is for whoever asks for one there. Once the address is there, or it was on to ask for one, an
 * interface that is off was switched off by somebody, and stays off.
 */
export const raisesLink = (
  { addresses, dhcp, interface: dev }: LineConfig,
  observed: Observed,
  { asking }: Memory,
): boolean =>
  dhcp === true
    ? !asking.includes(dev)
    : addresses.length > 0 && !addresses.some((address) => hasAddress(observed, dev, address))

/** Interfaces on which there was asked by DHCP and is now; one that is gone is another one when it comes back. */
export const askingOn = (lines: readonly LineFacts[], { asking }: Memory): string[] => [
  ...new Set(
    lines
      .filter(({ config, presence }) => config.dhcp === true && presence.is !== 'absent')
      .filter(({ config, linkUp }) => linkUp || asking.includes(config.interface))
      .map(({ config }) => config.interface),
  ),
]

export const hasAddress = (observed: Observed, dev: string, address: HostAddress): boolean =>
  observed.addresses.some(
    (held) => held.dev === dev && held.address === address.address && held.length === address.length,
  )

/** The default route that DHCP or the admin left in the main table; the lowest metric wins, as in the kernel. */
function defaultRouteOf(
  line: LineConfig,
  family: Family,
  sharesDevice: boolean,
  observed: Observed,
): Route | undefined {
  return observed.routes
    .filter((route) => route.dev === line.interface && route.family === family && isForeignDefault(route))
    .filter((route) => !sharesDevice || route.via === fixedGateway(line, family))
    .toSorted((a, b) => a.metric - b.metric)[0]
}

export const isForeignDefault = (route: Route): boolean =>
  route.type === 'unicast' &&
  route.table === MAIN_TABLE &&
  route.protocol !== OUR_PROTOCOL &&
  route.destination.length === 0

interface Likeliness {
  /** Fixed addresses of other lines on the interface: this line has one of them only if it has no other. */
  readonly taken: readonly string[]
  /** What it had in the last pass: in IPv6 addresses come and go beside it, the newest first, and nothing is over with that. */
  readonly before: string | undefined
}

function addressOf(
  dev: string,
  family: Family,
  gateway: string | undefined,
  routeSource: string | undefined,
  likeliness: Likeliness,
  observed: Observed,
): HostAddress | undefined {
  const held = observed.addresses
    .filter((address) => address.dev === dev && address.family === family && address.tentative !== true)
    .toSorted((a, b) => unlikeliness(a, likeliness) - unlikeliness(b, likeliness))
  return (
    held.find((address) => address.address === routeSource) ??
    held.find(
      (address) => gateway !== undefined && containsAddress(address, gateway) && !isOfTheLink(address),
    ) ??
    held.find((address) => !isLinkLocal(address.address))
  )
}

const unlikeliness = (
  { family, address, deprecated, temporary }: InterfaceAddress,
  { taken, before }: Likeliness,
): number =>
  // Where there are only such it is that of the first line in the file: the kernel's order changes over a restart.
  16 * (taken.indexOf(address) + 1) +
  // A router at home gives one of its own besides, which leads no further.
  8 * Number(isUniqueLocal(address)) +
  4 * Number(deprecated === true) +
  2 * Number(temporary === true) +
  Number(family === 'ipv6' && address !== before)

/** Every interface has one in IPv6, in the network of every gateway. */
const isOfTheLink = ({ family, address }: HostAddress): boolean => family === 'ipv6' && isLinkLocal(address)
