import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  anyPrefix,
  mark,
  parseAddress,
  parsePrefix,
  tableId,
  type Family,
  type InterfaceAddress,
  type IpRule,
  type Link,
  type Neighbour,
  type Nexthop,
  type Prefix,
  type Route,
  type RouteType,
  type TunnelSign,
} from '../model/index.ts'

/** What `ip -N -j` prints, read into the model. Fields that an `ip` of another version adds are passed over. */

export type Json = Readonly<Record<string, unknown>>

export function readLinks(text: string): Link[] {
  return list(text).map((link) => {
    const flags = words(link['flags'])
    const stats = object(link['stats64'])
    return {
      name: string(link['ifname']) ?? '',
      index: number(link['ifindex']) ?? 0,
      up: flags.includes('UP'),
      carrier: flags.includes('LOWER_UP'),
      pointToPoint: isPointToPoint(flags, string(link['link_type'])),
      mtuBytes: number(link['mtu']) ?? 0,
      ...present('tunnel', tunnelOf(object(link['linkinfo']))),
      ...present('kind', string(object(link['linkinfo'])['info_kind'])),
      rxBytes: number(object(stats['rx'])['bytes']) ?? 0,
      txBytes: number(object(stats['tx'])['bytes']) ?? 0,
    }
  })
}

/**
 * Nobody is asked for a hardware address there. A modem in raw-ip mode has none itself (`link/none`, `link/rawip`),
 * and not every driver says POINTOPOINT of it.
 */
const isPointToPoint = (flags: readonly string[], type: string | undefined): boolean =>
  flags.includes('POINTOPOINT') || flags.includes('NOARP') || WITHOUT_ADDRESSES.includes(type ?? '')

/** `ARPHRD_NONE` and `ARPHRD_RAWIP` of linux/if_arp.h, as `ip -N` prints them, and by name. */
const WITHOUT_ADDRESSES = ['[65534]', '[519]', 'none', 'rawip']

/** Of `ip -d link`: where the kernel itself packs packets into packets, and to whom it sends them. */
function tunnelOf(made: Json): TunnelSign[] | undefined {
  if (!TUNNEL_KINDS.has(string(made['info_kind']) ?? '')) return undefined
  const { remote, remote6 } = object(made['info_data'])
  const address = parseAddress(string(remote) ?? string(remote6) ?? '')?.address
  return address === undefined || ANYBODY.includes(address) ? [] : [{ to: address }]
}

const ANYBODY = ['0.0.0.0', '::']

const TUNNEL_KINDS = new Set(
  'gre gretap erspan ip6gre ip6gretap ip6erspan ipip ip6tnl sit vti vti6 vxlan geneve wireguard'.split(' '),
)

/** Of `ip -d link`, by name: what made each interface, and what it is a port of. */
export const readKinds = (text: string): Map<string, { readonly kind?: string; readonly master?: string }> =>
  new Map(
    list(text).map((link) => [
      string(link['ifname']) ?? '',
      {
        ...present('kind', string(object(link['linkinfo'])['info_kind'])),
        ...present('master', string(link['master'])),
      },
    ]),
  )

/** 2^32 - 1 is for ever. */
const lifetime = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && seconds < 0xffff_ffff ? seconds : undefined

export function readAddresses(text: string): InterfaceAddress[] {
  return list(text).flatMap((link) =>
    objects(link['addr_info']).flatMap((info): InterfaceAddress[] => {
      const address = string(info['local'])
      const length = number(info['prefixlen'])
      if (address === undefined || length === undefined) return []
      return [
        {
          family: info['family'] === 'inet6' ? 'ipv6' : 'ipv4',
          address,
          length,
          dev: string(link['ifname']) ?? '',
          ...present('tentative', info['tentative'] === true ? true : undefined),
          ...present('deprecated', info['deprecated'] === true ? true : undefined),
          ...present('validForS', lifetime(info['valid_life_time'])),
          ...present('temporary', info['temporary'] === true ? true : undefined),
          ...present('preferredForS', lifetime(info['preferred_life_time'])),
        },
      ]
    }),
  )
}

export function readRules(text: string, family: Family): IpRule[] {
  return list(text).map((rule) => {
    const fwmark = number(rule['fwmark'])
    const protocol = number(rule['protocol']) ?? 0
    const isOurs = protocol === OUR_PROTOCOL
    const [first, last] = [number(rule['uid_start']), number(rule['uid_end'])]
    return {
      family,
      priority: number(rule['priority']) ?? 0,
      ...present('not', 'not' in rule ? true : undefined),
      ...present('from', selector(rule['src'], rule['srclen'])),
      ...present('to', selector(rule['dst'], rule['dstlen'])),
      ...present('iif', string(rule['iif'])),
      ...present('oif', string(rule['oif'])),
      ...present(
        'fwmark',
        fwmark === undefined
          ? undefined
          : { mark: mark(fwmark), mask: mark(number(rule['fwmask']) ?? 0xffff_ffff) },
      ),
      ...present('uids', first === undefined || last === undefined ? undefined : { first, last }),
      ...present('suppressPrefixLength', number(rule['suppress_prefixlen'])),
      ...present('table', table(rule['table'])),
      ...present('dport', isOurs ? number(rule['dport']) : undefined),
      ...present('udpSport', isOurs ? number(rule['sport']) : undefined),
      protocol,
      other: Object.keys(rule).filter(
        (key) => !KNOWN_RULE_KEYS.has(key) && !(isOurs && OUR_RULE_KEYS.has(key)),
      ),
    }
  })
}

const KNOWN_RULE_KEYS = new Set(
  'priority not src srclen dst dstlen iif oif iif_detached oif_detached fwmark fwmask uid_start uid_end suppress_prefixlen table protocol goto l3mdev action'.split(
    ' ',
  ),
)

/** With the port that packets come from we name no protocol but UDP. */
const OUR_RULE_KEYS = new Set(['ipproto', 'sport', 'dport'])

/** @param nexthops those that routes of others may name: such a route is told as if it named their gateways itself */
export function readRoutes(text: string, nexthops: readonly Nexthop[] = []): Route[] {
  return list(text).flatMap((route): Route[] => {
    // Routes of both families come in one answer; only IPv6 ones have a preference (RFC 4191).
    const family: Family = 'pref' in route ? 'ipv6' : 'ipv4'
    const destination = destinationOf(family, string(route['dst']))
    if (destination === undefined) return []
    const shared = {
      family,
      table: table(route['table']) ?? MAIN_TABLE,
      type: ROUTE_TYPES[string(route['type']) ?? '1'] ?? 'other',
      destination,
      ...present('src', string(route['prefsrc'])),
      ...present('nexthopId', number(route['nhid'])),
      ...present('mtuBytes', number(objects(route['metrics'])[0]?.['mtu'])),
      metric: number(route['metric']) ?? 0,
      protocol: number(route['protocol']) ?? 0,
    }
    // A route by nexthop id prints its nexthop's device and flags as well; the id says it all.
    if (shared.nexthopId !== undefined) return spelledOut(shared, nexthops)
    const onlink = present('onlink', words(route['flags']).includes('onlink') ? true : undefined)
    const hops = objects(route['nexthops'])
    return (hops.length === 0 ? [route] : hops).map((hop) => ({
      ...shared,
      ...onlink,
      ...present('via', string(hop['gateway']) ?? string(object(hop['via'])['host'])),
      // Of a route that leads nowhere IPv6 tells a device all the same.
      ...present('dev', LEADS_NOWHERE.includes(shared.type) ? undefined : string(hop['dev'])),
    }))
  })
}

const LEADS_NOWHERE: readonly RouteType[] = ['blackhole', 'unreachable', 'prohibit', 'throw']

/** Ours are compared by their nexthop's id; so are those of others whose nexthop nobody has seen. */
function spelledOut(route: Route, nexthops: readonly Nexthop[]): Route[] {
  const { nexthopId, ...rest } = route
  const named = nexthops.find(({ id }) => id === nexthopId)
  if (route.protocol === OUR_PROTOCOL || named === undefined) return [route]
  const ids = named.kind === 'group' ? named.members.map(({ id }) => id) : [named.id]
  return nexthops.flatMap((hop) => {
    if (hop.kind === 'group' || !ids.includes(hop.id)) return []
    const { via, dev, onlink } = hop
    return [{ ...rest, ...present('via', via), ...present('dev', dev === '' ? undefined : dev), ...present('onlink', onlink) }] // prettier-ignore
  })
}

/** `RTN_*` of linux/rtnetlink.h, as `ip -N` prints them. */
const ROUTE_TYPES: Readonly<Record<string, RouteType>> = {
  '1': 'unicast',
  '2': 'local',
  '3': 'broadcast',
  // Anycast: whoever routes an IPv6 network answers at its first address.
  '4': 'local',
  '6': 'blackhole',
  '7': 'unreachable',
  '8': 'prohibit',
  '9': 'throw',
}

export function readNexthops(text: string): Nexthop[] {
  return list(text).flatMap((nexthop): Nexthop[] => {
    const id = number(nexthop['id'])
    if (id === undefined) return []
    const protocol = number(nexthop['protocol']) ?? 0
    const members = objects(nexthop['group'])
    if (members.length > 0) {
      return [
        {
          kind: 'group',
          id,
          members: members.map((member) => ({
            id: number(member['id']) ?? 0,
            weight: number(member['weight']) ?? 1,
          })),
          resilient: nexthop['type'] === 'resilient',
          protocol,
        },
      ]
    }
    const via = string(nexthop['gateway'])
    return [
      {
        kind: 'single',
        id,
        family: familyOfHop(via, string(nexthop['scope'])),
        ...present('via', via),
        dev: string(nexthop['dev']) ?? '',
        ...present('onlink', words(nexthop['flags']).includes('onlink') ? true : undefined),
        protocol,
      },
    ]
  })
}

/** Over an interface without a gateway the scope alone tells: `host` (254) in IPv4, `link` in IPv6. */
const familyOfHop = (via: string | undefined, scope: string | undefined): Family => {
  if (via !== undefined) return via.includes(':') ? 'ipv6' : 'ipv4'
  return scope === '253' ? 'ipv6' : 'ipv4'
}

export const readNeighbours = (text: string): Neighbour[] =>
  list(text).flatMap((neighbour) => {
    const address = string(neighbour['dst'])
    const dev = string(neighbour['dev'])
    if (address === undefined || dev === undefined) return []
    return [{ dev, address, ...present('mac', string(neighbour['lladdr'])) }]
  })

function selector(address: unknown, length: unknown): Prefix | undefined {
  const text = string(address)
  if (text === undefined || text === 'all') return undefined
  return parsePrefix(typeof length === 'number' ? `${text}/${length}` : text)
}

const destinationOf = (family: Family, text: string | undefined): Prefix | undefined =>
  text === undefined ? undefined : text === 'default' ? anyPrefix(family) : parsePrefix(text)

const table = (value: unknown): ReturnType<typeof tableId> | undefined => {
  const parsed = number(value)
  return parsed === undefined ? undefined : tableId(parsed)
}

/** An empty answer stands for an empty list: older versions print nothing at all. */
export function list(text: string): Json[] {
  return text.trim() === '' ? [] : objects(JSON.parse(text))
}

export const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
export const object = (value: unknown): Json => (isObject(value) ? value : {})
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []

/** Numbers come as numbers or as text, in decimal or hexadecimal, depending on the field and the version. */
export function number(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value === '') return undefined
  const parsed = Number(value)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** An object with the key, or an empty one: an absent field has no key at all. */
const present = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
