import { MAIN_TABLE, type KernelError, type Move } from '../model/index.ts'
import {
  line1,
  line2,
  stop1,
  balanced,
  hop1,
  hop2,
  group,
  both,
  fromRule,
  oifRule,
  mainRule,
  markRule,
  does,
  addRule,
  deleteRule,
  addRoute,
  deleteRoute,
  addHop,
  deleteHop,
  address,
  address6,
  deleteAddress,
  deleteAddress6,
  keepAddresses,
  setting,
  line6,
  stop6,
  balanced6,
  hop6,
  overLink,
  overLink6,
  group6,
  oifRule6,
  mainRule6,
  setMtu,
  shaper,
  addShaper,
  deleteShaper,
  twoLines,
} from './contract-parts.ts'
import { BIRTH_RULES } from './contract-words.ts'

/**
 * What our program relies on a kernel for, as cases that run against the pretend one and the real one alike, so that
 * the pretend one cannot drift. Links wan1, wan2 and lan0 are up and have the addresses of `ADDRESSES`.
 */
export interface Case {
  /** What a user would lose if it were otherwise. */
  readonly name: string
  readonly acts: readonly Act[]
  /** What is different at the end, in the words of `tell`, sorted. */
  readonly changes: readonly string[]
}

/** A move with what it comes to, or something that happens to the box. */
export type Act = { readonly move: Move; readonly comesTo: 'ok' | KernelError['code'] } | Happening

export interface Happening {
  readonly happens: 'unplug' | 'plug' | 'remove' | 'bring-back' | 'switch-off' | 'switch-on'
  readonly dev: string
}

export const CASES: readonly Case[] = [
  {
    name: 'a rule that is there is refused a second time, and deleted once',
    acts: [
      does(addRule(oifRule)),
      does(addRule(oifRule), 'exists'),
      does(deleteRule(oifRule)),
      does(deleteRule(oifRule), 'not-found'),
    ],
    changes: [],
  },
  {
    name: 'the rules of one line at one priority are told apart when one goes',
    acts: [
      does(addRule(fromRule)),
      does(addRule(oifRule)),
      does(addRule(markRule)),
      does(deleteRule(oifRule)),
    ],
    changes: ['+rule 30101 16777216 -> 201', '+rule 30201 198.51.100.2/32 -> 201'],
  },
  {
    name: 'a rule outlives the device it names',
    acts: [
      does(addRule(oifRule)),
      { happens: 'remove', dev: 'wan1' },
      { happens: 'bring-back', dev: 'wan1' },
    ],
    changes: [
      '+rule 30201 wan1 -> 201',
      '-address 198.51.100.2/28 wan1',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'a route that is there is refused a second time, and deleted once',
    acts: [
      does(addRoute(line1)),
      does(addRoute(line1), 'exists'),
      does(deleteRoute(line1)),
      does(deleteRoute(line1), 'not-found'),
    ],
    changes: [],
  },
  {
    name: 'prohibit stands behind a default and stays when the line goes',
    acts: [
      does(addRoute(line1)),
      does(addRoute(stop1)),
      does(addRoute(stop1), 'exists'),
      { happens: 'remove', dev: 'wan1' },
    ],
    changes: [
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '-address 198.51.100.2/28 wan1',
      '-link wan1 up',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'what stops IPv6 behind a default has a metric of its own: the one that IPv6 takes by itself is the default of the line',
    acts: [
      does(addRoute(line6)),
      does(addRoute({ ...stop6, metric: 1024 }), 'exists'),
      does(addRoute(stop6)),
      does(deleteRoute(line6)),
      does(deleteRoute(line6), 'not-found'),
    ],
    changes: ['+route 201 ::/0 prohibit metric 9999'],
  },
  {
    name: 'a rule of IPv6 becomes none of IPv4, for all packets too, and each goes by itself',
    acts: [
      does(addRule(oifRule)),
      does(addRule(oifRule6)),
      does(addRule(oifRule6), 'exists'),
      does(addRule(mainRule6)),
      does(deleteRule(oifRule)),
    ],
    changes: ['+rule ipv6 30050 -> 254', '+rule ipv6 30201 wan1 -> 201'],
  },
  {
    name: 'IPv6 is spread by gateways of the link, over a group of its own',
    acts: [does(addHop(hop6)), does(addHop(group6)), does(addRoute(balanced6)), does(addHop(hop6), 'exists')],
    changes: [
      '+group 224222 224001,1 resilient',
      '+nexthop ipv6 224001 fe80::1 wan1',
      '+route 222 ::/0 nhid 224222 metric 1024',
    ],
  },
  {
    name: 'a nexthop without a gateway keeps its family, as a line of PPP needs it',
    acts: [does(addHop(overLink)), does(addHop(overLink6))],
    changes: ['+nexthop 222001 - wan1', '+nexthop ipv6 224001 - wan1'],
  },
  {
    name: 'a route is exchanged in place',
    acts: [
      does(addRoute(line1)),
      does({ do: 'change-route', from: line1, to: { ...line1, via: '198.51.100.3' } }),
    ],
    changes: ['+route 201 0.0.0.0/0 198.51.100.3 wan1 src 198.51.100.2'],
  },
  {
    name: 'no route over a link that is off, absent, or cannot reach the gateway, nor from an address that is not here',
    acts: [
      { happens: 'switch-off', dev: 'wan2' },
      does(addRoute(line2), 'busy'),
      does(addRoute({ ...line1, dev: 'wan9' }), 'not-found'),
      does(addRoute({ ...line1, via: '192.0.2.1' }), 'busy'),
      does(addRoute({ ...line1, src: '198.51.100.9' }), 'busy'),
      does(addRoute(balanced), 'not-found'),
      { happens: 'switch-on', dev: 'wan2' },
    ],
    changes: [],
  },
  {
    name: 'without a rule that leads to main no gateway is found, so rules come before routes',
    acts: [
      ...BIRTH_RULES.filter((one) => one.table === MAIN_TABLE).map((one) => does(deleteRule(one))),
      does(addRoute(line1), 'busy'),
      does(addHop(hop1), 'busy'),
      does(addRule(mainRule)),
      does(addRoute(line1)),
      does(addHop(hop1)),
    ],
    changes: [
      '+nexthop 222001 198.51.100.1 wan1',
      '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2',
      '+rule 30050 -> 254',
      '-rule 32766 -> 254',
    ],
  },
  {
    name: 'a gateway outside the networks of the interface is reached when told that it is on the link',
    acts: [
      does(addRoute({ ...line1, via: '192.0.2.1', onlink: true })),
      does(addHop({ ...hop1, via: '192.0.2.1', onlink: true })),
    ],
    changes: [
      '+nexthop 222001 192.0.2.1 wan1 onlink',
      '+route 201 0.0.0.0/0 192.0.2.1 wan1 src 198.51.100.2 onlink',
    ],
  },
  {
    name: 'what the only nexthop of a group is told is no matter of the route to the group',
    acts: [
      does(addHop({ ...hop1, via: '192.0.2.1', onlink: true })),
      does(addHop(group({ 222_001: 1 }))),
      does(addRoute(balanced)),
    ],
    changes: [
      '+group 222222 222001,1 resilient',
      '+nexthop 222001 192.0.2.1 wan1 onlink',
      '+route 222 0.0.0.0/0 nhid 222222',
    ],
  },
  {
    name: 'no nexthop over a link that is off, absent or without carrier; a route needs no carrier',
    acts: [
      does(addHop({ ...hop1, dev: 'wan9' }), 'not-found'),
      { happens: 'unplug', dev: 'wan1' },
      does(addHop(hop1), 'busy'),
      does(addRoute(line1)),
      { happens: 'switch-off', dev: 'wan2' },
      does(addHop(hop2), 'busy'),
    ],
    changes: [
      '+link wan1 up no-carrier',
      '+link wan2 off no-carrier',
      '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2',
      '-link wan1 up',
      '-link wan2 up',
      '-route 254 203.0.113.0/24 wan2 src 203.0.113.2',
    ],
  },
  {
    name: 'a nexthop that is there is refused a second time, and deleted once',
    acts: [
      does(addHop(hop1)),
      does(addHop(hop1), 'exists'),
      does(deleteHop(hop1)),
      does(deleteHop(hop1), 'not-found'),
    ],
    changes: [],
  },
  {
    name: 'a group takes members that are there, changes its weights in place, and keeps its kind',
    acts: [
      does(addHop(hop1)),
      does(addHop(both), 'not-found'),
      does(addHop(hop2)),
      does(addHop(both)),
      does({ do: 'change-nexthop', from: both, to: group({ 222_001: 1, 222_002: 5 }) }),
      does({ do: 'change-nexthop', from: both, to: group({ 222_001: 1 }, false) }, 'refused'),
    ],
    changes: [
      '+group 222222 222001,1/222002,5 resilient',
      '+nexthop 222001 198.51.100.1 wan1',
      '+nexthop 222002 203.0.113.1 wan2',
    ],
  },
  {
    name: 'a deleted nexthop leaves its group, and the balanced route goes on with the other line',
    acts: [...twoLines, does(deleteHop(hop1))],
    changes: [
      '+group 222222 222002,1 resilient',
      '+nexthop 222002 203.0.113.1 wan2',
      '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2',
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '+route 202 0.0.0.0/0 203.0.113.1 wan2 src 203.0.113.2',
      '+route 222 0.0.0.0/0 nhid 222222',
    ],
  },
  {
    name: 'the group and the balanced route go with the last member',
    acts: [
      ...twoLines,
      does(deleteHop(hop1)),
      does(deleteHop(hop2)),
      does(deleteRoute(balanced), 'not-found'),
    ],
    changes: [
      '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2',
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '+route 202 0.0.0.0/0 203.0.113.1 wan2 src 203.0.113.2',
    ],
  },
  {
    name: 'a link switched off loses routes and nexthops, keeps its address, and gets back only its own network',
    acts: [...twoLines, { happens: 'switch-off', dev: 'wan1' }, { happens: 'switch-on', dev: 'wan1' }],
    changes: [
      '+group 222222 222002,1 resilient',
      '+nexthop 222002 203.0.113.1 wan2',
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '+route 202 0.0.0.0/0 203.0.113.1 wan2 src 203.0.113.2',
      '+route 222 0.0.0.0/0 nhid 222222',
    ],
  },
  {
    name: 'with its carrier a line loses its nexthop, and keeps its own table',
    acts: [...twoLines, { happens: 'unplug', dev: 'wan1' }, { happens: 'plug', dev: 'wan1' }],
    changes: [
      '+group 222222 222002,1 resilient',
      '+nexthop 222002 203.0.113.1 wan2',
      '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2',
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '+route 202 0.0.0.0/0 203.0.113.1 wan2 src 203.0.113.2',
      '+route 222 0.0.0.0/0 nhid 222222',
    ],
  },
  {
    name: 'a device that goes takes addresses, routes and nexthops along, and no other line with it',
    acts: [...twoLines, { happens: 'remove', dev: 'wan1' }],
    changes: [
      '+group 222222 222002,1 resilient',
      '+nexthop 222002 203.0.113.1 wan2',
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '+route 202 0.0.0.0/0 203.0.113.1 wan2 src 203.0.113.2',
      '+route 222 0.0.0.0/0 nhid 222222',
      '-address 198.51.100.2/28 wan1',
      '-link wan1 up',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'a device that was unplugged and is back is not taken for the one that is gone',
    acts: [
      does(addRoute(line1)),
      { happens: 'remove', dev: 'wan1' },
      { happens: 'bring-back', dev: 'wan1' },
      does({ ...deleteAddress('wan1'), do: 'add-address' } as Move),
      does(addRoute(line1)),
      does(addHop(hop1)),
    ],
    changes: ['+nexthop 222001 198.51.100.1 wan1', '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2'],
  },
  {
    name: 'an address comes with its network in main, is refused a second time, and takes its network along',
    acts: [
      does(address('wan1', '192.0.2.9', 25)),
      does(address('wan1', '192.0.2.9', 25), 'exists'),
      does(address('wan9', '192.0.2.9', 25), 'not-found'),
      does(deleteAddress('wan2')),
      does(deleteAddress('wan2'), 'not-found'),
    ],
    changes: [
      '+address 192.0.2.9/25 wan1',
      '+route 254 192.0.2.0/25 wan1 src 192.0.2.9',
      '-address 203.0.113.2/24 wan2',
      '-route 254 203.0.113.0/24 wan2 src 203.0.113.2',
    ],
  },
  {
    name: 'with its last address a device loses its routes in all tables, while its nexthop stays',
    acts: [...twoLines, does(deleteAddress('wan1'))],
    changes: [
      '+group 222222 222001,3/222002,1 resilient',
      '+nexthop 222001 198.51.100.1 wan1',
      '+nexthop 222002 203.0.113.1 wan2',
      '+route 201 0.0.0.0/0 prohibit metric 9999',
      '+route 202 0.0.0.0/0 203.0.113.1 wan2 src 203.0.113.2',
      '+route 222 0.0.0.0/0 nhid 222222',
      '-address 198.51.100.2/28 wan1',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'an address that goes while another stays leaves our routes from it behind, stale',
    acts: [does(address('wan1', '192.0.2.9', 25)), does(addRoute(line1)), does(deleteAddress('wan1'))],
    changes: [
      '+address 192.0.2.9/25 wan1',
      '+route 201 0.0.0.0/0 198.51.100.1 wan1 src 198.51.100.2',
      '+route 254 192.0.2.0/25 wan1 src 192.0.2.9',
      '-address 198.51.100.2/28 wan1',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'the first address of a network takes the others along',
    acts: [
      does(setting('conf/wan1/promote_secondaries', '0')),
      does(address('wan1', '198.51.100.5', 28)),
      does(deleteAddress('wan1')),
    ],
    changes: ['-address 198.51.100.2/28 wan1', '-route 254 198.51.100.0/28 wan1 src 198.51.100.2'],
  },
  {
    name: 'with promote_secondaries the next address of a network takes the place of the first',
    acts: [
      does(setting('conf/wan1/promote_secondaries', '1')),
      does(address('wan1', '198.51.100.5', 28)),
      does(deleteAddress('wan1')),
    ],
    changes: [
      '+address 198.51.100.5/28 wan1',
      '+route 254 198.51.100.0/28 wan1 src 198.51.100.5',
      '+setting conf/wan1/promote_secondaries 1',
      '-address 198.51.100.2/28 wan1',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'two modems on one network: both connected routes are there',
    acts: [does(address('wan1', '192.168.1.2', 24)), does(address('wan2', '192.168.1.3', 24))],
    changes: [
      '+address 192.168.1.2/24 wan1',
      '+address 192.168.1.3/24 wan2',
      '+route 254 192.168.1.0/24 wan1 src 192.168.1.2',
      '+route 254 192.168.1.0/24 wan2 src 192.168.1.3',
    ],
  },
  {
    name: 'a router takes no redirects, and all its interfaces forward, those to come as well',
    acts: [
      does(setting('ip_forward', '1')),
      { happens: 'remove', dev: 'wan1' },
      { happens: 'bring-back', dev: 'wan1' },
    ],
    changes: [
      '+setting conf/all/accept_redirects 0',
      '+setting conf/default/forwarding 1',
      '+setting conf/lan0/forwarding 1',
      '+setting conf/wan1/forwarding 1',
      '+setting conf/wan2/forwarding 1',
      '+setting ip_forward 1',
      '-address 198.51.100.2/28 wan1',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'a box that is a router no more takes redirects and forwards nowhere, whatever it did before',
    acts: [
      does(setting('conf/all/accept_redirects', '0')),
      does(setting('conf/wan1/forwarding', '1')),
      does(setting('ip_forward', '1')),
      does(setting('ip_forward', '0')),
    ],
    changes: [],
  },
  {
    name: 'forwarding that is set to what it is changes nothing along with it',
    acts: [
      does(setting('conf/all/accept_redirects', '0')),
      does(setting('conf/wan1/forwarding', '1')),
      does(setting('ip_forward', '0')),
    ],
    changes: ['+setting conf/all/accept_redirects 0', '+setting conf/wan1/forwarding 1'],
  },
  {
    name: 'a setting of an interface that is not there is told as not found',
    acts: [
      does(
        {
          do: 'set-sysctl',
          from: { key: 'net/ipv4/conf/wan9/rp_filter', value: '0' },
          to: { key: 'net/ipv4/conf/wan9/rp_filter', value: '2' },
        },
        'not-found',
      ),
      does({ do: 'set-link', dev: 'wan9', up: true }, 'not-found'),
    ],
    changes: [],
  },
  {
    name: 'an IPv6 address is put there once and taken off once, and a cable that is pulled leaves it',
    acts: [
      does(address6),
      does(address6, 'exists'),
      does(deleteAddress6),
      does(deleteAddress6, 'not-found'),
      does(address6),
      { happens: 'unplug', dev: 'wan1' },
      { happens: 'plug', dev: 'wan1' },
    ],
    changes: ['+address 2001:db8:1::2/64 wan1'],
  },
  {
    name: 'an IPv6 address goes with an interface that is switched off',
    acts: [does(address6), { happens: 'switch-off', dev: 'wan1' }, { happens: 'switch-on', dev: 'wan1' }],
    changes: [],
  },
  {
    name: 'an IPv6 address outlives an interface that is switched off where the kernel is asked to keep it',
    acts: [
      does(keepAddresses),
      does(address6),
      { happens: 'switch-off', dev: 'wan1' },
      { happens: 'switch-on', dev: 'wan1' },
    ],
    changes: ['+address 2001:db8:1::2/64 wan1'],
  },
  {
    name: 'an MTU that a card cannot have is refused and changes nothing; one that it can is seen, and goes with the card',
    acts: [
      does(setMtu('wan1', 1492)),
      does(setMtu('wan1', 70_000), 'refused'),
      does(setMtu('wan2', 1400)),
      does(setMtu('wan9', 1400), 'not-found'),
      { happens: 'remove', dev: 'wan2' },
    ],
    changes: [
      '+link wan1 up mtu 1492',
      '-address 203.0.113.2/24 wan2',
      '-link wan1 up',
      '-link wan2 up',
      '-route 254 203.0.113.0/24 wan2 src 203.0.113.2',
    ],
  },
  {
    name: 'a line is held back both ways, faster or slower at once, and let go without a trace',
    acts: [
      does(addShaper(shaper('up', 8e6))),
      does({ do: 'change-shaper', from: shaper('up', 8e6), to: shaper('up', 20e6) }),
      does(addShaper(shaper('down', 8e6))),
      does({ do: 'change-shaper', from: shaper('down', 8e6), to: shaper('down', 16e6) }),
      does(deleteShaper(shaper('up', 20e6))),
      does(deleteShaper(shaper('up', 20e6)), 'not-found'),
    ],
    changes: ['+shaper wan1 down 16000000'],
  },
  {
    name: 'what holds a line back goes with its device, and what is left of it can be told and taken away',
    acts: [
      does(addShaper(shaper('up', 8e6))),
      does(addShaper(shaper('down', 8e6))),
      { happens: 'remove', dev: 'wan1' },
      { happens: 'bring-back', dev: 'wan1' },
    ],
    changes: [
      '+shaper wan1 down 0',
      '-address 198.51.100.2/28 wan1',
      '-route 254 198.51.100.0/28 wan1 src 198.51.100.2',
    ],
  },
  {
    name: 'nothing is held back, nor begun, on a device that is not there',
    acts: [
      does(addShaper(shaper('down', 8e6, 'wan9')), 'not-found'),
      does(addShaper(shaper('up', 8e6, 'wan9')), 'not-found'),
      does(addShaper(shaper('down', 8e6))),
      does(deleteShaper(shaper('down', 8e6))),
      does(deleteShaper(shaper('down', 8e6)), 'not-found'),
    ],
    changes: [],
  },
]
