import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  readAddresses,
  readKinds,
  readLinks,
  readNeighbours,
  readNexthops,
  readRoutes,
  readRules,
} from './ip-json.ts'

// Recorded from iproute2 6.1 on kernel 6.18: `ip -N -s -j … show`.

const rule = (json: string): unknown => readRules(`[${json}]`, 'ipv4')[0]
const RULES: readonly { says: string; json: string; read: object }[] = [
  {
    says: 'main without its default',
    json: '{"priority":30050,"src":"all","table":"254","suppress_prefixlen":0,"protocol":"222"}',
    read: { priority: 30_050, table: 254, suppressPrefixLength: 0, protocol: 222 },
  },
  {
    says: 'a mark with its mask',
    json: '{"priority":30101,"src":"all","fwmark":"0x1000000","fwmask":"0x3f000000","table":"201","protocol":"222"}',
    read: { priority: 30_101, table: 201, fwmark: { mark: 0x100_0000, mask: 0x3f00_0000 }, protocol: 222 },
  },
  {
    says: 'a source address',
    json: '{"priority":30201,"src":"198.51.100.2","table":"201","protocol":"222"}',
    read: {
      priority: 30_201,
      table: 201,
      from: { family: 'ipv4', address: '198.51.100.2', length: 32 },
      protocol: 222,
    },
  },
  {
    says: "wg-quick's rule: not, and a mark without a mask",
    json: '{"priority":32765,"not":null,"src":"all","fwmark":"0xca6c","table":"51820"}',
    read: {
      priority: 32_765,
      not: true,
      table: 51_820,
      fwmark: { mark: 0xca6c, mask: 0xffff_ffff },
      protocol: 0,
    },
  },
  {
    says: 'networks and an interface that is not there',
    json: '{"priority":100,"src":"10.0.0.64","srclen":26,"dst":"10.8.0.0","dstlen":16,"iif":"wan9","iif_detached":null,"table":"77"}',
    read: {
      priority: 100,
      from: { family: 'ipv4', address: '10.0.0.64', length: 26 },
      to: { family: 'ipv4', address: '10.8.0.0', length: 16 },
      iif: 'wan9',
      table: 77,
      protocol: 0,
    },
  },
  {
    says: 'ports and protocols, for which we have no word',
    json: '{"priority":101,"src":"all","ipproto":"ipproto-6","dport":443,"table":"77"}',
    read: { priority: 101, table: 77, protocol: 0, other: ['ipproto', 'dport'] },
  },
  {
    says: 'a port that is asked, of ours',
    json: '{"priority":30221,"src":"all","dst":"198.51.100.53","iif":"lo","dport":53,"table":"201","protocol":"222"}',
    read: {
      priority: 30_221,
      table: 201,
      to: { family: 'ipv4', address: '198.51.100.53', length: 32 },
      iif: 'lo',
      dport: 53,
      protocol: 222,
    },
  },
  {
    says: 'a port, of ours',
    json: '{"priority":30040,"src":"all","fwmark":"0","fwmask":"0x3f000000","iif":"lo","ipproto":"ipproto-17","sport":51820,"table":"201","protocol":"222"}',
    read: {
      priority: 30_040,
      table: 201,
      iif: 'lo',
      fwmark: { mark: 0, mask: 0x3f00_0000 },
      udpSport: 51_820,
      protocol: 222,
    },
  },
  {
    says: 'users',
    json: '{"priority":103,"src":"all","uid_start":1000,"uid_end":1001,"table":"77"}',
    read: { priority: 103, table: 77, protocol: 0, uids: { first: 1000, last: 1001 } },
  },
  {
    says: 'a rule that looks nothing up',
    json: '{"priority":102,"src":"all","action":"8"}',
    read: { priority: 102, protocol: 0 },
  },
]

for (const { says, json, read } of RULES) {
  test(`a rule as ip prints it: ${says}`, () => {
    assert.deepEqual(rule(json), { family: 'ipv4', other: [], ...read })
  })
}

const ANY = { family: 'ipv4', address: '0.0.0.0', length: 0 }
const ROUTES: readonly { says: string; json: string; read: readonly object[] }[] = [
  {
    says: "DHCP's default in main, which is printed without its table",
    json: '{"dst":"default","gateway":"203.0.113.1","dev":"wan2","protocol":"16","prefsrc":"203.0.113.77","metric":100,"flags":[]}',
    read: [
      {
        table: 254,
        destination: ANY,
        via: '203.0.113.1',
        dev: 'wan2',
        src: '203.0.113.77',
        metric: 100,
        protocol: 16,
      },
    ],
  },
  {
    says: 'a gateway that is on the link, over a link that is down',
    json: '{"dst":"default","gateway":"192.0.2.1","dev":"wan2","table":"202","protocol":"222","prefsrc":"203.0.113.2","flags":["onlink","linkdown"]}',
    read: [
      {
        table: 202,
        destination: ANY,
        via: '192.0.2.1',
        dev: 'wan2',
        src: '203.0.113.2',
        onlink: true,
        protocol: 222,
      },
    ],
  },
  {
    says: 'prohibit',
    json: '{"type":"8","dst":"default","table":"201","protocol":"222","metric":9999,"flags":[]}',
    read: [{ table: 201, type: 'prohibit', destination: ANY, metric: 9999, protocol: 222 }],
  },
  {
    says: 'a route by nexthop id, whose nexthops are printed as well',
    json: '{"dst":"default","nhid":222222,"table":"222","protocol":"222","flags":[],"nexthops":[{"gateway":"198.51.100.1","dev":"wan1","weight":3,"flags":[]},{"gateway":"192.0.2.1","dev":"wan2","weight":1,"flags":["onlink"]}]}',
    read: [{ table: 222, destination: ANY, nexthopId: 222_222, protocol: 222 }],
  },
  {
    says: 'a route by the id of a group with one nexthop, whose flags are printed as its own',
    json: '{"dst":"default","nhid":222000,"gateway":"198.51.2.1","dev":"wan3","table":"222","protocol":"222","flags":["onlink"]}',
    read: [{ table: 222, destination: ANY, nexthopId: 222_000, protocol: 222 }],
  },
  {
    says: "the how-to's own kind of multipath route: one for each way",
    json: '{"dst":"default","metric":50,"flags":[],"nexthops":[{"gateway":"198.51.100.1","dev":"wan1","weight":3,"flags":[]},{"gateway":"203.0.113.1","dev":"wan2","weight":1,"flags":[]}]}',
    read: [
      { table: 254, destination: ANY, via: '198.51.100.1', dev: 'wan1', metric: 50 },
      { table: 254, destination: ANY, via: '203.0.113.1', dev: 'wan2', metric: 50 },
    ],
  },
  {
    says: 'a point-to-point neighbour, printed without a length',
    json: '{"dst":"10.64.0.1","dev":"tun0","protocol":"2","scope":"253","prefsrc":"10.64.0.2","flags":["linkdown"]}',
    read: [
      {
        table: 254,
        destination: { family: 'ipv4', address: '10.64.0.1', length: 32 },
        dev: 'tun0',
        src: '10.64.0.2',
        protocol: 2,
      },
    ],
  },
  {
    says: 'a default of dhcpcd, which keeps the MTU of the lease there',
    json: '{"dst":"default","gateway":"198.51.100.1","dev":"wan1","protocol":"16","prefsrc":"198.51.100.2","metric":1002,"flags":[],"metrics":[{"mtu":1450}]}',
    read: [
      {
        table: 254,
        destination: ANY,
        via: '198.51.100.1',
        dev: 'wan1',
        src: '198.51.100.2',
        mtuBytes: 1450,
        metric: 1002,
        protocol: 16,
      },
    ],
  },
  {
    says: 'an IPv6 default, which must not be taken for one of ours',
    json: '{"dst":"default","gateway":"fe80::1","dev":"wan1","metric":5,"flags":[],"pref":"medium"}',
    read: [
      {
        family: 'ipv6',
        table: 254,
        destination: { family: 'ipv6', address: '::', length: 0 },
        via: 'fe80::1',
        dev: 'wan1',
        metric: 5,
      },
    ],
  },
]

for (const { says, json, read } of ROUTES) {
  test(`a route as ip prints it: ${says}`, () => {
    const defaults = { family: 'ipv4', type: 'unicast', metric: 0, protocol: 0 }
    assert.deepEqual(
      readRoutes(`[${json}]`),
      read.map((one) => ({ ...defaults, ...one })),
    )
  })
}

const HOPS = readNexthops(
  '[{"id":9,"blackhole":null,"flags":[]},{"id":10,"gateway":"198.51.100.1","dev":"wan1","flags":[]},{"id":11,"dev":"ppp0","flags":["onlink"]},{"id":20,"group":[{"id":10,"weight":3},{"id":11}],"flags":[]}]',
)
const BY_NEXTHOP: readonly { says: string; json: string; read: readonly object[] }[] = [
  {
    says: "another program's, as FRR sets them: its gateway is seen",
    json: '{"dst":"default","nhid":10,"gateway":"198.51.100.1","dev":"wan1","protocol":"196","metric":20,"flags":[]}',
    read: [{ via: '198.51.100.1', dev: 'wan1', metric: 20, protocol: 196 }],
  },
  {
    says: 'the same where the kernel tells the id alone (net.ipv4.nexthop_compat_mode=0)',
    json: '{"dst":"default","nhid":10,"protocol":"196","flags":[]}',
    read: [{ via: '198.51.100.1', dev: 'wan1', protocol: 196 }],
  },
  {
    says: 'a group of another program: each of its gateways',
    json: '{"dst":"default","nhid":20,"protocol":"196","flags":[]}',
    read: [
      { via: '198.51.100.1', dev: 'wan1', protocol: 196 },
      { dev: 'ppp0', onlink: true, protocol: 196 },
    ],
  },
  {
    says: 'a blackhole leads nowhere',
    json: '{"type":"6","dst":"default","nhid":9,"protocol":"196","flags":[]}',
    read: [{ type: 'blackhole', protocol: 196 }],
  },
  {
    says: 'ours is compared by the id, whatever stands behind it',
    json: '{"dst":"default","nhid":20,"protocol":"222","flags":[]}',
    read: [{ nexthopId: 20, protocol: 222 }],
  },
  {
    says: 'a nexthop that came between two readings',
    json: '{"dst":"default","nhid":77,"protocol":"196","flags":[]}',
    read: [{ nexthopId: 77, protocol: 196 }],
  },
]

for (const { says, json, read } of BY_NEXTHOP) {
  test(`a route by a nexthop object: ${says}`, () => {
    const defaults = { family: 'ipv4', table: 254, type: 'unicast', destination: ANY, metric: 0 }
    assert.deepEqual(
      readRoutes(`[${json}]`, HOPS),
      read.map((one) => ({ ...defaults, ...one })),
    )
  })
}

test('a nexthop without a gateway is of the family that its scope tells', () => {
  const printed =
    '[{"id":222001,"dev":"ppp0","scope":"254","protocol":"222","flags":[]},{"id":224001,"dev":"ppp0","scope":"253","protocol":"222","flags":[]}]'
  const overPpp = { kind: 'single', dev: 'ppp0', protocol: 222 }
  assert.deepEqual(readNexthops(printed), [
    { ...overPpp, id: 222_001, family: 'ipv4' },
    { ...overPpp, id: 224_001, family: 'ipv6' },
  ])
})

test('nexthops and groups; a weight of 1 is not printed, a blackhole leads nowhere', () => {
  const printed =
    '[{"id":9,"blackhole":null,"flags":[]},{"id":222001,"gateway":"198.51.100.1","dev":"wan1","scope":"253","protocol":"222","flags":[]},{"id":222002,"gateway":"192.0.2.1","dev":"wan2","scope":"253","protocol":"222","flags":["onlink"]},{"id":222222,"group":[{"id":222001,"weight":3},{"id":222002}],"type":"resilient","resilient_args":{"buckets":128,"idle_timer":120,"unbalanced_timer":0,"unbalanced_time":0},"protocol":"222","flags":[]},{"id":222223,"group":[{"id":222001},{"id":222002}],"protocol":"222","flags":[]}]'
  const single = { kind: 'single', family: 'ipv4', protocol: 222 }
  const [one, two] = [222_001, 222_002]
  assert.deepEqual(readNexthops(printed), [
    { ...single, id: 9, dev: '', protocol: 0 },
    { ...single, id: one, via: '198.51.100.1', dev: 'wan1' },
    { ...single, id: two, via: '192.0.2.1', dev: 'wan2', onlink: true },
    {
      kind: 'group',
      id: 222_222,
      members: [
        { id: one, weight: 3 },
        { id: two, weight: 1 },
      ],
      resilient: true,
      protocol: 222,
    },
    {
      kind: 'group',
      id: 222_223,
      members: [
        { id: one, weight: 1 },
        { id: two, weight: 1 },
      ],
      resilient: false,
      protocol: 222,
    },
  ])
})

test('links: switched on and carrier are two things', () => {
  const printed =
    '[{"ifindex":5,"link":"p2","ifname":"wan2","flags":["NO-CARRIER","BROADCAST","MULTICAST","UP","M-DOWN"],"mtu":1500,"stats64":{"rx":{"bytes":90,"packets":1},"tx":{"bytes":70,"packets":1}}},{"ifindex":6,"ifname":"ppp0","flags":["POINTOPOINT","MULTICAST","NOARP","UP","LOWER_UP"],"mtu":1492},{"ifindex":7,"ifname":"wan7","flags":["BROADCAST","MULTICAST"],"mtu":1500}]'
  const rest = { pointToPoint: false, mtuBytes: 1500, rxBytes: 0, txBytes: 0 }
  assert.deepEqual(readLinks(printed), [
    { ...rest, name: 'wan2', index: 5, up: true, carrier: false, rxBytes: 90, txBytes: 70 },
    { ...rest, name: 'ppp0', index: 6, up: true, carrier: true, pointToPoint: true, mtuBytes: 1492 },
    { ...rest, name: 'wan7', index: 7, up: false, carrier: false },
  ])
})

test('tunnels by where they send, and modems that no driver calls point-to-point', () => {
  const printed =
    '[{"ifindex":4,"ifname":"vx","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"link_type":"[1]","linkinfo":{"info_kind":"vxlan","info_data":{"id":7,"remote":"192.0.2.7","port":4789}}},{"ifindex":9,"ifname":"vx6","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"link_type":"[1]","linkinfo":{"info_kind":"vxlan","info_data":{"id":8,"remote6":"2001:db8::7","port":4789}}},{"ifindex":5,"ifname":"gre1","flags":["POINTOPOINT","NOARP"],"link_type":"[778]","linkinfo":{"info_kind":"gre","info_data":{"remote":"any","local":"198.51.100.2"}}},{"ifindex":6,"ifname":"tun0","flags":["POINTOPOINT","MULTICAST","NOARP"],"link_type":"[65534]","linkinfo":{"info_kind":"tun","info_data":{"type":"tun"}}},{"ifindex":7,"ifname":"wwan0","flags":["MULTICAST","UP","LOWER_UP"],"link_type":"[519]"},{"ifindex":8,"ifname":"wwan1","flags":["BROADCAST","MULTICAST","NOARP"],"link_type":"[1]"}]'
  assert.deepEqual(
    readLinks(printed).map(({ name, kind, tunnel, pointToPoint }) => ({ name, kind, tunnel, pointToPoint })),
    [
      { name: 'vx', kind: 'vxlan', tunnel: [{ to: '192.0.2.7' }], pointToPoint: false },
      { name: 'vx6', kind: 'vxlan', tunnel: [{ to: '2001:db8::7' }], pointToPoint: false },
      { name: 'gre1', kind: 'gre', tunnel: [], pointToPoint: true },
      { name: 'tun0', kind: 'tun', tunnel: undefined, pointToPoint: true },
      { name: 'wwan0', kind: undefined, tunnel: undefined, pointToPoint: true },
      { name: 'wwan1', kind: undefined, tunnel: undefined, pointToPoint: true },
    ],
  )
})

test('addresses of both families, and that of a point-to-point link is our end', () => {
  const printed =
    '[{"ifindex":3,"ifname":"wan1","addr_info":[{"family":"inet","local":"198.51.100.2","prefixlen":28,"broadcast":"198.51.100.15","scope":"0","valid_life_time":4294967295,"preferred_life_time":4294967295},{"family":"inet6","local":"fe80::a425:9dff:fe50:fb37","prefixlen":64,"scope":"253","tentative":true},{"family":"inet6","local":"2001:db8:1::5","prefixlen":64,"scope":"0","deprecated":true,"temporary":true,"valid_life_time":900,"preferred_life_time":0}]},{"ifindex":6,"ifname":"tun0","addr_info":[{"family":"inet","local":"10.64.0.2","address":"10.64.0.1","prefixlen":32}]},{"ifindex":7,"ifname":"wan7","addr_info":[]}]'
  assert.deepEqual(readAddresses(printed), [
    { family: 'ipv4', address: '198.51.100.2', length: 28, dev: 'wan1' },
    { family: 'ipv6', address: 'fe80::a425:9dff:fe50:fb37', length: 64, dev: 'wan1', tentative: true },
    {
      family: 'ipv6',
      address: '2001:db8:1::5',
      length: 64,
      dev: 'wan1',
      deprecated: true,
      temporary: true,
      validForS: 900,
      preferredForS: 0,
    },
    { family: 'ipv4', address: '10.64.0.2', length: 32, dev: 'tun0' },
  ])
})

test('no output at all is an empty list', () => {
  assert.deepEqual([readRules('', 'ipv4'), readRoutes('\n'), readNexthops('[ ]')], [[], [], []])
})

test('neighbours that did not answer, by device and address', () => {
  const printed =
    '[{"dst":"198.51.100.1","dev":"wan1","state":["FAILED"]},{"dst":"fe80::1","dev":"wan2","state":["INCOMPLETE"]}]'
  assert.deepEqual(readNeighbours(printed), [
    { dev: 'wan1', address: '198.51.100.1' },
    { dev: 'wan2', address: 'fe80::1' },
  ])
})

test('what made an interface, and what it is a port of', () => {
  const text = `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK"]},
    {"ifindex":2,"ifname":"br0","linkinfo":{"info_kind":"bridge","info_data":{"forward_delay":1500}}},
    {"ifindex":3,"link":"v0","ifname":"v1","master":"br0","linkinfo":{"info_kind":"veth","info_slave_kind":"bridge"}},
    {"ifindex":5,"ifname":"tun0","linkinfo":{"info_kind":"tun","info_data":{"type":"tun"}}}]`
  assert.deepEqual(Object.fromEntries(readKinds(text)), {
    lo: {},
    br0: { kind: 'bridge' },
    v1: { kind: 'veth', master: 'br0' },
    tun0: { kind: 'tun' },
  })
})

test('neighbours by address: the hardware address where it is known', () => {
  const printed =
    '[{"dst":"198.51.100.1","dev":"wan1","lladdr":"32:f1:4f:37:ca:b1","used":0,"confirmed":0,"updated":0,"probes":4,"state":["REACHABLE"]},{"dst":"198.51.100.1","dev":"wan2","state":["FAILED"]}]'
  assert.deepEqual(readNeighbours(printed), [
    { dev: 'wan1', address: '198.51.100.1', mac: '32:f1:4f:37:ca:b1' },
    { dev: 'wan2', address: '198.51.100.1' },
  ])
})
