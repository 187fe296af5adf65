import {
  OUR_PROTOCOL,
  formatPrefix,
  type Config,
  type Family,
  type IpRule,
  type Observed,
  type Prefix,
  type TableId,
} from '../model/index.ts'
import type { Numbers } from './numbers.ts'

/**
 * A rule of another program that stands behind ours and would have decided where traffic goes by default: a VPN
 * that was up before us (`wg-quick` gives its rules no priority and the kernel puts them just before main's).
 */
export interface Catcher {
  readonly rule: IpRule
  readonly table: TableId
  /** Where the table's default route leads, for the operator. */
  readonly dev?: string
}

const LAST_PRIORITY_BEFORE_MAIN = 32_765

export const catchers = (observed: Observed, numbers: Numbers): Catcher[] =>
  leadingAnywhere(foreignLookups(observed), observed).filter(
    ({ rule }) => rule.priority > numbers.mainPriority && rule.priority <= LAST_PRIORITY_BEFORE_MAIN,
  )

/**
 * Those that take everything and stand before ours, where no word of the operator's reaches them. So early even the
 * main table is one to take everything.
 */
export const catchersBeforeOurs = (observed: Observed, numbers: Numbers): Catcher[] =>
  leadingAnywhere(allForeignLookups(observed), observed).filter(
    ({ rule }) => rule.priority < numbers.mainPriority && !asksForLittle(rule),
  )

/**
 * Where the balanced rule stands. Behind such rules, unless the operator wants the lines to win: what they catch is
 * then routed by them, and the `fib` guard, which asks the routing rules, sees it too and chooses nothing.
 */
export const balancedPriority = (
  config: Config,
  observed: Observed,
  numbers: Numbers,
  family: Family,
): number =>
  config.vpn !== 'ours' && catchers(observed, numbers).some(({ rule }) => rule.family === family)
    ? LAST_PRIORITY_BEFORE_MAIN
    : numbers.balancedPriority

/**
 * Is this rule of ours to be behind all others of its priority, and is there one that came later? The kernel puts a
 * new rule behind those of its priority, and beyond this one there is no other before main's.
 */
export const isOvertaken = (rule: IpRule, observed: Observed): boolean =>
  rule.priority === LAST_PRIORITY_BEFORE_MAIN &&
  observed.rules
    .slice(observed.rules.indexOf(rule))
    .some(
      ({ family, priority, protocol }) =>
        family === rule.family && priority === rule.priority && protocol !== OUR_PROTOCOL,
    )

/** Connections from the LAN that must not be chosen for although the `fib` guard cannot see the rule that takes them. */
export type Exemption =
  | {
      readonly is: 'match'
      readonly from?: Prefix
      readonly to?: Prefix
      readonly iif: string
      readonly because: IpRule
    }
  /** It asks for things we cannot match here (ports, protocols): choose nothing at all rather than bypass it. */
  | { readonly is: 'everything'; readonly because: IpRule }

/**
 * The kernel answers a `fib` question as if the packet came from the box itself, so rules with `iif` stay unseen,
 * and ports and protocols are not part of the question. Such rules are turned into matches of our own. Users it does
 * see: to `fib` as to forwarding everything is user 0's.
 *
 * With `vpn: ours` only those count that stand before ours.
 */
export function exemptions(config: Config, observed: Observed, numbers: Numbers): Exemption[] {
  const lan = new Set(config.lan.interfaces.map((candidate) => candidate.name))
  const behind = new Set(catchers(observed, numbers).map((catcher) => catcher.rule))
  return foreignLookups(observed).flatMap(({ rule, table }): Exemption[] => {
    if (config.vpn === 'ours' && rule.priority > numbers.mainPriority) return []
    if (rule.other.length > 0) return behind.has(rule) ? [{ is: 'everything', because: rule }] : []
    if (rule.iif === undefined || rule.not === true || !lan.has(rule.iif)) return []
    if (rule.uids !== undefined && rule.uids.first > 0) return [] // of programs on the box, which have no `iif`
    const iif = rule.iif
    const destinations = observed.routes
      .filter((route) => route.table === table && route.family === rule.family)
      .map((route) => route.destination)
    const reachable = destinations.some((destination) => destination.length === 0)
      ? [rule.to]
      : rule.to === undefined
        ? destinations
        : [rule.to]
    return reachable.map((to) => ({
      is: 'match',
      iif,
      because: rule,
      ...(rule.from === undefined ? {} : { from: rule.from }),
      ...(to === undefined || to.length === 0 ? {} : { to }),
    }))
  })
}

/** A rule in the words of `ip rule`, for messages. */
export function describeRule(rule: IpRule): string {
  return [
    rule.family === 'ipv6' ? 'IPv6' : '',
    `${rule.priority}:`,
    rule.not === true ? 'not' : '',
    `from ${rule.from === undefined ? 'all' : formatPrefix(rule.from)}`,
    rule.to === undefined ? '' : `to ${formatPrefix(rule.to)}`,
    rule.fwmark === undefined ? '' : `fwmark 0x${rule.fwmark.mark.toString(16)}`,
    rule.iif === undefined ? '' : `iif ${rule.iif}`,
    rule.oif === undefined ? '' : `oif ${rule.oif}`,
    rule.uids === undefined ? '' : `uidrange ${rule.uids.first}-${rule.uids.last}`,
    rule.table === undefined ? '' : `lookup ${rule.table}`,
  ]
    .filter((word) => word !== '')
    .join(' ')
}

type Lookup = Pick<Catcher, 'rule' | 'table'>

const allForeignLookups = (observed: Observed): Lookup[] =>
  observed.rules.flatMap((rule) =>
    rule.protocol !== OUR_PROTOCOL && rule.table !== undefined ? [{ rule, table: rule.table }] : [],
  )

const foreignLookups = (observed: Observed): Lookup[] =>
  allForeignLookups(observed).filter(({ table }) => !isSystemTable(table))

const leadingAnywhere = (lookups: readonly Lookup[], observed: Observed): Catcher[] =>
  lookups.flatMap(({ rule, table }) => {
    const route = observed.routes.find(
      ({ family, table: of, destination, type }) =>
        family === rule.family &&
        of === table &&
        leadsAnywhere(destination) &&
        destination.length > (rule.suppressPrefixLength ?? -1) &&
        type !== 'throw',
    )
    return route === undefined
      ? []
      : [{ rule, table, ...(route.dev === undefined ? {} : { dev: route.dev }) }]
  })

/** Some host, some network, some mark, some user: decided more exactly than we do. `not` turns that round. */
const asksForLittle = ({ not, from, to, iif, oif, fwmark, uids, other }: IpRule): boolean =>
  other.length > 0 ||
  (not !== true && [from, to, iif, oif, fwmark, uids].some((asked) => asked !== undefined))

/** A default route, or what VPNs like to set instead of it: two halves, in IPv6 all that is given out (2000::/3). */
const leadsAnywhere = ({ family, length }: Prefix): boolean => length <= (family === 'ipv4' ? 1 : 3)

/** 253 default, 254 main, 255 local. */
const isSystemTable = (table: TableId): boolean => table >= 253 && table <= 255
