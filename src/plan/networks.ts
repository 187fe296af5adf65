import {
  MAIN_TABLE,
  containsAddress,
  formatPrefix,
  hostPrefix,
  isLinkLocal,
  networkOf,
  type Config,
  type Family,
  type LineId,
  type Observed,
  type Prefix,
  type Route,
} from '../model/index.ts'
import { legsIn, type LineFacts } from './lines.ts'
import { disjoint, formatInterval, type NearNetwork } from './near.ts'

/** Where no choice is left: the networks that main reaches through the line's interface, or its part of them. */
export function nearNetworksOf(facts: LineFacts, lines: readonly LineFacts[], observed: Observed): Prefix[] {
  const { interface: dev } = facts.config
  const onItsCard = legsIn(facts.family, lines).filter((line) => line.config.interface === dev)
  const gateway = facts.sharesDevice ? facts.gateway : undefined
  const routed = observed.routes
    .filter(
      (route) =>
        route.dev === dev &&
        route.family === facts.family &&
        route.table === MAIN_TABLE &&
        route.type === 'unicast' &&
        !isOfTheLink(route.destination) &&
        route.destination.length > 1,
    )
    .filter((route) => !facts.sharesDevice || linesBehind(route, onItsCard).includes(facts))
    .map((route) => route.destination)
  const fixed = facts.config.addresses.filter(({ family }) => family === facts.family).map(networkOf)
  const alone = gateway === undefined || isLinkLocal(gateway) ? [] : [hostPrefix(facts.family, gateway)]
  return unique([...fixed, ...routed, ...alone])
}

/** Whose route it is on a shared card; where nothing tells, anyone's, since any of them reaches it by that card. */
function linesBehind(route: Route, onOneCard: readonly LineFacts[]): readonly LineFacts[] {
  const { via, destination } = route
  const through = onOneCard.filter(({ gateway }) => via !== undefined && via === gateway)
  if (through.length > 0) return through
  const near = onOneCard.filter(({ address, gateway }) =>
    via === undefined
      ? [address?.address, gateway].some((one) => one !== undefined && containsAddress(destination, one))
      : address !== undefined && containsAddress(address, via),
  )
  return near.length > 0 ? near : onOneCard
}

export function nearNetworks(lines: readonly LineFacts[], observed: Observed, family: Family): NearNetwork[] {
  return legsIn(family, lines)
    .filter((facts) => facts.presence.is !== 'absent')
    .flatMap((facts) => nearNetworksOf(facts, lines, observed).map((prefix) => ({ prefix, line: facts.id })))
}

/** The networks behind the LAN interfaces: what is configured there and what is routed there. */
export function lanNetworks(config: Config, observed: Observed, family: Family): Prefix[] {
  const lan = new Set(config.lan.interfaces.map((candidate) => candidate.name))
  const configured = config.lan.interfaces
    .flatMap(({ addresses }) => addresses)
    .filter((address) => address.family === family)
    .map(networkOf)
  const routed = observed.routes
    .filter(
      (route) =>
        route.family === family &&
        route.table === MAIN_TABLE &&
        route.dev !== undefined &&
        lan.has(route.dev) &&
        route.destination.length > 1 &&
        !isOfTheLink(route.destination),
    )
    .map((route) => route.destination)
  return unique([
    ...configured,
    ...config.lan.networks.filter((network) => network.family === family),
    ...routed,
  ])
}

/** Every link has these, the lines too. */
const isOfTheLink = ({ family, address }: Prefix): boolean => family === 'ipv6' && address === 'fe80::'

/** An interval set refuses overlaps: whatever touches becomes one. */
export function mergedNetworks(networks: readonly Prefix[]): string[] {
  const nobody = 0 as LineId // all the same owner: adjacent and nested networks merge
  return disjoint(networks.map((prefix) => ({ prefix, line: nobody }))).map(formatInterval)
}

/** Of a single network the kernel compares bits; only of several it has to search. */
export function networksText(networks: readonly Prefix[]): string {
  const merged = mergedNetworks(networks)
  return merged.length === 1 ? merged.join('') : `{ ${merged.join(', ')} }`
}

const unique = (prefixes: readonly Prefix[]): Prefix[] => [
  ...new Map(prefixes.map((prefix) => [formatPrefix(prefix), prefix])).values(),
]
