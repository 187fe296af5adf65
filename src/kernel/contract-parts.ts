import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  anyPrefix,
  hostPrefix,
  mark,
  tableId,
  type HostAddress,
  type IpRule,
  type KernelError,
  type Move,
  type Nexthop,
  type Route,
  type Shaper,
} from '../model/index.ts'
import { ADDRESSES, BIRTH_RULES } from './contract-words.ts'
import type { Act, Happening } from './contract.ts'

// Two lines as a kernel has them, piece by piece, for the cases of the contract.

const ours = (table: number, route: Partial<Route>): Route => ({
  family: 'ipv4',
  table: tableId(table),
  type: 'unicast',
  destination: anyPrefix('ipv4'),
  metric: 0,
  protocol: OUR_PROTOCOL,
  ...route,
})

const GATEWAY1 = '198.51.100.1'
const GATEWAY2 = '203.0.113.1'
export const line1 = ours(201, { via: GATEWAY1, dev: 'wan1', src: '198.51.100.2' })
export const line2 = ours(202, { via: GATEWAY2, dev: 'wan2', src: '203.0.113.2' })
export const stop1 = ours(201, { type: 'prohibit', metric: 9999 })
export const balanced = ours(222, { nexthopId: 222_222 })

const inIpv6 = (route: Route): Route => ({ ...route, family: 'ipv6', destination: anyPrefix('ipv6') })
export const line6 = inIpv6(ours(201, { via: 'fe80::1', dev: 'wan1', metric: 1024 }))
export const stop6 = inIpv6(stop1)
export const balanced6 = inIpv6(ours(222, { nexthopId: 224_222, metric: 1024 }))

const hop = (id: number, via: string, dev: string): Extract<Nexthop, { kind: 'single' }> => ({
  kind: 'single',
  id,
  family: 'ipv4',
  via,
  dev,
  protocol: OUR_PROTOCOL,
})
export const hop1 = hop(222_001, GATEWAY1, 'wan1')
export const hop2 = hop(222_002, GATEWAY2, 'wan2')
export const group = (weights: Readonly<Record<number, number>>, resilient = true): Nexthop => ({
  kind: 'group',
  id: 222_222,
  members: Object.entries(weights).map(([id, weight]) => ({ id: Number(id), weight })),
  resilient,
  protocol: OUR_PROTOCOL,
})
export const hop6: Nexthop = { ...hop(224_001, 'fe80::1', 'wan1'), family: 'ipv6' }
export const overLink: Nexthop = {
  kind: 'single',
  id: 222_001,
  family: 'ipv4',
  dev: 'wan1',
  protocol: OUR_PROTOCOL,
}
export const overLink6: Nexthop = { ...overLink, id: 224_001, family: 'ipv6' }
export const group6: Nexthop = { ...group({ 224_001: 1 }), id: 224_222 }
export const both = group({ 222_001: 3, 222_002: 1 })

const rule = (priority: number, table: number, selectors: Partial<IpRule> = {}): IpRule => ({
  family: 'ipv4',
  priority,
  ...selectors,
  table: tableId(table),
  protocol: OUR_PROTOCOL,
  other: [],
})
export const mainRule = rule(30_050, MAIN_TABLE, { suppressPrefixLength: 0 })
export const fromRule = rule(30_201, 201, { from: hostPrefix('ipv4', '198.51.100.2') })
export const oifRule = rule(30_201, 201, { oif: 'wan1' })
export const oifRule6: IpRule = { ...oifRule, family: 'ipv6' }
export const mainRule6: IpRule = { ...mainRule, family: 'ipv6' }
export const markRule = rule(30_101, 201, { fwmark: { mark: mark(0x100_0000), mask: mark(0x3f00_0000) } })

export const does = (move: Move, comesTo: 'ok' | KernelError['code'] = 'ok'): Act => ({ move, comesTo })
export const addRule = (one: IpRule): Move => ({ do: 'add-rule', rule: one })
export const deleteRule = (one: IpRule): Move => ({ do: 'delete-rule', rule: one })
export const addRoute = (route: Route): Move => ({ do: 'add-route', route })
export const deleteRoute = (route: Route): Move => ({ do: 'delete-route', route })
export const addHop = (nexthop: Nexthop): Move => ({ do: 'add-nexthop', nexthop })
export const deleteHop = (nexthop: Nexthop): Move => ({ do: 'delete-nexthop', nexthop })
export const address = (dev: string, text: string, length: number): Move & { do: 'add-address' } => ({
  do: 'add-address',
  address: { family: 'ipv4', address: text, length, dev },
})
export const deleteAddress = (dev: string): Move => ({
  do: 'delete-address',
  address: { ...(ADDRESSES[dev] as HostAddress), dev },
})
export const address6: Move & { do: 'add-address' } = {
  do: 'add-address',
  address: { family: 'ipv6', address: '2001:db8:1::2', length: 64, dev: 'wan1' },
}
export const deleteAddress6: Move = { do: 'delete-address', address: address6.address }
export const keepAddresses: Move = {
  do: 'set-sysctl',
  from: { key: 'net/ipv6/conf/wan1/keep_addr_on_down', value: '0' },
  to: { key: 'net/ipv6/conf/wan1/keep_addr_on_down', value: '1' },
}
export const setting = (name: string, value: string): Move => {
  const key = `net/ipv4/${name}`
  return { do: 'set-sysctl', from: { key, value: '' }, to: { key, value } }
}
export const setMtu = (dev: string, to: number): Move => ({ do: 'set-mtu', dev, from: 0, to })
export const shaper = (direction: Shaper['direction'], bitsPerSecond: number, dev = 'wan1'): Shaper => ({
  dev,
  direction,
  bitsPerSecond,
  through: `mhin-${dev}`,
})
export const addShaper = (one: Shaper): Move => ({ do: 'add-shaper', shaper: one })
export const deleteShaper = (one: Shaper): Move => ({ do: 'delete-shaper', shaper: one })
/** The whole of two balanced lines. */
export const twoLines: readonly Act[] = [hop1, hop2, both]
  .map((one) => does(addHop(one)))
  .concat([line1, stop1, line2, balanced].map((one) => does(addRoute(one))))

/** Moves and happenings that any sequence may be made of: for holding the two kernels against each other at random. */
export const VOCABULARY: readonly (Move | Happening)[] = [
  ...[
    mainRule,
    fromRule,
    oifRule,
    markRule,
    ...BIRTH_RULES.filter(({ table }) => table === MAIN_TABLE),
  ].flatMap((one) => [addRule(one), deleteRule(one)]),
  ...[line1, line2, stop1, balanced].flatMap((one) => [addRoute(one), deleteRoute(one)]),
  ...[hop1, hop2, both].flatMap((one) => [addHop(one), deleteHop(one)]),
  { do: 'change-nexthop', from: both, to: group({ 222_001: 1, 222_002: 2 }) },
  { do: 'change-nexthop', from: both, to: group({ 222_002: 1 }) },
  { do: 'change-route', from: line1, to: { ...line1, via: '198.51.100.3' } },
  { do: 'change-route', from: balanced, to: balanced },
  { do: 'set-link', dev: 'wan1', up: false },
  { do: 'set-link', dev: 'wan1', up: true },
  ...['wan1', 'wan2'].flatMap((dev): Move[] => [
    deleteAddress(dev),
    { do: 'add-address', address: { ...(ADDRESSES[dev] as HostAddress), dev } },
  ]),
  ...['ip_forward', 'conf/all/accept_redirects', 'conf/wan1/forwarding', 'conf/default/forwarding'].flatMap(
    (name) => [setting(name, '0'), setting(name, '1')],
  ),
  setMtu('wan1', 1400),
  setMtu('wan1', 70_000),
  address('wan1', '192.0.2.9', 25),
  address('wan1', '198.51.100.5', 28),
  address6,
  deleteAddress6,
  keepAddresses,
  ...(['unplug', 'plug', 'remove', 'bring-back'] as const).map((happens) => ({ happens, dev: 'wan1' })),
]
