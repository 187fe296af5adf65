import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DEFAULT_HEALTH,
  METERED_BACKUP_FAILBACK,
  anyPrefix,
  tableId,
  type LineConfig,
  type Observed,
} from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLine, aLink, aRoute, connected, dsl, fiber, memoryOf, on } from './examples.ts'
import { isLastResort, lineFacts, type LineFacts } from './lines.ts'
import { emptyMemory, type Memory } from './memory.ts'

interface Expected {
  readonly is: string
  readonly address?: string
  readonly gateway?: string
  readonly eligible?: boolean
}

const look = (
  line: LineConfig,
  box: Observed,
  { gateway, before }: { gateway?: string; before?: string } = {},
): Expected => {
  const config = aConfig({ lines: [line] })
  const memory = memoryOf(config, {
    ...(gateway === undefined ? {} : { gateways: { [line.name]: gateway } }),
    ...(before === undefined ? {} : { sources: { [line.name]: { address: '198.51.100.2', dev: before } } }),
  })
  const [facts] = lineFacts(config, box, memory, new Map())
  assert.ok(facts)
  const { presence, address, gateway: found, eligible } = facts
  return {
    is: presence.is === 'blocked' ? presence.by : presence.is,
    ...(address === undefined ? {} : { address: address.address }),
    ...(found === undefined ? {} : { gateway: found }),
    eligible,
  }
}

const links = (rest: Parameters<typeof aLink>[1]): Observed['links'] => [
  aLink('wan1', rest),
  aLink('wan2', rest),
]
const wan2 = on('wan2', '203.0.113.77/24')
const dhcp = aRoute({ via: '203.0.113.1', dev: 'wan2', metric: 100 })

interface Row {
  readonly name: string
  readonly line: LineConfig
  readonly box: Observed
  /** Remembered. */
  readonly gateway?: string
  /** The card that connections of the line went by before, as remembered. */
  readonly before?: string
  readonly sees: Expected
}

const ROWS: readonly Row[] = [
  {
    name: 'a fixed line is usable as the file has it',
    line: fiber,
    box: aBox(),
    sees: { is: 'usable', address: '198.51.100.2', gateway: '198.51.100.1', eligible: true },
  },
  {
    name: 'a line by DHCP takes address and gateway from what DHCP left',
    line: dsl,
    box: aBox(),
    sees: { is: 'usable', address: '203.0.113.77', gateway: '203.0.113.1', eligible: true },
  },
  {
    name: 'the default route with the lowest metric names the gateway',
    line: dsl,
    box: aBox({ routes: [dhcp, aRoute({ via: '203.0.113.254', dev: 'wan2', metric: 20 })] }),
    sees: { is: 'usable', address: '203.0.113.77', gateway: '203.0.113.254', eligible: true },
  },
  {
    name: 'a default route in another table, or of another interface, is not its gateway',
    line: dsl,
    box: aBox({
      routes: [
        { ...dhcp, dev: 'wan1' },
        { ...dhcp, table: tableId(99) },
      ],
    }),
    sees: { is: 'no-gateway', address: '203.0.113.77', eligible: false },
  },
  {
    name: 'of several addresses the one its default route names as source is taken',
    line: dsl,
    box: aBox({
      addresses: [on('wan2', '203.0.113.5/24'), wan2],
      routes: [{ ...dhcp, src: '203.0.113.77' }],
    }),
    sees: { is: 'usable', address: '203.0.113.77', gateway: '203.0.113.1', eligible: true },
  },
  {
    name: 'of several addresses the one in the network of the gateway is taken',
    line: dsl,
    box: aBox({ addresses: [on('wan2', '192.168.100.2/24'), wan2], routes: [dhcp] }),
    sees: { is: 'usable', address: '203.0.113.77', gateway: '203.0.113.1', eligible: true },
  },
  {
    name: 'a link-local address is no address to the Internet',
    line: dsl,
    box: aBox({ addresses: [on('wan2', '169.254.7.7/16')], routes: [dhcp] }),
    sees: { is: 'no-address', gateway: '203.0.113.1', eligible: false },
  },
  {
    name: 'a gateway seen before is remembered while its route is away',
    line: dsl,
    box: aBox({ routes: [connected(wan2)] }),
    gateway: '203.0.113.1',
    sees: { is: 'usable', address: '203.0.113.77', gateway: '203.0.113.1', eligible: true },
  },
  {
    name: 'a route of today wins over the remembered gateway',
    line: dsl,
    box: aBox(),
    gateway: '203.0.113.99',
    sees: { is: 'usable', address: '203.0.113.77', gateway: '203.0.113.1', eligible: true },
  },
  {
    name: 'a line by PPP needs no gateway, and takes none that was seen when a modem stood there',
    line: dsl,
    box: aBox({
      links: [aLink('wan1'), aLink('wan2', { pointToPoint: true })],
      addresses: [on('wan2', '10.64.0.2/32')],
      routes: [aRoute({ dev: 'wan2' })],
    }),
    gateway: '203.0.113.1',
    sees: { is: 'usable', address: '10.64.0.2', eligible: true },
  },
  {
    name: 'a line by PPP without an address yet waits for it',
    line: dsl,
    box: aBox({ links: [aLink('wan1'), aLink('wan2', { pointToPoint: true })], addresses: [], routes: [] }),
    sees: { is: 'no-address', eligible: false },
  },
  {
    name: 'a line that was moved to another card takes along no gateway from the old one',
    line: dsl,
    box: aBox({ routes: [connected(wan2)] }),
    gateway: '198.51.100.1',
    before: 'wan1',
    sees: { is: 'no-gateway', address: '203.0.113.77', eligible: false },
  },
  {
    name: 'a line named toString has no gateway before one was seen',
    line: aLine('toString', 'wan2'),
    box: aBox({ routes: [connected(wan2)] }),
    sees: { is: 'no-gateway', address: '203.0.113.77', eligible: false },
  },
  {
    name: 'without any gateway known the line waits',
    line: dsl,
    box: aBox({ routes: [connected(wan2)] }),
    sees: { is: 'no-gateway', address: '203.0.113.77', eligible: false },
  },
  {
    name: 'without an address the line waits',
    line: aLine('dsl', 'wan2', { gateways: ['203.0.113.1'] }),
    box: aBox({ addresses: [], routes: [] }),
    sees: { is: 'no-address', gateway: '203.0.113.1', eligible: false },
  },
  {
    name: 'a cable that is out takes the line out',
    line: fiber,
    box: aBox({ links: links({ carrier: false }) }),
    sees: { is: 'no-carrier', address: '198.51.100.2', gateway: '198.51.100.1', eligible: false },
  },
  {
    name: 'an interface that the admin switched off stays off',
    line: fiber,
    box: aBox({ links: links({ up: false, carrier: false }) }),
    sees: { is: 'link-off', address: '198.51.100.2', gateway: '198.51.100.1', eligible: false },
  },
  {
    name: 'an interface that never had its fixed address is switched on with it',
    line: fiber,
    box: aBox({ links: links({ up: false, carrier: false }), addresses: [], routes: [] }),
    sees: { is: 'usable', address: '198.51.100.2', gateway: '198.51.100.1', eligible: true },
  },
  {
    name: 'an interface without a fixed address is never switched on by us',
    line: dsl,
    box: aBox({ links: links({ up: false, carrier: false }), addresses: [], routes: [] }),
    sees: { is: 'link-off', eligible: false },
  },
  {
    name: 'an interface that is not there makes the line absent, not the file wrong',
    line: dsl,
    box: aBox({ links: [], addresses: [], routes: [] }),
    sees: { is: 'absent', eligible: false },
  },
]

for (const { name, line, box, sees, ...remembered } of ROWS) {
  test(name, () => assert.deepEqual(look(line, box, remembered), sees))
}

for (const { name, held, before, has } of [
  {
    name: 'an address that a router at home gives for within the house is not that of the line',
    held: ['fd00::2/64', '2001:db8:2::2/64'],
    has: '2001:db8:2::2',
  },
  {
    name: 'a further address of IPv6, which the kernel names first, ends no connections',
    held: ['2001:db8:3::2/64', '2001:db8:2::2/64'],
    before: '2001:db8:2::2',
    has: '2001:db8:2::2',
  },
  {
    name: 'an address of IPv6 that is gone is no longer that of the line',
    held: ['2001:db8:3::2/64'],
    before: '2001:db8:2::2',
    has: '2001:db8:3::2',
  },
]) {
  test(name, () => {
    const config = aConfig({ lines: [dsl] })
    const leads = aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev: 'wan2' })
    const box = aBox({ addresses: held.map((address) => on('wan2', address)), routes: [leads] })
    const sources = before === undefined ? {} : { 'dsl/ipv6': { address: before, dev: 'wan2' } }
    const facts = lineFacts(config, box, memoryOf(config, { sources }), new Map())
    assert.deepEqual(
      facts.filter(({ family }) => family === 'ipv6').map(({ address }) => address?.address),
      [has],
    )
  })
}

test("on a card where all addresses are other lines' a restart, which turns their order round, ends no connections", () => {
  const [first, second] = ['2001:db8:2::9/64', '2001:db8:2::11/64'].map((address) => on('wan2', address))
  assert.ok(first !== undefined && second !== undefined)
  const config = aConfig({
    lines: [
      aLine('fiber', 'wan2', { addresses: [first] }),
      aLine('lte', 'wan2', { addresses: [second] }),
      aLine('dsl', 'wan2', { gateways: ['fe80::1'] }),
    ],
  })
  const leads = aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev: 'wan2' })
  const addressOfDsl = (addresses: Observed['addresses']): string | undefined =>
    lineFacts(config, aBox({ addresses, routes: [leads] }), memoryOf(config), new Map()).find(
      ({ leg }) => leg === 'dsl/ipv6',
    )?.address?.address
  assert.deepEqual(
    [addressOfDsl([first, second]), addressOfDsl([second, first])],
    [first.address, first.address],
  )
})

test('a line that was given no number is a mistake of ours, whatever its name', () => {
  const config = aConfig({ lines: [aLine('constructor', 'wan1')] })
  assert.throws(() => lineFacts(config, aBox(), emptyMemory, new Map()), /constructor has no number/)
})

const soft = { sinceMs: 1, force: false }
const forced = { sinceMs: 1, force: true }

for (const { name, drains, box = aBox(), used, lastResort = [] } of [
  { name: 'a drained line takes no new connections', drains: { fiber: soft }, used: ['dsl'] },
  {
    name: 'a drained line is the last resort when the other goes: offline for all is worse',
    drains: { fiber: soft },
    box: aBox({ links: [aLink('lan0'), aLink('wan1'), aLink('wan2', { carrier: false })] }),
    used: ['fiber'],
    lastResort: ['fiber'],
  },
  {
    name: 'a line that was drained by force is not even that',
    drains: { fiber: forced },
    box: aBox({ links: [aLink('lan0'), aLink('wan1'), aLink('wan2', { carrier: false })] }),
    used: [],
  },
  {
    name: 'all drained: all are used as they were',
    drains: { fiber: soft, dsl: soft },
    used: ['fiber', 'dsl'],
    lastResort: ['fiber', 'dsl'],
  },
  {
    name: 'all drained, one by force: the other has to do it',
    drains: { fiber: forced, dsl: soft },
    used: ['dsl'],
    lastResort: ['dsl'],
  },
  {
    name: 'a drained line that is gone is no last resort',
    drains: { dsl: soft },
    box: aBox({ links: [aLink('lan0')] }),
    used: [],
  },
  { name: 'what is wished of other lines changes nothing', drains: { lte: soft }, used: ['fiber', 'dsl'] },
] as const satisfies readonly {
  name: string
  drains: Memory['drains']
  box?: Observed
  used: readonly string[]
  lastResort?: readonly string[]
}[]) {
  test(name, () => {
    const config = aConfig()
    const lines = lineFacts(config, box, memoryOf(config, { drains }), new Map())
    const names = (of: (line: LineFacts) => boolean) => lines.filter(of).map((line) => line.config.name)
    assert.deepEqual(
      names((line) => line.eligible),
      used,
    )
    assert.deepEqual(names(isLastResort), lastResort)
    const { notes } = desired({
      config,
      observed: box,
      memory: memoryOf(config, { drains }),
      health: new Map(),
    })
    assert.equal(notes.filter(({ code }) => code === 'last-resort').length, lastResort.length)
  })
}

test('a drained line keeps its own routes, rules and NAT: what is open on it goes on', () => {
  const config = aConfig()
  const of = (drains: Memory['drains']) =>
    desired({ config, observed: aBox(), memory: memoryOf(config, { drains }), health: new Map() }).state
  const [before, drained] = [of({}), of({ fiber: soft })]
  const own = ({ routes, rules }: typeof before) => [routes.filter(({ table }) => table === 201), rules]
  assert.deepEqual(own(drained), own(before))
  const map = (state: typeof before, name: string) =>
    state.ruleset?.maps.find((one) => one.name === name)?.elements
  for (const name of ['pinned', 'nat', 'from', 'lines'])
    assert.deepEqual(map(drained, name), map(before, name))
  assert.deepEqual([...(map(drained, 'alive')?.values() ?? [])], ['goto pick_2'])
})

const wish = (box: Observed): ReturnType<typeof desired>['state'] => {
  const config = aConfig()
  return desired({ config, observed: box, memory: memoryOf(config), health: new Map() }).state
}

test('a line without carrier keeps its own table, so that what is bound to it leaks to no other line', () => {
  const box = aBox({ links: [aLink('lan0'), aLink('wan1', { carrier: false }), aLink('wan2')] })
  const { routes, nexthops, ruleset } = wish(box)
  assert.deepEqual(
    routes.filter((route) => route.table === 201).map((route) => [route.type, route.via, route.metric]),
    [
      ['unicast', '198.51.100.1', 0],
      ['prohibit', undefined, 9999],
    ],
  )
  assert.deepEqual(
    nexthops.map(({ id }) => id),
    [222_002, 222_000],
  )
  const map = (name: string): unknown => [...(ruleset?.maps.find((one) => one.name === name)?.elements ?? [])]
  assert.deepEqual(map('alive'), [['0x02000000', 'goto pick_2']])
  assert.deepEqual(map('lines'), [
    ['0x01000000', 'goto line_1'],
    ['0x02000000', 'goto line_2'],
  ])
})

test('an absent line keeps its prohibit, its rules and its place in the ruleset', () => {
  const box = aBox({ links: [aLink('lan0'), aLink('wan2')], addresses: [wan2], routes: [dhcp] })
  const { routes, rules } = wish(box)
  assert.deepEqual(
    routes.filter((route) => route.table === 201).map((route) => route.type),
    ['prohibit'],
  )
  assert.ok(rules.some((rule) => rule.oif === 'wan1' && rule.table === 201))
})

test('a gateway that whoever set its route called on-link is so for us, one outside every network as well', () => {
  const onlink = wish(aBox({ routes: [{ ...dhcp, via: '192.0.2.1', onlink: true }] }))
  assert.equal(onlink.routes.find((route) => route.table === 202)?.onlink, true)
  assert.equal(wish(aBox()).routes.find((route) => route.table === 202)?.onlink, undefined)
})

test('a server without a LAN forwards nothing because of us', () => {
  const config = aConfig({ lan: { interfaces: [], networks: [] } })
  const box = aBox({ sysctls: [{ key: 'net/ipv4/ip_forward', value: '0' }] })
  const { state } = desired({ config, observed: box, memory: memoryOf(config), health: new Map() })
  assert.deepEqual(state.sysctls, [])
})

test('a mobile modem is metered unless the file says otherwise, and that is told', () => {
  const ifMobile = { metered: true, health: DEFAULT_HEALTH, failback: METERED_BACKUP_FAILBACK }
  const modem = aBox({ links: [aLink('wan1', { radio: 'mobile' }), aLink('wan2')] })
  const plan = (line: LineConfig): readonly unknown[] => {
    const config = aConfig({ lines: [line] })
    const { lines, notes } = desired({ config, observed: modem, memory: memoryOf(config), health: new Map() })
    const told = notes.filter(({ code }) => code === 'metered-found').length
    return [lines[0]?.config.metered, lines[0]?.config.failback.is, told]
  }
  assert.deepEqual(plan({ ...fiber, ifMobile }), [true, 'drain', 1])
  assert.deepEqual(plan(fiber), [false, 'leave', 0], 'the file says that it is not')
  assert.deepEqual(plan({ ...fiber, metered: true }), [true, 'leave', 0], 'the file says that it is')
  assert.deepEqual(plan({ ...dsl, ifMobile }), [false, 'leave', 0], 'it is none')
})
