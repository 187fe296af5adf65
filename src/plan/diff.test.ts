import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  mark,
  parseHostAddress,
  tableId,
  type KernelState,
  type Move,
  type Nexthop,
  type Observed,
  type Sysctl,
} from '../model/index.ts'
import { desired } from './desired.ts'
import { diff } from './diff.ts'
import { aBox, aConfig, aLine, aLink, aRoute, aRule, dsl, fiber, memoryOf, on } from './examples.ts'
import { emptyMemory } from './memory.ts'

const none = emptyMemory.originals
const sysctls = ['net/ipv4/ip_forward', 'net/ipv4/fib_multipath_hash_policy'].map((key) => ({
  key,
  value: '0',
}))
const box = aBox({ sysctls })
const config = aConfig()
const wish = (of = config, observed = box): KernelState =>
  desired({ config: of, observed, memory: memoryOf(of), health: new Map() }).state

/** A box on which a wish was carried out. */
const after = (state: KernelState, observed = box): Observed => ({
  ...observed,
  nexthops: state.nexthops,
  routes: [...observed.routes, ...state.routes],
  rules: [...observed.rules, ...state.rules],
  sysctls: state.sysctls,
  ruleset: state.ruleset,
})

/** Whatever is new is there before the choice points to it, and goes after the choice has left it. */
const ORDER: readonly Move['do'][] = [
  'set-sysctl',
  'set-link',
  'add-address',
  'add-rule',
  'add-route',
  'add-nexthop',
  'change-ruleset',
  'delete-rule',
  'delete-route',
  'delete-nexthop',
  'delete-address',
  'end-connections',
]
const rank = (move: Move): number => {
  // The group's route comes after its group.
  if (move.do === 'add-route' && move.route.nexthopId !== undefined) return ORDER.indexOf('add-nexthop')
  const kind =
    move.do === 'change-nexthop' ? 'add-nexthop' : move.do === 'change-route' ? 'add-route' : move.do
  return ORDER.indexOf(kind)
}
const inOrder = (moves: readonly Move[]): void =>
  assert.deepEqual(
    moves.map(rank),
    moves.map(rank).toSorted((a, b) => a - b),
  )

test('from nothing: what a packet needs is there before the rules and the ruleset that lead to it', () => {
  const moves = diff(box, wish(), none)
  inOrder(moves)
  assert.ok(moves.some((move) => move.do === 'change-ruleset'))
})

test('when lines change, new ones are there before the choice, old ones go after it', () => {
  const other = aConfig({ lines: [dsl, aLine('lte', 'wan3', { gateways: ['192.0.2.1'] })] })
  const wider = {
    ...box,
    links: [...box.links, aLink('wan3')],
    addresses: [...box.addresses, on('wan3', '192.0.2.5/24')],
  }
  const ids = { fiber: 1, dsl: 2, lte: 3 } as unknown as ReturnType<typeof memoryOf>['ids']
  const { state } = desired({
    config: other,
    observed: wider,
    memory: memoryOf(other, { ids }),
    health: new Map(),
  })
  const moves = diff(after(wish(), wider), state, none)
  inOrder(moves)
  for (const kind of ['add-rule', 'delete-rule', 'add-nexthop', 'delete-nexthop'] as const)
    assert.ok(
      moves.some((move) => move.do === kind),
      kind,
    )
})

test('a group comes after its members and goes before them', () => {
  const ids = (moves: readonly Move[]): number[] =>
    moves.flatMap((move) =>
      move.do === 'add-nexthop' || move.do === 'delete-nexthop' ? [move.nexthop.id] : [],
    )
  assert.equal(ids(diff(box, wish(), none)).at(-1), 222_000)
  const nothing: KernelState = { ...wish(), nexthops: [], routes: [], rules: [], ruleset: undefined }
  assert.equal(ids(diff(after(wish()), nothing, none))[0], 222_000)
})

test('what is as wished needs no move', () => assert.deepEqual(diff(after(wish()), wish(), none), []))

test('what belongs to others is never touched, in our tables and at our priorities as well', () => {
  const foreign = {
    rules: [aRule(30_222, 222), aRule(5270, 52)],
    routes: [aRoute({ table: tableId(201), dev: 'tun0', metric: 5 })],
    nexthops: [{ kind: 'single', id: 7, family: 'ipv4', dev: 'tun0', protocol: 3 } satisfies Nexthop],
  }
  const held = after(wish())
  const crowded = {
    ...held,
    rules: [...held.rules, ...foreign.rules],
    routes: [...held.routes, ...foreign.routes],
    nexthops: [...held.nexthops, ...foreign.nexthops],
  }
  assert.deepEqual(diff(crowded, wish(), none), [])
})

test("an address is taken away only when we put it there; the admin's own stays", () => {
  const held = { ...after(wish()), addresses: [...box.addresses, on('wan2', '192.0.2.9/24')] }
  assert.deepEqual(diff(held, wish(), none), [])
  const ours = { ...none, addedAddresses: [on('wan2', '192.0.2.9/24')] }
  assert.deepEqual(diff(held, wish(), ours), [{ do: 'delete-address', address: on('wan2', '192.0.2.9/24') }])
})

test('a group keeps its kind, which the kernel cannot change in place', () => {
  const held = after(wish())
  const plain = {
    ...held,
    nexthops: held.nexthops.map((hop) =>
      hop.kind === 'group' ? { ...hop, resilient: false, members: hop.members.slice(1) } : hop,
    ),
  }
  const [move, ...rest] = diff(plain, wish(), none)
  assert.deepEqual(rest, [])
  assert.ok(move?.do === 'change-nexthop' && move.to.kind === 'group')
  assert.deepEqual([move.to.resilient, move.to.members.length], [false, 2])
})

const setting = (name: string, value: string): Sysctl => ({ key: `net/ipv4/${name}`, value })
const HARDENED = [setting('conf/all/accept_redirects', '0'), setting('conf/tun0/forwarding', '1')]
const followers = (...values: readonly [string, string, string]): Sysctl[] => [
  setting('conf/all/accept_redirects', values[0]),
  setting('conf/tun0/forwarding', values[1]),
  setting('conf/lan0/forwarding', values[2]),
]
const settings = (moves: readonly Move[]): unknown[] =>
  moves.flatMap((move) => (move.do === 'set-sysctl' ? [move] : []))

test('a box that becomes a router remembers what the kernel overwrites with that, where it differs', () => {
  const [from, to] = [setting('ip_forward', '0'), setting('ip_forward', '1')]
  const wanted = { ...wish(), sysctls: [to] }
  const hardened = { ...box, sysctls: [from, ...followers('0', '1', '0')] }
  assert.deepEqual(settings(diff(hardened, wanted, none)), [{ do: 'set-sysctl', from, to, loses: HARDENED }])
  const plain = { ...box, sysctls: [from, ...followers('1', '0', '0')] }
  assert.deepEqual(settings(diff(plain, wanted, none)), [{ do: 'set-sysctl', from, to }])
})

test('what the kernel overwrites with forwarding is put back after forwarding, in the same pass', () => {
  const [from, to] = [setting('ip_forward', '1'), setting('ip_forward', '0')]
  const wanted = { ...wish(), sysctls: [...HARDENED, to] }
  const asRouter = { ...box, sysctls: [from, ...followers('0', '1', '1')] }
  assert.deepEqual(settings(diff(asRouter, wanted, none)), [
    { do: 'set-sysctl', from, to },
    {
      do: 'set-sysctl',
      from: setting('conf/all/accept_redirects', '1'),
      to: setting('conf/all/accept_redirects', '0'),
    },
    {
      do: 'set-sysctl',
      from: setting('conf/tun0/forwarding', '0'),
      to: setting('conf/tun0/forwarding', '1'),
    },
  ])
  const asHost = { ...box, sysctls: [to, ...followers('0', '1', '0')] }
  assert.deepEqual(settings(diff(asHost, wanted, none)), [])
})

const pinnedTo = (line: 1 | 2): Move => ({
  do: 'end-connections',
  family: 'ipv4',
  mark: mark(line << 24),
  mask: mark(0x3f00_0000),
})
const ended = (moves: readonly Move[]): unknown[] => moves.filter((move) => move.do === 'end-connections')

test('connections of a line with a new fixed address end, or they would go on from the old one for ever', () => {
  const address = parseHostAddress('198.51.100.9/24') ?? assert.fail()
  const moved = aConfig({ lines: [{ ...fiber, addresses: [address] }, dsl] })
  const observed = after(wish())
  const { state } = desired({ config: moved, observed, memory: memoryOf(moved), health: new Map() })
  assert.deepEqual(ended(diff(observed, state, none)), [pinnedTo(1)])
})

test('connections end when all else is done: what fails before can be taken back, they cannot', () => {
  const other = aConfig({ lines: [dsl] })
  const memory = memoryOf(other, { ids: memoryOf(config).ids })
  const { state } = desired({ config: other, observed: box, memory, health: new Map() })
  const ours = { ...none, addedAddresses: [on('wan1', '198.51.100.2/28')] }
  const moves = diff(after(wish()), state, ours)
  inOrder(moves)
  assert.deepEqual(
    moves.slice(-2).map((move) => move.do),
    ['delete-address', 'end-connections'],
  )
})

test('a new weight, a new gateway, other rule priorities, a lost cable end no connection', () => {
  const same = [
    { config: aConfig({ lines: [{ ...fiber, weight: 1 }, dsl] }), observed: box },
    { config: aConfig({ lines: [{ ...fiber, gateways: ['198.51.100.14'] }, dsl] }), observed: box },
    { config: aConfig({ rulePriorityBase: 20_000 }), observed: box },
    {
      config,
      observed: { ...box, links: box.links.map((link) => ({ ...link, carrier: link.name !== 'wan1' })) },
    },
  ]
  for (const { config: of, observed } of same) {
    const held = after(wish(), observed)
    const { state } = desired({ config: of, observed: held, memory: memoryOf(of), health: new Map() })
    assert.deepEqual(ended(diff(held, state, none)), [])
  }
})

for (const { name, ours, moves } of [
  { name: 'an address of the file that a DHCP client renews stays his', ours: false, moves: [] },
  {
    name: 'an address of a lease that the file has now stays for ever',
    ours: true,
    moves: ['prolong-address'],
  },
]) {
  test(name, () => {
    const [address] = fiber.addresses
    assert.ok(address)
    const held = { ...address, dev: 'wan1', validForS: 3600 }
    const addresses = box.addresses.map((one) => (one.address === held.address ? held : one))
    const originals = { ...none, addedAddresses: ours ? [{ ...address, dev: 'wan1' }] : [] }
    const found = diff({ ...after(wish()), addresses }, wish(), originals)
    assert.deepEqual(
      found.map((move) => move.do),
      moves,
    )
  })
}
