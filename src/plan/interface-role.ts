/** What each interface of a box is likely for, before anybody has said so. */
import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  anyPrefix,
  containsAddress,
  parsePrefix,
  type HostAddress,
  type Route,
  type Survey,
  type SurveyedLink,
} from '../model/index.ts'

export type Role =
  | { readonly is: 'line'; readonly address: HostAddress; readonly way: Way; readonly medium?: Medium }
  /** It looks like a line, but by which router is not known. */
  | { readonly is: 'routerless'; readonly address: HostAddress; readonly seen: readonly string[] }
  | { readonly is: 'network'; readonly address: HostAddress; readonly clients: number }
  | { readonly is: 'left-alone'; readonly whose: string; readonly address?: HostAddress }
  | {
      readonly is: 'bare'
      readonly why: 'switched off' | 'no cable' | 'no address'
      readonly address?: HostAddress
    }

export type Medium = 'mobile' | 'wireless'

/** How the Internet is reached by an interface. */
export interface Way {
  /** Absent on a point-to-point link. */
  readonly gateway?: string
  /** `main`: found there, so that it can be followed. `ours`: multihomed set it. `elsewhere`: in a table of somebody. */
  readonly from: 'main' | 'ours' | 'elsewhere'
  readonly dhcp: boolean
}

/** @returns `undefined` for what is nobody's business: this box itself, ports of a bridge, ends without an address */
export function roleOf(link: SurveyedLink, survey: Survey): Role | undefined {
  if (link.name === 'lo' || link.master !== undefined) return undefined
  const [address] = addressesOf(link.name, survey)
  const whose = ownerOf(link)
  if (whose !== undefined)
    return address !== undefined || link.up
      ? { is: 'left-alone', whose, ...(address && { address }) }
      : undefined
  if (address === undefined) return bare(link)

  const way = wayBy(link, survey)
  const medium = mediumOf(link, way)
  if (way !== undefined)
    return {
      is: 'line',
      address: addressFor(way, link.name, survey) ?? address,
      way,
      ...(medium && { medium }),
    }
  // Who switched it off may have taken its default route with that.
  if (!link.up) return { is: 'bare', why: 'switched off', address }
  const seen = survey.neighbours.filter(({ dev, address: one }) => dev === link.name && !one.includes(':'))
  if (!isPrivate(address.address))
    return { is: 'routerless', address, seen: seen.map((neighbour) => neighbour.address) }
  return { is: 'network', address, clients: new Set(seen.map((neighbour) => neighbour.address)).size }
}

/** A provider may be behind it, and nobody asks him. */
export const isBareCable = (role: Role): boolean => role.is === 'bare' && role.why === 'no address'

/** RFC 1918, and what only looks like it: an address of nobody in particular, so somebody translates it. */
export const isPrivate = (address: string): boolean => isIn(PRIVATE, address)
/** RFC 6598: the provider translates. */
export const isShared = (address: string): boolean => isIn(['100.64.0.0/10'], address)

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
const isIn = (networks: readonly string[], address: string): boolean =>
  networks.some((network) => containsAddress(parsePrefix(network) ?? anyPrefix('ipv4'), address))

/** The default route of the main table that the kernel takes now. */
export const bestDefault = (survey: Survey): Route | undefined =>
  defaultsOf(survey)
    .filter((route) => route.table === MAIN_TABLE)
    .toSorted((a, b) => a.metric - b.metric)[0]

/** Unlucky DHCP clients give themselves addresses of 169.254.0.0/16, which lead nowhere. */
const addressesOf = (dev: string, survey: Survey): HostAddress[] =>
  survey.addresses.filter(
    (held) => held.dev === dev && held.family === 'ipv4' && !held.address.startsWith('169.254.'),
  )

const addressFor = ({ gateway }: Way, dev: string, survey: Survey): HostAddress | undefined =>
  addressesOf(dev, survey).find((held) => gateway !== undefined && containsAddress(held, gateway))

/** Main's first, then somebody's own policy routing, then what we have set ourselves. */
function wayBy(link: SurveyedLink, survey: Survey): Way | undefined {
  const kinds: readonly [Way['from'], (route: Route) => boolean][] = [
    ['main', (route) => route.table === MAIN_TABLE && route.protocol !== OUR_PROTOCOL],
    ['elsewhere', (route) => route.protocol !== OUR_PROTOCOL],
    ['ours', () => true],
  ]
  const defaults = defaultsOf(survey).filter((route) => route.dev === link.name)
  for (const [from, is] of kinds) {
    const [route] = defaults.filter(is).toSorted((a, b) => a.metric - b.metric)
    if (route !== undefined)
      return { ...(route.via !== undefined && { gateway: route.via }), from, dhcp: route.protocol === DHCP }
  }
  return link.pointToPoint ? { from: 'main', dhcp: false } : undefined
}

/** RTPROT_DHCP of linux/rtnetlink.h */
const DHCP = 16

const defaultsOf = (survey: Survey): Route[] =>
  survey.routes.filter(
    ({ family, type, destination }) => family === 'ipv4' && type === 'unicast' && destination.length === 0,
  )

/** A router of IPv6 is behind it, by its advertisements or by hand. */
export const speaksIpv6 = ({ name }: SurveyedLink, { routes }: Survey): boolean =>
  routes.some(
    ({ family, type, table, protocol, destination, dev }) =>
      family === 'ipv6' &&
      type === 'unicast' &&
      table === MAIN_TABLE &&
      protocol !== OUR_PROTOCOL &&
      destination.length === 0 &&
      dev === name,
  )

/** Ends of pairs and the like come in dozens and without an address of their own. */
function bare(link: SurveyedLink): Role | undefined {
  if (link.kind !== undefined && !(link.up && CABLES.has(link.kind))) return undefined
  return { is: 'bare', why: !link.up ? 'switched off' : link.carrier ? 'no address' : 'no cable' }
}

const CABLES = new Set(['vlan', 'veth', 'bond', 'team', 'macvlan', 'wwan'])

function mediumOf(link: SurveyedLink, way: Way | undefined): Medium | undefined {
  if (link.radio === 'mobile' || link.kind === 'wwan' || /^wwan\d|^wwp/.test(link.name)) return 'mobile'
  if (link.radio === 'wireless' || /^wlan\d|^wlp/.test(link.name)) return 'wireless'
  // The sticks that play a router do so at this address; enx… alone may be any network card with USB.
  return /^(usb\d|enx|eth\d)/.test(link.name) && way?.gateway === '192.168.8.1' ? 'mobile' : undefined
}

function ownerOf({ name, kind = '' }: SurveyedLink): string | undefined {
  return OWNERS.find((one) => ('kind' in one ? one.kind.test(kind) : one.name.test(name)))?.whose
}

/** Whom an interface belongs to that is neither line nor network of ours; the first that fits. */
const OWNERS: readonly ({ readonly whose: string } & (
  { readonly name: RegExp } | { readonly kind: RegExp }
))[] = [
  { name: /^(docker\d+|docker_gwbridge|br-[0-9a-f]{12})$/, whose: 'Docker' },
  { name: /^(podman|cni-podman)\d+$/, whose: 'Podman' },
  { name: /^(cni\d+|flannel|cali|kube-|nodelocaldns|weave|cilium|lxc_)/, whose: 'Kubernetes' },
  { name: /^(virbr|vnet|vmnet|vboxnet)/, whose: 'virtual machines' },
  { name: /^(lxcbr|lxdbr|incusbr|ve-|vb-)/, whose: 'containers' },
  { name: /^(wg|tun|tap|tailscale|zt|nebula|ipsec)\d*/, whose: 'VPN' },
  {
    kind: /^(wireguard|amneziawg|ovpn|tun|vti|xfrm|gre|gretap|ipip|sit|ip6tnl|vxlan|geneve|l2tp)$/,
    whose: 'VPN',
  },
  { kind: /^(dummy|ifb|nlmon)$/, whose: 'software' },
]
