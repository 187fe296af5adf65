import {
  OUR_PROTOCOL,
  formatPrefix,
  isLinkLocal,
  tableId,
  type HostAddress,
  type IpRule,
  type Observed,
  type Route,
  type ShapedDevice,
  type Sysctl,
} from '../model/index.ts'

/** The world that every case begins in. */
export const ADDRESSES: Readonly<Record<string, HostAddress>> = {
  wan1: { family: 'ipv4', address: '198.51.100.2', length: 28 },
  wan2: { family: 'ipv4', address: '203.0.113.2', length: 24 },
  lan0: { family: 'ipv4', address: '10.0.0.1', length: 24 },
}

/** Whose queues are read. */
export const SHAPED: readonly ShapedDevice[] = [{ dev: 'wan1', through: 'mhin-wan1' }]

/** Rules that every network namespace is born with. */
export const BIRTH_RULES: readonly IpRule[] = [
  { priority: 0, table: 255 },
  { priority: 32_766, table: 254 },
  { priority: 32_767, table: 253 },
].map(({ priority, table }) => ({ family: 'ipv4', priority, table: tableId(table), protocol: 2, other: [] }))

/** The settings that the cases speak of, and what they are on a box that nobody has set up. */
export const SETTINGS = [
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/accept_redirects',
  'net/ipv4/conf/*/forwarding',
  'net/ipv4/conf/*/promote_secondaries',
]
const isAtBirth = ({ key, value }: Sysctl): boolean =>
  value === (key.endsWith('accept_redirects') ? '1' : '0')

/** All of the routing that the cases speak of, a line each, sorted; of settings those that are not as at birth. */
export function tell({
  addresses,
  nexthops,
  routes,
  rules,
  links,
  sysctls,
  shapers,
  otherQueues,
}: Observed): string[] {
  const known = (dev: string | undefined): boolean => dev === undefined || dev in ADDRESSES
  const isSpokenOf = ({ key }: Sysctl): boolean =>
    known(/\/conf\/(?!all\/|default\/)([^/]+)\//.exec(key)?.[1])
  return [
    ...sysctls
      .filter((sysctl) => isSpokenOf(sysctl) && !isAtBirth(sysctl))
      .map(({ key, value }) => `setting ${key.replace('net/ipv4/', '')} ${value}`),
    ...links
      .filter((link) => known(link.name))
      .map((link) =>
        words(
          'link',
          link.name,
          link.up ? 'up' : 'off',
          link.carrier ? '' : 'no-carrier',
          link.mtuBytes === 1500 ? '' : `mtu ${link.mtuBytes}`,
        ),
      ),
    // By what is the kernel's own affair.
    ...shapers.map(({ dev, direction, bitsPerSecond }) => `shaper ${dev} ${direction} ${bitsPerSecond}`),
    ...otherQueues.map(({ dev, direction, called }) => `queue ${dev} ${direction} ${called}`),
    ...addresses
      .filter((one) => known(one.dev) && !isOfTheKernel(one))
      .map((one) => `address ${formatPrefix(one)} ${one.dev}`),
    ...nexthops.map((hop) =>
      hop.kind === 'single'
        ? words(
            'nexthop',
            hop.family === 'ipv4' ? '' : hop.family,
            hop.id,
            hop.via ?? '-',
            hop.dev,
            hop.onlink === true ? 'onlink' : '',
          )
        : `group ${hop.id} ${hop.members.map((member) => `${member.id},${member.weight}`).join('/')}${hop.resilient ? ' resilient' : ''}`,
    ),
    ...routes.filter((route) => isToldOf(route) && route.table !== 255 && known(route.dev)).map(tellRoute),
    ...rules
      .filter(isToldOf)
      .map(({ family, priority, table, oif, from, fwmark }) =>
        words(
          'rule',
          family === 'ipv4' ? '' : family,
          priority,
          from && formatPrefix(from),
          oif,
          fwmark?.mark,
          '->',
          table,
        ),
      ),
  ].toSorted()
}

/** Those of the link it makes by itself. */
const isOfTheKernel = ({ family, address }: HostAddress): boolean => family === 'ipv6' && isLinkLocal(address)

/** Of IPv6 the kernel makes much by itself, which is its own affair. */
const isToldOf = ({ family, protocol }: Pick<Route, 'family' | 'protocol'>): boolean =>
  family === 'ipv4' || protocol === OUR_PROTOCOL

const tellRoute = (route: Route): string =>
  words(
    'route',
    route.table,
    formatPrefix(route.destination),
    route.type === 'unicast' ? '' : route.type,
    route.via,
    route.dev,
    route.src === undefined ? '' : `src ${route.src}`,
    route.nexthopId === undefined ? '' : `nhid ${route.nexthopId}`,
    route.metric === 0 ? '' : `metric ${route.metric}`,
    route.onlink === true ? 'onlink' : '',
  )

const words = (...parts: readonly (string | number | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' ')

/** `+` for what came, `-` for what went. */
export const changesBetween = (before: readonly string[], after: readonly string[]): string[] =>
  [
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
  ].toSorted()
