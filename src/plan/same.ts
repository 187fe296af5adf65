import {
  formatPrefix,
  policyOf,
  sameRules,
  sameShape,
  type IpRule,
  type Nexthop,
  type NftChain,
  type NftMap,
  type Route,
  type Ruleset,
} from '../model/index.ts'

/** Same rule: every selector and the action alike. */
export const ruleKey = (rule: IpRule): string =>
  JSON.stringify([
    rule.family,
    rule.priority,
    rule.not ?? false,
    rule.from && formatPrefix(rule.from),
    rule.to && formatPrefix(rule.to),
    rule.iif,
    rule.oif,
    rule.fwmark,
    rule.uids,
    rule.dport,
    rule.udpSport,
    rule.suppressPrefixLength,
    rule.table,
    rule.other,
  ])

/** Where the kernel keeps a route: two routes with one key replace each other. */
export const routePlace = (route: Route): string =>
  JSON.stringify([route.family, route.table, formatPrefix(route.destination), route.metric])

export const routeKey = (route: Route): string =>
  JSON.stringify([
    routePlace(route),
    route.type,
    route.via,
    route.dev,
    route.src,
    route.nexthopId,
    route.onlink ?? false,
    route.mtuBytes,
  ])

/** A group's kind is not compared: the kernel cannot change it in place, and a plain group balances as well. */
export const nexthopKey = (nexthop: Nexthop): string =>
  nexthop.kind === 'single'
    ? JSON.stringify([nexthop.id, nexthop.family, nexthop.via, nexthop.dev, nexthop.onlink ?? false])
    : JSON.stringify([nexthop.id, nexthop.members.map(({ id, weight }) => [id, weight])])

export function sameRuleset(a: Ruleset | undefined, b: Ruleset | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  const maps = new Map(b.maps.map((map) => [map.name, map]))
  const chains = new Map(b.chains.map((chain) => [chain.name, chain]))
  return (
    sameShape(a, b) &&
    a.flowtable?.name === b.flowtable?.name &&
    sameNames(a.counters, b.counters) &&
    sameNames(
      a.maps.map((map) => map.name),
      b.maps.map((map) => map.name),
    ) &&
    sameNames(
      a.chains.map((chain) => chain.name),
      b.chains.map((chain) => chain.name),
    ) &&
    a.maps.every((map) => sameElements(map, maps.get(map.name))) &&
    a.chains.every((chain) => sameChain(chain, chains.get(chain.name)))
  )
}

const sameChain = (a: NftChain, b: NftChain | undefined): boolean =>
  b !== undefined && policyOf(a) === policyOf(b) && sameRules(a, b)

export function sameElements(a: NftMap, b: NftMap | undefined): boolean {
  if (b === undefined) return false
  if (a.dynamic === true || b.dynamic === true) return true
  return (
    a.elements.size === b.elements.size &&
    [...a.elements].every(([key, value]) => b.elements.get(key) === value)
  )
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  const names = new Set(b)
  return a.length === b.length && a.every((name) => names.has(name))
}
