import {
  containsAddress,
  formatPrefix,
  isGlobal6,
  isUniqueLocal,
  networkOf,
  type AdvertisedPrefix,
  type Advertisement,
  type Config,
  type InterfaceAddress,
  type Observed,
} from '../model/index.ts'
import { legsIn, routedTo, type LineFacts } from './lines.ts'
import { resolversInUse, type KnownResolvers } from './resolvers.ts'

/**
 * What the hosts of the LAN are told, on interfaces for which the file asks for it. A prefix of a line that takes no new
 * connections is deprecated: hosts choose an address of another one, if they have any, and keep what is open. Which of
 * several addresses a host takes nobody else can tell it.
 */
export function advertisements(
  config: Config,
  lines: readonly LineFacts[],
  resolvers: readonly KnownResolvers[],
  observed: Observed,
): Advertisement[] {
  const legs = legsIn('ipv6', lines)
  const mtus = observed.links.flatMap(({ name, mtuBytes }) =>
    legs
      .filter(({ eligible, config: line }) => eligible && line.interface === name)
      .map((leg) => leg.mtuBytes ?? mtuBytes),
  )
  const mtuBytes = Math.max(LEAST_MTU, Math.min(ETHERNET_MTU, ...mtus))
  return config.lan.interfaces
    .filter(({ name, advertise }) => advertise === true && observed.links.some((link) => link.name === name))
    .map(({ name: dev }) => ({
      dev,
      routerLifetimeS: legs.length > 0 ? ROUTER_LIFETIME_S : 0,
      prefixes: prefixesOn(dev, legs, observed),
      ...(mtuBytes < ETHERNET_MTU ? { mtuBytes } : {}),
      resolvers: resolversInUse(resolvers).filter(isGlobal6).slice(0, MOST_RESOLVERS),
    }))
}

/** Hosts find an address of their own in networks of this size (RFC 4862). */
const NETWORK_BITS = 64
/** RFC 8200, 5 */
const LEAST_MTU = 1280
const ETHERNET_MTU = 1500
const MOST_RESOLVERS = 3
/** RFC 4861, 6.2.1: three times the longest time between two of them. */
const ROUTER_LIFETIME_S = 1800
/** Renewed every few minutes. As radvd has it; longer ones outlive a provider's prefix that nobody takes back. */
const VALID_S = 86_400
const PREFERRED_S = 14_400

function prefixesOn(dev: string, legs: readonly LineFacts[], { addresses }: Observed): AdvertisedPrefix[] {
  const good = addresses.filter(
    (held) =>
      held.dev === dev &&
      held.length === NETWORK_BITS &&
      (isGlobal6(held.address) || isUniqueLocal(held.address)),
  )
  const byNetwork = Map.groupBy(good, (held) => formatPrefix(networkOf(held)))
  return [...byNetwork.values()]
    .flatMap((held) => held.slice(0, 1))
    .map(networkOf)
    .map((prefix) => {
      const here = byNetwork.get(formatPrefix(prefix)) ?? []
      const owner = legs.find((leg) =>
        routedTo(leg).some((routed) => containsAddress(routed, prefix.address)),
      )
      const validS = Math.min(VALID_S, longest(here, 'validForS'))
      const preferredS = Math.min(PREFERRED_S, validS, longest(here, 'preferredForS'))
      const ends = here.every(({ validForS }) => validForS !== undefined)
      return {
        prefix,
        validS,
        preferredS: owner === undefined || owner.eligible ? preferredS : 0,
        ...(ends ? { ends } : {}),
      }
    })
}

/** No longer than the kernel has it. */
const longest = (held: readonly InterfaceAddress[], which: 'validForS' | 'preferredForS'): number =>
  Math.max(...held.map((one) => one[which] ?? Infinity))
