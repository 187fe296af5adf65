import {
  OUR_PROTOCOL,
  containsAddress,
  familyOf,
  unreachable,
  type Family,
  type IpRule,
  type KernelState,
  type Nexthop,
  type Observed,
  type Prefix,
  type Route,
  type RouteQuestion,
  type TableId,
} from '../model/index.ts'

export interface Hop {
  readonly dev: string
  readonly via?: string
  /** Part of what all hops of the route have together. */
  readonly weight: number
}

export type RouteAnswer =
  | { readonly is: 'local' | 'broadcast'; readonly dev?: string }
  | {
      readonly is: 'hops'
      readonly rule: IpRule
      readonly table: TableId
      readonly destination: Prefix
      readonly hops: readonly Hop[]
      readonly src?: string
    }
  /** `rule` and `destination` are absent where no route was found at all. */
  | { readonly is: 'refused'; readonly how: Refusal; readonly rule?: IpRule; readonly table?: TableId }
  /** A rule asks for what we were not told (a port, a user), or ends otherwise than by a table. */
  | { readonly is: 'unknowable'; readonly rule: IpRule }

/** `loopback`: it came in by an interface, and was meant for 127.0.0.0/8 or ::1 (Linux drops such "martians"). */
export type Refusal = 'prohibit' | 'unreachable' | 'blackhole' | 'no-route' | 'loopback'

/** All that routing decides by. */
export interface Routing {
  /** By priority. */
  readonly rules: readonly IpRule[]
  readonly routes: readonly Route[]
  readonly nexthops: readonly Nexthop[]
}

/** Everybody else's as it is, ours as it should be. */
export function routingOf(observed: Observed, wanted: KernelState, of: Family): Routing {
  const isForeign = ({ protocol }: { readonly protocol: number }): boolean => protocol !== OUR_PROTOCOL
  return {
    // The sort is stable: of equal priority ours come last, as they do in a kernel where the others were first.
    rules: [...observed.rules.filter(isForeign), ...wanted.rules]
      .filter(({ family }) => family === of)
      .toSorted((a, b) => a.priority - b.priority),
    routes: [...observed.routes.filter(isForeign), ...wanted.routes].filter(({ family }) => family === of),
    nexthops: [...observed.nexthops.filter(isForeign), ...wanted.nexthops],
  }
}

/** An address that no packet may have outside of the box. */
const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

/** A program that asks for no address of its own. */
export const unbound = (family: Family): string => (family === 'ipv4' ? '0.0.0.0' : '::')

/** Goes through the rules as the kernel does (Linux, net/core/fib_rules.c), and takes the longest prefix of a table. */
export function lookUp(routing: Routing, question: RouteQuestion): RouteAnswer {
  if (question.iif !== undefined && isLoopback(question.to)) return { is: 'refused', how: 'loopback' }
  for (const rule of routing.rules) {
    if (!matches(rule, question)) continue
    const table = rule.table
    if (table === undefined) return { is: 'unknowable', rule }
    const routes = longest(routing.routes, table, question.to)
    const [first] = routes
    if (first === undefined || first.type === 'throw') continue
    if (rule.other.length > 0) return { is: 'unknowable', rule }
    const answer = answerOf(routing, rule, table, routes, first)
    const isSuppressed = answer.is === 'hops' && first.destination.length <= (rule.suppressPrefixLength ?? -1)
    if (!isSuppressed) return answer
  }
  return { is: 'refused', how: 'no-route' }
}

/**
 * A source that is not chosen yet is no address at all, and `iif lo` means the box itself. What is forwarded counts as
 * user 0's, and so does whoever asks here (Linux, net/ipv4/route.c).
 */
function matches(
  rule: IpRule,
  { to, from = unbound(familyOf(to)), iif = 'lo', mark, dport }: RouteQuestion,
): boolean {
  const selectors =
    (rule.from === undefined || containsAddress(rule.from, from)) &&
    (rule.to === undefined || containsAddress(rule.to, to)) &&
    (rule.iif === undefined || rule.iif === iif) &&
    (rule.uids === undefined || rule.uids.first === 0) &&
    rule.oif === undefined && // of sockets that are bound to a device
    rule.udpSport === undefined && // of tunnels
    (rule.dport === undefined || rule.dport === dport) &&
    (rule.fwmark === undefined || ((rule.fwmark.mark ^ mark) & rule.fwmark.mask) === 0)
  return selectors !== (rule.not === true)
}

/** The route, in as many pieces as it has hops. */
function longest(all: readonly Route[], table: TableId, to: string): Route[] {
  const found = all.filter((route) => route.table === table && containsAddress(route.destination, to))
  const length = Math.max(...found.map((route) => route.destination.length))
  const candidates = found.filter((route) => route.destination.length === length)
  const metric = Math.min(...candidates.map((route) => route.metric))
  const best = candidates.filter((route) => route.metric === metric)
  return best.filter((route) => route.type === best[0]?.type)
}

function answerOf(
  { nexthops }: Routing,
  rule: IpRule,
  table: TableId,
  routes: readonly Route[],
  { type, dev, src, destination }: Route,
): RouteAnswer {
  switch (type) {
    case 'local':
    case 'broadcast':
      return { is: type, ...(dev === undefined ? {} : { dev }) }
    case 'prohibit':
    case 'unreachable':
    case 'blackhole':
      return { is: 'refused', how: type, rule, table }
    case 'throw': // told by the caller: the next rule
    case 'other':
      return { is: 'unknowable', rule }
    case 'unicast': {
      const hops = routes.flatMap((route) => hopsOf(route, nexthops))
      return { is: 'hops', rule, table, destination, hops, ...(src === undefined ? {} : { src }) }
    }
    default:
      return unreachable(type)
  }
}

function hopsOf(route: Route, nexthops: readonly Nexthop[], weight = 1): Hop[] {
  const { dev, via, nexthopId } = route
  if (nexthopId === undefined)
    return dev === undefined ? [] : [{ dev, weight, ...(via === undefined ? {} : { via }) }]
  const nexthop = nexthops.find(({ id }) => id === nexthopId)
  if (nexthop === undefined) return []
  if (nexthop.kind === 'single')
    return [{ dev: nexthop.dev, weight, ...(nexthop.via === undefined ? {} : { via: nexthop.via }) }]
  return nexthop.members.flatMap((member) =>
    hopsOf({ ...route, nexthopId: member.id }, nexthops, member.weight),
  )
}
