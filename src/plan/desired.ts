import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  anyPrefix,
  containsAddress,
  fixedAddress,
  isLinkLocal,
  type Advertisement,
  type Config,
  type Family,
  type HostAddress,
  type InterfaceAddress,
  type IpRule,
  type KernelState,
  type LineVerdict,
  type Nexthop,
  type Observed,
  type Prefix,
  type Route,
  type Sysctl,
} from '../model/index.ts'
import { advertisements } from './advertisements.ts'
import { ownDnsRules } from './dns-rules.ts'
import { balancedPriority } from './foreign-rules.ts'
import { FOLLOWERS, IPV6_FORWARDING, IP_FORWARD, isHeldBy } from './forwarding.ts'
import { returningGateways, unknownGateways } from './gateways.ts'
import { desiredRuleset } from './kernel-ruleset.ts'
import { validForS, withLeases } from './leases.ts'
import {
  familiesIn,
  hasAddress,
  isOfHostsAlone,
  isRoutable,
  legsIn,
  lineFacts,
  raisesLink,
  type LineFacts,
} from './lines.ts'
import { keepAddresses } from './lower-links.ts'
import type { Memory } from './memory.ts'
import { notesOn } from './notes.ts'
import { numbersOf, type Numbers } from './numbers.ts'
import type { Note } from './report.ts'
import { knownResolvers, type KnownResolvers } from './resolvers.ts'
import { wantedMtus, wantedShapers } from './shaping.ts'
import { signsOf } from './signs.ts'
import { homelessConnections, strandedConnections } from './stranded.ts'
import { movedTunnels, tunnelRules } from './tunnels.ts'
import { withWeights } from './wished-weights.ts'

export interface Desired {
  readonly state: KernelState
  /** In the order of the file. */
  readonly lines: readonly LineFacts[]
  readonly notes: readonly Note[]
  /** In the order of the file. */
  readonly resolvers: readonly KnownResolvers[]
  readonly advertisements: readonly Advertisement[]
}

export interface Situation {
  readonly config: Config
  readonly observed: Observed
  /** Every line of the file has its number in it. */
  readonly memory: Memory
  /** By line name; a line that is not in it was not judged. */
  readonly health: ReadonlyMap<string, LineVerdict>
  /** As if these lines had no carrier. */
  readonly lost?: ReadonlySet<string>
}

/** `prohibit` behind a line's default: when the device is gone nothing leaks to another line (as in the how-to). */
const PROHIBIT_METRIC = 9999

/** The whole of what should be ours in the kernel. Pure, and said anew on every pass. */
export function desired({ config: file, observed, memory, health, lost }: Situation): Desired {
  const config = withWeights(withLeases(file, observed, memory), memory)
  const numbers = numbersOf(config)
  const lines = lineFacts(config, observed, memory, health, lost)
  const families = familiesIn(lines)
  const groups = families.map((family) => ({
    family,
    group: balancedGroup(legsIn(family, lines), observed, numbers),
  }))
  const signs = signsOf(lines, observed)
  const resolvers = knownResolvers(lines, observed)
  const isClosed = (family: Family): boolean => family === 'ipv6' && isIpv6Closed(lines)
  return {
    lines,
    notes: notesOn(config, lines, observed, memory, numbers),
    resolvers,
    advertisements: advertisements(config, lines, resolvers, observed),
    state: {
      sysctls: wantedSysctls(config, lines, observed, memory),
      linksUp: wantedLinks(config, observed, memory),
      askAnew: returningGateways(lines, observed),
      ask: unknownGateways(lines, observed),
      mtus: wantedMtus(config, observed, memory),
      shapers: wantedShapers(config, observed),
      addresses: wantedAddresses(config, observed),
      nexthops: [
        ...lines.flatMap((line) => nexthopOf(line, observed, numbers)),
        ...groups.flatMap(({ group }) => group),
      ],
      routes: [
        ...lines.flatMap((line) => routesOf(line, numbers)),
        ...groups.flatMap(({ family, group }) => balancedRoutes(config, family, group, numbers)),
        ...families.filter(isClosed).map((family) => refusal(family, numbers)),
      ],
      rules: families.flatMap((family) => [
        ...tunnelRules(family, lines, numbers),
        { ...ourRule(family, numbers.mainPriority), table: MAIN_TABLE, suppressPrefixLength: 0 },
        ...legsIn(family, lines).map((line) => pinnedRule(line, numbers)),
        ...legsIn(family, lines).flatMap((line) =>
          ownTrafficRules(
            line,
            isClosed(family) || isOfHostsAlone(line) ? [] : (signs.get(line.leg)?.telling ?? []),
            numbers,
          ),
        ),
        ...ownDnsRules(config, legsIn(family, lines), observed, numbers, family),
        {
          ...ourRule(family, balancedPriority(config, observed, numbers, family)),
          table: numbers.balancedTable,
        },
      ]),
      ruleset: desiredRuleset(config, lines, observed, memory, numbers),
      ended: [
        ...strandedConnections(lines, observed, memory, numbers),
        ...homelessConnections(lines, observed, numbers),
        ...families.flatMap((family) => movedTunnels(family, lines, observed, numbers)),
      ],
    },
  }
}

/** Nothing of ours, and the box as it was before our first start: what `down` brings about. */
export function desiredWhenDown(observed: Observed, memory: Memory): KernelState {
  return {
    sysctls: memory.originals.sysctls.filter((sysctl) => exists(observed, sysctl.key)),
    linksUp: [],
    askAnew: [],
    ask: [],
    mtus: wantedMtus({ lines: [] }, observed, memory),
    shapers: [],
    addresses: [],
    nexthops: [],
    routes: [],
    rules: [],
    ruleset: undefined,
    ended: [],
  }
}

/** The sysctls a configuration touches, and what the kernel changes along with them, for reading them. */
export function sysctlKeys(config: Config): string[] {
  return [
    IP_FORWARD,
    ...FOLLOWERS,
    ...HASH_POLICIES,
    IPV6_FORWARDING,
    ...lineInterfaces(config).flatMap((dev) => [rpFilter(dev), acceptRa(dev), keepAddresses(dev)]),
    ...changingInterfaces(config).map(promoteSecondaries),
    ...withIpv6Address(config).map(ipv6Off),
  ]
}

const HASH_POLICIES = ['net/ipv4/fib_multipath_hash_policy', 'net/ipv6/fib_multipath_hash_policy']

const rpFilter = (dev: string): string => `net/ipv4/conf/${dev}/rp_filter`
const ipv6Off = (dev: string): string => `net/ipv6/conf/${dev}/disable_ipv6`
const acceptRa = (dev: string): string => `net/ipv6/conf/${dev}/accept_ra`
const promoteSecondaries = (dev: string): string => `net/ipv4/conf/${dev}/promote_secondaries`

/** Interfaces whose address may change within its network: by us where it stands in the file, by others on lines. */
export const changingInterfaces = (config: Config): string[] => [
  ...config.lan.interfaces.filter(({ addresses }) => addresses.length > 0).map(({ name }) => name),
  ...lineInterfaces(config),
]

/** Interfaces to which the file gives an IPv6 address. */
const withIpv6Address = ({ lan, lines }: Config): string[] => {
  const given = [...lan.interfaces, ...lines.map((line) => ({ ...line, name: line.interface }))]
  const names = given
    .filter(({ addresses }) => addresses.some(({ family }) => family === 'ipv6'))
    .map(({ name }) => name)
  return [...new Set(names)]
}

/** Several lines may be on one. */
const lineInterfaces = ({ lines }: Pick<Config, 'lines'>): string[] => [
  ...new Set(lines.map((line) => line.interface)),
]

function wantedSysctls(
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
): Sysctl[] {
  const wanted: Sysctl[] = [
    ...forwardingOfIpv6(config, lines, observed, memory),
    // A server without a LAN, and without forwards to its containers, forwards nothing, and starts nothing of the kind because of us.
    ...(config.lan.interfaces.length === 0 && config.forwards.length === 0
      ? []
      : [{ key: IP_FORWARD, value: '1' }]),
    // Ports count when the kernel spreads the box's own connections over the group; each family has its own.
    ...HASH_POLICIES.map((key) => ({ key, value: '1' })),
    // Loose: an answer may come in by a line that the reverse route does not name.
    ...lineInterfaces(config).map((dev) => ({ key: rpFilter(dev), value: '2' })),
    // A new address in the network of the old one is its secondary, and would go together with it.
    ...changingInterfaces(config).map((dev) => ({ key: promoteSecondaries(dev), value: '1' })),
    // Else the kernel refuses the address.
    ...withIpv6Address(config).map((dev) => ({ key: ipv6Off(dev), value: '0' })),
  ]
  const keys = new Set(wanted.map((sysctl) => sysctl.key))
  // While we hold forwarding, what follows it is as the kernel has it.
  const givenBack = memory.originals.sysctls.filter((sysctl) => !isHeldBy(keys, sysctl.key))
  return [...wanted, ...givenBack].filter((sysctl) => exists(observed, sysctl.key))
}

/**
 * Only where the LAN has IPv6 and a line too, and from then on: a prefix that is given again may be away for a moment. A router listens to no other routers unless it is told to, and the
 * kernel forgets what they said before when it becomes one: so that is told first.
 */
function forwardingOfIpv6(
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
): Sysctl[] {
  const devices = [...new Set(legsIn('ipv6', lines).map((line) => line.config.interface))]
  const kept = devices
    .filter((dev) => config.lines.some((line) => line.interface === dev && fixedAddress(line, 'ipv6')))
    .map((dev) => ({ key: keepAddresses(dev), value: '1' }))
  const lan = new Set(config.lan.interfaces.map(({ name }) => name))
  const isLanAddress = ({ dev, family, address }: InterfaceAddress): boolean =>
    lan.has(dev) && family === 'ipv6' && !isLinkLocal(address)
  const hasSwitchedItOn = lan.size > 0 && memory.originals.sysctls.some(({ key }) => key === IPV6_FORWARDING)
  const isNeeded =
    hasSwitchedItOn || [...observed.addresses, ...wantedAddresses(config, observed)].some(isLanAddress)
  if (devices.length === 0 || !isNeeded) return kept
  // Those too that have no IPv6 as yet, or any more: how else would they learn of it?
  const listening = lineInterfaces({
    lines: config.lines.filter(({ families }) => families.includes('ipv6')),
  })
    .filter((dev) => observed.sysctls.some(({ key, value }) => key === acceptRa(dev) && value !== '0'))
    .map((dev) => ({ key: acceptRa(dev), value: '2' }))
  return [...listening, ...kept, { key: IPV6_FORWARDING, value: '1' }]
}

/** The setting of an interface that is not there cannot be set; it comes with the interface. */
const exists = (observed: Observed, key: string): boolean =>
  observed.sysctls.some((sysctl) => sysctl.key === key)

function wantedLinks(config: Config, observed: Observed, memory: Memory): string[] {
  const lines = config.lines
    .filter((line) => raisesLink(line, observed, memory))
    .map((line) => line.interface)
  const lan = config.lan.interfaces
    .filter(
      ({ name, addresses }) =>
        addresses.length > 0 && !addresses.some((address) => hasAddress(observed, name, address)),
    )
    .map(({ name }) => name)
  return [...new Set([...lan, ...lines])].filter((name) => observed.links.some((link) => link.name === name))
}

function wantedAddresses(config: Config, observed: Observed): InterfaceAddress[] {
  const lan = config.lan.interfaces.flatMap(({ name, addresses }) =>
    addresses.map((address) => ({ ...address, dev: name })),
  )
  const lines = config.lines.flatMap((line) =>
    line.addresses.map((address): InterfaceAddress => {
      const seconds = validForS(line, address, observed)
      return { ...address, dev: line.interface, ...(seconds === undefined ? {} : { validForS: seconds }) }
    }),
  )
  return [...lan, ...lines.filter(isFirst)].filter(({ dev }) => observed.links.some((link) => link.name === dev)) // prettier-ignore
}

/** Several lines may have one address. */
const isFirst = (address: InterfaceAddress, index: number, all: readonly InterfaceAddress[]): boolean =>
  all.findIndex((other) => other.dev === address.dev && other.address === address.address) === index

/** How a line is left: through its gateway, or just by its device. */
const wayOf = (
  line: LineFacts & { address: HostAddress },
): { readonly via?: string; readonly dev: string; readonly onlink?: boolean } => ({
  ...(line.gateway === undefined ? {} : { via: line.gateway }),
  dev: line.config.interface,
  ...(line.gateway !== undefined &&
  !(line.family === 'ipv6' && isLinkLocal(line.gateway)) &&
  (line.onlink || !containsAddress(line.address, line.gateway))
    ? { onlink: true }
    : {}),
})

function routesOf(line: LineFacts, numbers: Numbers): Route[] {
  const table = numbers.tableOf(line.id)
  const { family } = line
  const common = { family, table, destination: anyPrefix(family), protocol: OUR_PROTOCOL } as const
  const prohibit: Route = { ...common, type: 'prohibit', metric: PROHIBIT_METRIC }
  if (!isRoutable(line)) return [prohibit]
  return [
    {
      ...common,
      type: 'unicast',
      ...wayOf(line),
      // In IPv6 an address may be there and not be usable yet, and who asks for none gets a good one of the interface;
      // where that has none he would get any of the box, perhaps another line's.
      ...(family === 'ipv4' || line.lender !== undefined ? { src: line.address.address } : {}),
      ...(line.mtuBytes === undefined ? {} : { mtuBytes: line.mtuBytes }),
      metric: family === 'ipv4' ? 0 : IPV6_METRIC,
    },
    prohibit,
  ]
}

/** What the kernel makes of 0 there. */
const IPV6_METRIC = 1024

function nexthopOf(line: LineFacts, observed: Observed, numbers: Numbers): Nexthop[] {
  if (!observed.capabilities.nexthopObjects || !line.eligible || !isRoutable(line)) return []
  return [
    {
      kind: 'single',
      id: numbers.nexthopOf(line.id, line.family),
      family: line.family,
      ...wayOf(line),
      protocol: OUR_PROTOCOL,
    },
  ]
}

/**
 * The lines the box's own connections are spread over. Nexthop objects, because removing one device deletes the
 * whole of an old-style multipath route, the other lines' part with it.
 */
function balancedGroup(lines: readonly LineFacts[], observed: Observed, numbers: Numbers): Nexthop[] {
  const members = lines
    .filter((line) => nexthopOf(line, observed, numbers).length > 0)
    .toSorted((a, b) => a.id - b.id)
    .map((line) => ({ id: numbers.nexthopOf(line.id, line.family), weight: line.weight }))
  const [first] = lines
  if (members.length === 0 || first === undefined) return []
  const resilient = observed.capabilities.resilientGroups
  return [
    {
      kind: 'group',
      id: numbers.groupNexthopOf(first.family),
      members: reduced(members),
      resilient,
      protocol: OUR_PROTOCOL,
    },
  ]
}

/**
 * Metric 1 in main: before the defaults that systemd-networkd, NetworkManager and dhcpcd make, and in nobody's place.
 * With metric 0 the next lease of `dhclient` would find its own place taken.
 */
const MAIN_DEFAULT_METRIC = 1

function balancedRoutes(
  config: Config,
  family: Family,
  group: readonly Nexthop[],
  numbers: Numbers,
): Route[] {
  const places = [
    { table: numbers.balancedTable, metric: family === 'ipv4' ? 0 : IPV6_METRIC },
    ...(config.mainDefault === 'lines' ? [{ table: MAIN_TABLE, metric: MAIN_DEFAULT_METRIC }] : []),
  ]
  return group.flatMap(({ id }) =>
    places.map((place): Route => ({
      family,
      type: 'unicast',
      destination: anyPrefix(family),
      nexthopId: id,
      protocol: OUR_PROTOCOL,
      ...place,
    })),
  )
}

/**
 * Lines have IPv6, and none that may be used: whoever asks is told at once and takes IPv4, instead of leaving by
 * whatever default route others put into main. Not where that is the way of hosts whose addresses are routed here, and
 * nothing tells that it does not work.
 */
function isIpv6Closed(lines: readonly LineFacts[]): boolean {
  const ipv6 = legsIn('ipv6', lines)
  const isAnyEligible = (legs: readonly LineFacts[]): boolean => legs.some(({ eligible }) => eligible)
  return (
    ipv6.length > 0 &&
    !isAnyEligible(ipv6) &&
    !ipv6.some(isOfHostsAlone) &&
    isAnyEligible(legsIn('ipv4', lines))
  )
}

const refusal = (family: Family, numbers: Numbers): Route => ({
  family,
  table: numbers.balancedTable,
  type: 'unreachable',
  destination: anyPrefix(family),
  metric: PROHIBIT_METRIC,
  protocol: OUR_PROTOCOL,
})

/**
 * The how-to's "numbers should be as small as possible": when a line is away the rest may share a divisor. The kernel
 * takes no more than 256, and beside so much nobody misses what is rounded.
 */
function reduced<T extends { readonly weight: number }>(members: readonly T[]): T[] {
  const weights = members.map((member) => member.weight)
  const divisor = Math.max(weights.reduce(gcd), Math.max(...weights) / MOST_WEIGHT)
  return members.map((member) => ({ ...member, weight: Math.max(1, Math.round(member.weight / divisor)) }))
}

const MOST_WEIGHT = 256

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

const pinnedRule = (line: LineFacts, numbers: Numbers): IpRule => ({
  ...ourRule(line.family, numbers.pinnedPriority),
  fwmark: { mark: numbers.markOf(line.id), mask: numbers.mask },
  table: numbers.tableOf(line.id),
})

/**
 * Sockets of this box that are bound to an address of the line, or to its device.
 * @param telling its addresses, without those that are not its alone. None where nothing leads out by it that we know, or
 * while its family is closed: who asks for no
 * address in IPv6 and is refused is looked up once more with an address that the kernel picks by itself.
 */
function ownTrafficRules(line: LineFacts, telling: readonly Prefix[], numbers: Numbers): IpRule[] {
  const common = { ...ourRule(line.family, numbers.linePriority(line.id)), table: numbers.tableOf(line.id) }
  const from = telling.map((prefix) => ({ ...common, from: prefix }))
  return line.sharesDevice ? from : [...from, { ...common, oif: line.config.interface }]
}

const ourRule = (family: Family, priority: number): IpRule => ({
  family,
  priority,
  protocol: OUR_PROTOCOL,
  other: [],
})
