import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  OUR_PROTOCOL,
  anyPrefix,
  hostPrefix,
  mark,
  tableId,
  type IpRule,
  type Move,
  type Nexthop,
  type Route,
} from '../model/index.ts'
import { commandsOf, orderOf } from './move.ts'

const rule = (priority: number, table: number, rest: Partial<IpRule> = {}): IpRule => ({
  family: 'ipv4',
  priority,
  ...rest,
  table: tableId(table),
  protocol: OUR_PROTOCOL,
  other: [],
})
const route = (table: number, rest: Partial<Route>): Route => ({
  family: 'ipv4',
  table: tableId(table),
  type: 'unicast',
  destination: anyPrefix('ipv4'),
  metric: 0,
  protocol: OUR_PROTOCOL,
  ...rest,
})
const hop: Nexthop = {
  kind: 'single',
  id: 222_001,
  family: 'ipv4',
  via: '198.51.100.1',
  dev: 'wan1',
  protocol: OUR_PROTOCOL,
}
const group: Nexthop = {
  kind: 'group',
  id: 222_222,
  members: [
    { id: 222_001, weight: 3 },
    { id: 222_002, weight: 1 },
  ],
  resilient: true,
  protocol: OUR_PROTOCOL,
}
const line1 = route(201, { via: '198.51.100.1', dev: 'wan1', src: '198.51.100.2' })
const address = { family: 'ipv4', address: '198.51.100.2', length: 28, dev: 'wan1' } as const

/** As an operator would type them; each is also a line for `ip -batch`. */
const ROWS: readonly { move: Move; command: string }[] = [
  {
    move: { do: 'add-rule', rule: rule(30_050, 254, { suppressPrefixLength: 0 }) },
    command: 'ip rule add pref 30050 from all lookup main suppress_prefixlength 0 protocol 222',
  },
  {
    move: {
      do: 'add-rule',
      rule: rule(30_101, 201, { fwmark: { mark: mark(0x100_0000), mask: mark(0x3f00_0000) } }),
    },
    command: 'ip rule add pref 30101 from all fwmark 0x1000000/0x3f000000 lookup 201 protocol 222',
  },
  {
    move: { do: 'add-rule', rule: rule(30_201, 201, { from: hostPrefix('ipv4', '198.51.100.2') }) },
    command: 'ip rule add pref 30201 from 198.51.100.2 lookup 201 protocol 222',
  },
  {
    move: {
      do: 'add-rule',
      rule: rule(30_221, 201, { to: hostPrefix('ipv4', '198.51.100.53'), iif: 'lo', dport: 53 }),
    },
    command: 'ip rule add pref 30221 from all to 198.51.100.53 iif lo dport 53 lookup 201 protocol 222',
  },
  {
    move: { do: 'delete-rule', rule: rule(30_201, 201, { oif: 'wan1' }) },
    command: 'ip rule del pref 30201 from all oif wan1 lookup 201 protocol 222',
  },
  {
    move: { do: 'add-route', route: line1 },
    command: 'ip route add default via 198.51.100.1 dev wan1 table 201 src 198.51.100.2 proto 222',
  },
  {
    move: { do: 'change-route', from: line1, to: { ...line1, via: '192.0.2.1', onlink: true } },
    command: 'ip route replace default via 192.0.2.1 dev wan1 table 201 src 198.51.100.2 onlink proto 222',
  },
  {
    move: { do: 'change-route', from: line1, to: { ...line1, mtuBytes: 1450 } },
    command:
      'ip route replace default via 198.51.100.1 dev wan1 table 201 src 198.51.100.2 mtu 1450 proto 222',
  },
  {
    move: { do: 'add-route', route: route(201, { type: 'prohibit', metric: 9999 }) },
    command: 'ip route add prohibit default table 201 metric 9999 proto 222',
  },
  {
    move: { do: 'delete-route', route: route(222, { nexthopId: 222_222 }) },
    command: 'ip route del default nhid 222222 table 222 proto 222',
  },
  {
    move: { do: 'add-nexthop', nexthop: hop },
    command: 'ip nexthop add id 222001 via 198.51.100.1 dev wan1 protocol 222',
  },
  {
    move: { do: 'add-nexthop', nexthop: group },
    command: 'ip nexthop add id 222222 group 222001,3/222002,1 type resilient buckets 128 protocol 222',
  },
  {
    move: { do: 'change-nexthop', from: group, to: { ...group, resilient: false } },
    command: 'ip nexthop replace id 222222 group 222001,3/222002,1 protocol 222',
  },
  { move: { do: 'delete-nexthop', nexthop: group }, command: 'ip nexthop del id 222222' },
  { move: { do: 'add-address', address }, command: 'ip address add 198.51.100.2/28 brd + dev wan1' },
  {
    move: { do: 'add-address', address: { ...address, length: 31 } },
    command: 'ip address add 198.51.100.2/31 dev wan1',
  },
  {
    move: { do: 'delete-address', address },
    command: 'ip address del 198.51.100.2/28 brd + dev wan1',
  },
  {
    move: { do: 'ask-neighbour', neighbour: { dev: 'wan1', address: '198.51.100.1' } },
    command: 'ip neigh replace 198.51.100.1 dev wan1 use',
  },
  {
    move: { do: 'end-connections', family: 'ipv6', mark: mark(0x200_0000), mask: mark(0x3f00_0000) },
    command: 'conntrack -D -f ipv6 -m 0x2000000/0x3f000000',
  },
  { move: { do: 'set-mtu', dev: 'wan1', from: 1500, to: 1492 }, command: 'ip link set dev wan1 mtu 1492' },
  {
    move: {
      do: 'add-shaper',
      shaper: { dev: 'wan1', direction: 'up', bitsPerSecond: 18e6, through: 'mhin-wan1' },
    },
    command: 'tc qdisc replace dev wan1 root handle de: cake bandwidth 18000000bit nat',
  },
  {
    move: {
      do: 'delete-shaper',
      shaper: { dev: 'wan1', direction: 'up', bitsPerSecond: 18e6, through: 'mhin-wan1' },
    },
    command: 'tc qdisc del dev wan1 root handle de:',
  },
  { move: { do: 'set-link', dev: 'wan1', up: true }, command: 'ip link set dev wan1 up' },
  {
    move: {
      do: 'set-sysctl',
      from: { key: 'net/ipv4/conf/eth0.7/rp_filter', value: '1' },
      to: { key: 'net/ipv4/conf/eth0.7/rp_filter', value: '2' },
    },
    command: "sysctl -w 'net/ipv4/conf/eth0.7/rp_filter=2'",
  },
]

for (const { move, command } of ROWS) {
  test(command, () => {
    assert.deepEqual(commandsOf(move), [command])
    const order = orderOf(move)
    if (order.tool === 'ip') assert.equal(`ip ${order.line}`, command)
  })
}
