/**
 * What befalls a box, for tests: cables, DHCP clients, admins, other programs. Each is moves made from what can be
 * seen, so that they are the same on the pretend kernel and on the real one; what cannot be done is passed over.
 */
import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  anyPrefix,
  isLinkLocal,
  mark,
  parseHostAddress,
  parsePrefix,
  tableId,
  type Family,
  type InterfaceAddress,
  type IpRule,
  type Move,
  type NftMap,
  type Nexthop,
  type Observed,
  type Route,
  type Ruleset,
} from '../model/index.ts'

/** What no move of ours can do: it takes hands. */
export type Handiwork =
  | { readonly is: 'unplug' | 'plug' | 'remove' | 'bring-back'; readonly dev: string }
  | { readonly is: 'rename'; readonly dev: string; readonly to: string }

export interface Mishap {
  readonly acts: (box: Observed) => readonly (Move | Handiwork)[]
  /** It lays hands on what is ours, so `down` cannot leave the box as if we had never been there. */
  readonly isOurs: boolean
}

const others = (acts: Mishap['acts']): Mishap => ({ acts, isOurs: false })
const ours = (acts: Mishap['acts']): Mishap => ({ acts, isOurs: true })

const address = (dev: string, text: string): InterfaceAddress => {
  const parsed = parseHostAddress(text)
  if (parsed === undefined) throw new Error(`no address: ${text}`)
  return { ...parsed, dev }
}
const adds = (dev: string, text: string): Move => ({ do: 'add-address', address: address(dev, text) })
const takes = (dev: string, text: string): Move => ({ do: 'delete-address', address: address(dev, text) })
const sets = (key: string, value: string): Move => ({
  do: 'set-sysctl',
  from: { key: `net/ipv4/${key}`, value: '' },
  to: { key: `net/ipv4/${key}`, value },
})

/** As a DHCP client leaves it in the main table. */
const dhcpDefault = (n: number, via = `198.51.${n}.1`): Route => ({
  family: 'ipv4',
  table: MAIN_TABLE,
  type: 'unicast',
  destination: anyPrefix('ipv4'),
  via,
  dev: `wan${n}`,
  metric: 100 + n,
  protocol: 16,
})
const lease = (n: number, host = 77): Move[] => [
  adds(`wan${n}`, `198.51.${n}.${host}/24`),
  { do: 'add-route', route: dhcpDefault(n) },
]
/** As the kernel takes it from a router advertisement. */
const advertised = (n: number): Route => ({
  ...dhcpDefault(n, 'fe80::1'),
  family: 'ipv6',
  destination: anyPrefix('ipv6'),
  metric: 1024,
  protocol: 9,
})
const learnt = (n: number, host = '77'): Move[] => [
  adds(`wan${n}`, `2001:db8:${n}::${host}/64`),
  { do: 'add-route', route: advertised(n) },
]
const dropped = (box: Observed, dev: string, family: Family = 'ipv4'): Move[] =>
  box.addresses
    .filter((held) => held.dev === dev && held.family === family && !isOfTheLink(held))
    .map((held) => ({ do: 'delete-address', address: held }))

const rule = (priority: number, table: number, selectors: Partial<IpRule> = {}): IpRule => ({
  family: 'ipv4',
  priority,
  ...selectors,
  table: tableId(table),
  protocol: 3,
  other: [],
})
const EARLY_VPN = rule(5210, 52, { fwmark: { mark: mark(0x80000), mask: mark(0xff0000) } })
const LATE_VPN = rule(32_764, 51_820, {
  not: true,
  fwmark: { mark: mark(0xca6c), mask: mark(0xffff_ffff) },
})
/** A VPN by a line's card, so that it needs none of its own. */
const throughVpn: Route = { ...dhcpDefault(4), table: tableId(51_820), metric: 0, protocol: 3 }
const elsewhere: Route = {
  ...dhcpDefault(3),
  table: tableId(99),
  destination: parsePrefix('10.99.0.0/16') ?? anyPrefix('ipv4'),
  metric: 0,
  protocol: 4,
}

/** The kernel makes it by itself. */
const isOfTheLink = ({ family, address: held }: InterfaceAddress): boolean =>
  family === 'ipv6' && isLinkLocal(held)

const isOurs = (thing: { readonly protocol: number }): boolean => thing.protocol === OUR_PROTOCOL
const rulesGone = (box: Observed, which: (held: IpRule) => boolean, family: Family = 'ipv4'): Move[] =>
  box.rules
    .filter((held) => held.family === family && which(held))
    .map((held) => ({ do: 'delete-rule', rule: held }))
const routesGone = (box: Observed, which: (held: Route) => boolean, family: Family = 'ipv4'): Move[] =>
  box.routes
    .filter((held) => held.family === family && which(held))
    .map((held) => ({ do: 'delete-route', route: held }))
const nexthopsGone = (box: Observed, which: (held: Nexthop) => boolean): Move[] =>
  box.nexthops
    .filter((held) => isOurs(held) && which(held))
    .map((held) => ({ do: 'delete-nexthop', nexthop: held }))
const routesChanged = (box: Observed, change: (held: Route) => Route | undefined): Move[] =>
  box.routes.filter(isOurs).flatMap((from) => {
    const to = change(from)
    return to === undefined ? [] : [{ do: 'change-route', from, to }]
  })

/** Our table made another one; nothing where there is none. */
const ruleset = (box: Observed, change: (held: Ruleset) => Ruleset | undefined): Move[] =>
  box.ruleset === undefined ? [] : [{ do: 'change-ruleset', from: box.ruleset, to: change(box.ruleset) }]
const emptied = (box: Observed, names: RegExp): Move[] =>
  ruleset(box, (held) => ({
    ...held,
    chains: held.chains.map((chain) => (names.test(chain.name) ? { ...chain, rules: [] } : chain)),
  }))
const elements = (
  box: Observed,
  name: string,
  change: (held: NftMap['elements']) => [string, string][],
): Move[] =>
  ruleset(box, (held) => ({
    ...held,
    maps: held.maps.map((map) =>
      map.name === name ? { ...map, elements: new Map(change(map.elements)) } : map,
    ),
  }))

/** By what happens, in the words of somebody who watches. The simplest first: failures are made as simple as can be. */
export const MISHAPS = {
  'the cable of wan2 is pulled': others(() => [{ is: 'unplug', dev: 'wan2' }]),
  'the cable of wan2 is in': others(() => [{ is: 'plug', dev: 'wan2' }]),
  'wan3 is switched off': others(() => [{ do: 'set-link', dev: 'wan3', up: false }]),
  'wan3 is switched on': others(() => [{ do: 'set-link', dev: 'wan3', up: true }]),
  'wan1 is switched off': ours(() => [{ do: 'set-link', dev: 'wan1', up: false }]),
  'wan3 is gone': ours(() => [{ is: 'remove', dev: 'wan3' }]),
  'wan3 is back and has its lease': ours(() => [{ is: 'bring-back', dev: 'wan3' }, ...lease(3)]),
  'wan1 is another device of that name': ours(() => [
    { is: 'remove', dev: 'wan1' },
    { is: 'bring-back', dev: 'wan1' },
  ]),
  'wan4 has another name': ours(() => [{ is: 'rename', dev: 'wan4', to: 'wan9' }]),
  'wan4 has its name again': ours(() => [{ is: 'rename', dev: 'wan9', to: 'wan4' }]),

  'wan2 loses its address': others((box) => dropped(box, 'wan2')),
  'wan2 gets its lease': others(() => lease(2)),
  'wan2 gets another lease, the new one before the old goes': others(() => [
    ...lease(2, 88),
    takes('wan2', '198.51.2.77/24'),
    ...lease(2, 88),
  ]),
  'wan2 gets another lease, the old one going first': others((box) => [
    ...dropped(box, 'wan2'),
    ...lease(2, 99),
  ]),
  'wan4 has a second address': others(() => [adds('wan4', '198.51.4.78/24')]),
  // Where a line lives on it, this is up to `promote_secondaries`, which we hold.
  'wan4 loses its first address': ours(() => [takes('wan4', '198.51.4.77/24')]),
  'wan4 promotes its secondaries': ours(() => [sets('conf/wan4/promote_secondaries', '1')]),
  'wan4 promotes no secondaries': ours(() => [sets('conf/wan4/promote_secondaries', '0')]),
  'wan4 has an address of another network': others(() => [adds('wan4', '203.0.113.7/24')]),
  'wan3 has no gateway': others((box) =>
    routesGone(box, (held) => held.dev === 'wan3' && held.protocol === 16),
  ),
  'wan3 has a gateway, late': others(() => [{ do: 'add-route', route: dhcpDefault(3) }]),
  'wan3 has another gateway': others(() => [
    { do: 'change-route', from: dhcpDefault(3), to: dhcpDefault(3, '198.51.3.254') },
  ]),
  'somebody takes our address off wan1': ours((box) => dropped(box, 'wan1')),

  'wan2 learns IPv6 from its router': others(() => learnt(2)),
  'wan2 has another IPv6 address beside its own': others(() => [adds('wan2', '2001:db8:2::88/64')]),
  'wan2 loses its IPv6 addresses': others((box) => dropped(box, 'wan2', 'ipv6')),
  'the router of wan2 is none any more in IPv6': others((box) =>
    routesGone(box, (held) => held.dev === 'wan2' && held.protocol === 9, 'ipv6'),
  ),
  'wan4 learns IPv6 from its router': others(() => learnt(4)),
  'the router of wan4 is none any more in IPv6': others((box) =>
    routesGone(box, (held) => held.dev === 'wan4' && held.protocol === 9, 'ipv6'),
  ),
  'somebody takes our IPv6 address off wan1': ours((box) => dropped(box, 'wan1', 'ipv6')),
  'ip -6 rule flush': ours((box) => rulesGone(box, isOurs, 'ipv6')),
  'the IPv6 table of line 1 is flushed': ours((box) =>
    routesGone(box, (held) => held.table === 201 && isOurs(held), 'ipv6'),
  ),
  'the balanced IPv6 table is flushed': ours((box) =>
    routesGone(box, (held) => held.table === 222 && isOurs(held), 'ipv6'),
  ),

  'ip rule flush': ours((box) => rulesGone(box, (held) => held.priority > 0)),
  'the rule of main is deleted': ours((box) =>
    rulesGone(box, (held) => isOurs(held) && held.table === MAIN_TABLE),
  ),
  'the rules of the marks are deleted': ours((box) =>
    rulesGone(box, (held) => isOurs(held) && held.fwmark !== undefined),
  ),
  'the table of line 1 is flushed': ours((box) => routesGone(box, (held) => held.table === 201)),
  'the balanced table is flushed': ours((box) => routesGone(box, (held) => held.table === 222)),
  'nothing prohibits leaks any more': ours((box) =>
    routesGone(box, (held) => held.type === 'prohibit' && isOurs(held)),
  ),
  'our defaults have no source': ours((box) =>
    routesChanged(box, ({ src, ...rest }) => (src === undefined ? undefined : rest)),
  ),
  'ip nexthop flush': ours((box) => nexthopsGone(box, () => true)),
  'the group is deleted': ours((box) => nexthopsGone(box, (held) => held.kind === 'group')),
  'line 2 leaves the group': ours((box) => nexthopsGone(box, (held) => held.id === 222_002)),
  'the group has other weights': ours((box) =>
    box.nexthops.flatMap((from): Move[] =>
      from.kind === 'group' && isOurs(from)
        ? [
            {
              do: 'change-nexthop',
              from,
              to: { ...from, members: from.members.map(({ id, weight }) => ({ id, weight: weight + 7 })) },
            },
          ]
        : [],
    ),
  ),

  'nft flush ruleset': ours((box) => ruleset(box, () => undefined)),
  'prerouting is flushed': ours((box) => emptied(box, /^prerouting$/)),
  'the chains of the lines are flushed': ours((box) => emptied(box, /_\d+$/)),
  'the slots are empty': ours((box) => elements(box, 'slots', () => [])),
  'a slot is missing': ours((box) => elements(box, 'slots', (held) => [...held].slice(1))),
  'no line is alive': ours((box) => elements(box, 'alive', () => [])),
  'connections of line 1 are ended': ours((box) =>
    elements(box, 'pinned', (held) =>
      [...held].map(([key, verdict], i) => [key, i === 0 ? 'goto over' : verdict]),
    ),
  ),
  'a card too many is the LAN': ours((box) => elements(box, 'lan', (held) => [...held, ['"wan2"', '']])),
  'a network too many is near': ours((box) =>
    elements(box, 'near4', (held) => [...held, ['192.168.77.0/24', 'goto over']]),
  ),
  'our table sleeps': ours((box) => ruleset(box, (held) => ({ ...held, dormant: true }))),
  'what leaves is dropped by policy': ours((box) =>
    ruleset(box, (held) => ({
      ...held,
      chains: held.chains.map((chain) =>
        chain.name === 'leaving' ? { ...chain, hook: chain.hook?.replace('accept', 'drop') ?? '' } : chain,
      ),
    })),
  ),
  'the table is of another release': ours((box) =>
    ruleset(box, (held) => ({
      ...held,
      chains: held.chains.map((chain) =>
        chain.name === 'output' ? { ...chain, hook: chain.hook?.replace('mangle', 'filter') ?? '' } : chain,
      ),
      maps: held.maps.map((map) =>
        map.name === 'affinity' ? { ...map, declaration: map.declaration.replace('10m', '1h') } : map,
      ),
    })),
  ),
  'somebody works in our table': ours((box) =>
    ruleset(box, (held) => ({
      counters: [...held.counters, 'theirs'],
      maps: [
        ...held.maps,
        { kind: 'set', name: 'their_set', declaration: 'type mark;', elements: new Map() },
      ],
      chains: [
        ...held.chains.map((chain) =>
          chain.name === 'over' ? { ...chain, rules: [{ text: 'counter', comment: 'theirs' }] } : chain,
        ),
        { name: 'their_chain', rules: [{ text: 'accept', comment: 'theirs' }] },
      ],
    })),
  ),
  'the box forwards no more': ours(() => [sets('ip_forward', '0')]),
  'wan2 is strict about reverse paths': ours(() => [sets('conf/wan2/rp_filter', '1')]),
  'the hash policy is another': ours(() => [sets('fib_multipath_hash_policy', '0')]),

  'a VPN comes before us': others(() => [{ do: 'add-rule', rule: EARLY_VPN }]),
  'the VPN before us goes': others(() => [{ do: 'delete-rule', rule: EARLY_VPN }]),
  'a VPN comes behind us': others(() => [
    { do: 'add-route', route: throughVpn },
    { do: 'add-rule', rule: LATE_VPN },
  ]),
  'the VPN behind us goes': others(() => [
    { do: 'delete-rule', rule: LATE_VPN },
    { do: 'delete-route', route: throughVpn },
  ]),
  'a table of others comes': others(() => [{ do: 'add-route', route: elsewhere }]),
  'a table of others goes': others(() => [{ do: 'delete-route', route: elsewhere }]),
} as const satisfies Readonly<Record<string, Mishap>>

export type MishapName = keyof typeof MISHAPS
