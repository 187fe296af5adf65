import {
  MAIN_TABLE,
  formatPrefix,
  type InterfaceAddress,
  type IpRule,
  type Neighbour,
  type Nexthop,
  type Route,
  type SilentNeighbour,
} from '../model/index.ts'

/** Text for `ip`, without the word itself: what follows is a line for `ip -batch` and, with `ip` before it, a command. */
export const addRule = (rule: IpRule): string => `rule add ${ruleText(rule)}`
export const deleteRule = (rule: IpRule): string => `rule del ${ruleText(rule)}`
export const addRoute = (route: Route): string => `route add ${routeText(route)}`
export const replaceRoute = (route: Route): string => `route replace ${routeText(route)}`
export const deleteRoute = (route: Route): string => `route del ${routeText(route)}`
export const addNexthop = (nexthop: Nexthop): string => `nexthop add ${nexthopText(nexthop)}`
export const replaceNexthop = (nexthop: Nexthop): string => `nexthop replace ${nexthopText(nexthop)}`
export const deleteNexthop = (nexthop: Nexthop): string => `nexthop del id ${nexthop.id}`
export const addAddress = (address: InterfaceAddress): string =>
  `address add ${addressText(address)}${address.validForS === undefined ? '' : lifetimeText(address.validForS)}`
export const prolongAddress = (address: InterfaceAddress): string =>
  `address change ${addressText(address)}${lifetimeText(address.validForS)}`
export const deleteAddress = (address: InterfaceAddress): string => `address del ${addressText(address)}`
export const setLink = (dev: string, up: boolean): string => `link set dev ${dev} ${up ? 'up' : 'down'}`
export const setMtu = (dev: string, mtuBytes: number): string => `link set dev ${dev} mtu ${mtuBytes}`

export const forgetNeighbour = ({ address, dev }: SilentNeighbour): string =>
  `neigh del ${address} dev ${dev}`

/** `use`: as if a packet were waiting for the answer. Who is known already stays as he is. */
export const askNeighbour = ({ address, dev }: Neighbour): string => `neigh replace ${address} dev ${dev} use`

/** Buckets of a resilient group: the kernel moves a bucket to another member, never a single flow. */
const RESILIENT_BUCKETS = 128

function ruleText(rule: IpRule): string {
  return words(
    `pref ${rule.priority}`,
    rule.not && 'not',
    `from ${rule.from === undefined ? 'all' : prefixText(rule.from)}`,
    rule.to && `to ${prefixText(rule.to)}`,
    rule.iif && `iif ${rule.iif}`,
    rule.oif && `oif ${rule.oif}`,
    rule.fwmark && `fwmark ${hex(rule.fwmark.mark)}/${hex(rule.fwmark.mask)}`,
    // By its number: `ip` knows the names from /etc/protocols alone, which a small system lacks.
    rule.udpSport !== undefined && `ipproto 17 sport ${rule.udpSport}`,
    rule.uids && `uidrange ${rule.uids.first}-${rule.uids.last}`,
    rule.dport !== undefined && `dport ${rule.dport}`,
    rule.table !== undefined && `lookup ${tableText(rule.table)}`,
    rule.suppressPrefixLength !== undefined && `suppress_prefixlength ${rule.suppressPrefixLength}`,
    `protocol ${rule.protocol}`,
  )
}

function routeText(route: Route): string {
  return words(
    route.type !== 'unicast' && route.type,
    route.destination.length === 0 ? 'default' : formatPrefix(route.destination),
    route.nexthopId !== undefined && `nhid ${route.nexthopId}`,
    route.via && `via ${route.via}`,
    route.dev && `dev ${route.dev}`,
    `table ${tableText(route.table)}`,
    route.src && `src ${route.src}`,
    route.metric !== 0 && `metric ${route.metric}`,
    route.mtuBytes !== undefined && `mtu ${route.mtuBytes}`,
    route.onlink && 'onlink',
    `proto ${route.protocol}`,
  )
}

function nexthopText(nexthop: Nexthop): string {
  if (nexthop.kind === 'single') {
    return words(
      `id ${nexthop.id}`,
      nexthop.via && `via ${nexthop.via}`,
      `dev ${nexthop.dev}`,
      nexthop.onlink && 'onlink',
      `protocol ${nexthop.protocol}`,
    )
  }
  const members = nexthop.members.map(({ id, weight }) => `${id},${weight}`).join('/')
  return words(
    `id ${nexthop.id} group ${members}`,
    nexthop.resilient && `type resilient buckets ${RESILIENT_BUCKETS}`,
    `protocol ${nexthop.protocol}`,
  )
}

/**
 * `brd +`: the broadcast address follows from the prefix, as in the how-to. `nodad`: it is the file's, and good at
 * once instead of after a second in which nobody may use it.
 */
const addressText = (address: InterfaceAddress): string =>
  `${formatPrefix(address)} ${address.family === 'ipv4' && address.length < 31 ? 'brd + ' : ''}dev ${address.dev}${address.family === 'ipv6' ? ' nodad' : ''}`

const lifetimeText = (seconds: number | undefined): string =>
  ` valid_lft ${seconds ?? 'forever'} preferred_lft ${seconds ?? 'forever'}`

/** A host prefix without its length, as `ip` itself prints it. */
const prefixText = (prefix: { family: string; address: string; length: number }): string =>
  prefix.length === (prefix.family === 'ipv4' ? 32 : 128)
    ? prefix.address
    : `${prefix.address}/${prefix.length}`

const tableText = (table: number): string => (table === MAIN_TABLE ? 'main' : String(table))
const hex = (value: number): string => `0x${value.toString(16)}`
const words = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== false && part !== '').join(' ')
