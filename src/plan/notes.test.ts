import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OUR_PROTOCOL, mark, tableId, type Observed } from '../model/index.ts'
import {
  aBox,
  aConfig,
  aLine,
  aLink,
  aRoute,
  aRule,
  birthRules,
  connected,
  fiber,
  memoryOf,
  on,
} from './examples.ts'
import { lineFacts } from './lines.ts'
import { missingInterfaces, notesOn, refusals, withoutLan } from './notes.ts'
import { numbersOf } from './numbers.ts'
import type { Note } from './report.ts'

function notesFor(box: Observed, config = aConfig()): Note[] {
  const facts = lineFacts(config, box, memoryOf(config), new Map())
  return notesOn(config, facts, box, memoryOf(config), numbersOf(config))
}

const codes = (box: Observed, config = aConfig()): string[] => {
  const notes = notesFor(box, config)
  assert.deepEqual(
    refusals(notes),
    notes.filter((note) => note.severity === 'error'),
  )
  return notes.map(({ code, severity }) => `${severity} ${code}`)
}
const fixed = [on('wan1', '198.51.100.2/28'), on('wan2', '203.0.113.77/24')]
const quiet = aBox({ addresses: fixed, routes: fixed.map(connected) })
const withRoutes = (...routes: Observed['routes']): Observed =>
  aBox({ ...quiet, routes: [...quiet.routes, ...routes] })
const withRules = (...rules: Observed['rules']): Observed =>
  aBox({ ...quiet, rules: [...birthRules, ...rules] })

const oneCard = aConfig({
  lines: ['198.51.100.1', '198.51.100.14'].map((gateway, i) => ({
    ...fiber,
    name: `line-${i}`,
    gateways: [gateway],
  })),
})
const bothAre = (...macs: readonly string[]): Observed =>
  aBox({
    ...quiet,
    neighbours: macs.map((mac, i) => ({ dev: 'wan1', address: oneCard.lines[i]?.gateways[0] ?? '', mac })),
  })

test('two lines on one card have one network before them: that is no overlap', () => {
  assert.deepEqual(codes(bothAre('02:00:00:00:00:01', '02:00:00:00:00:02'), oneCard), [])
})

test('one device that plays both gateways is a warning, where nothing else tells the lines apart', () => {
  const mac = '02:00:00:00:00:01'
  const warning = 'warning gateways-alike'
  assert.deepEqual(codes(bothAre(mac, mac), oneCard), [warning, warning])
  const [first, second] = oneCard.lines
  assert.ok(first && second)
  const other = { ...second, addresses: [{ family: 'ipv4', address: '198.51.100.3', length: 28 } as const] }
  assert.deepEqual(codes(bothAre(mac, mac), { ...oneCard, lines: [first, other] }), [])
})

const ROWS: readonly { name: string; box: Observed; notes: readonly string[] }[] = [
  { name: 'an ordinary box calls for no note', box: quiet, notes: [] },
  {
    name: 'a table of ours that holds routes of others is an error: we would mix with them',
    box: withRoutes(aRoute({ table: tableId(201), dev: 'tun0' })),
    notes: ['error foreign-table'],
  },
  {
    name: 'our own routes in our tables are none of others',
    box: withRoutes(aRoute({ table: tableId(201), dev: 'wan1', protocol: OUR_PROTOCOL })),
    notes: [],
  },
  {
    name: 'a rule of another program between ours is an error',
    box: withRules(aRule(30_100, 99)),
    notes: ['error foreign-priority'],
  },
  {
    name: 'a rule on mark bits of ours is a warning',
    box: withRules(aRule(100, 99, { fwmark: { mark: mark(0x0100_0000), mask: mark(0xff00_0000) } })),
    notes: ['warning foreign-mark'],
  },
  {
    name: "Tailscale's and WireGuard's marks are none of ours",
    box: withRules(
      aRule(5210, 254, { fwmark: { mark: mark(0x8_0000), mask: mark(0xff_0000) } }),
      aRule(100, 99, { fwmark: { mark: mark(0xca6c), mask: mark(0xffff_ffff) } }),
    ),
    notes: [],
  },
  {
    name: 'a VPN behind ours is a warning',
    box: aBox({
      ...quiet,
      rules: [...birthRules, aRule(32_765, 99)],
      routes: [...quiet.routes, aRoute({ table: tableId(99), dev: 'wg0' })],
    }),
    notes: ['warning vpn-catches'],
  },
  {
    name: "DHCP's default in main is told, it does no harm",
    box: withRoutes(aRoute({ via: '203.0.113.1', dev: 'wan2' })),
    notes: ['note leftover-default'],
  },
  {
    name: 'two modems on one network: only one page can be reached, a warning',
    box: withRoutes(connected(on('wan1', '192.168.1.2/24')), connected(on('wan2', '192.168.1.3/24'))),
    notes: ['warning near-overlap'],
  },
  {
    name: 'a kernel without resilient groups is named with what that costs',
    box: { ...quiet, capabilities: { ...quiet.capabilities, resilientGroups: false } },
    notes: ['note old-kernel'],
  },
  {
    name: 'a kernel without nexthop objects balances the LAN and not itself: a warning',
    box: { ...quiet, capabilities: { ...quiet.capabilities, nexthopObjects: false, resilientGroups: false } },
    notes: ['warning old-kernel'],
  },
  {
    name: 'no line usable and no other default: the box is offline, a warning',
    box: aBox({ ...quiet, links: [aLink('lan0')] }),
    notes: ['warning no-usable-line'],
  },
]

test('a box without any usable line is told what each of them lacks, and what to write', () => {
  const [address] = fixed
  assert.ok(address)
  const links = [aLink('lan0'), aLink('wan1'), aLink('wan2', { carrier: false })]
  const box = aBox({ links, addresses: [address], routes: [connected(address)] })
  const config = aConfig({ lines: [aLine('fiber', 'wan1'), aLine('dsl', 'wan2')] })
  const found = notesFor(box, config).find(({ code }) => code === 'no-usable-line')
  assert.equal(
    found?.text,
    'no line is usable (fiber: no gateway known yet; dsl: no carrier); no other default route is there: the box is offline',
  )
  assert.match(found?.help ?? '', /gateway at fiber,/)
})

for (const { name, box, notes } of ROWS) {
  test(name, () => assert.deepEqual(codes(box), notes))
}

const behind = withRules(aRule(32_765, 99))
const before = withRules(aRule(30_049, 99))
const VPNS = [
  {
    name: 'a rule that asks for ports, behind ours, is told once: that nothing is balanced, not that the rest is',
    vpn: undefined,
    box: withRules(aRule(32_700, 99, { other: ['dport'] })),
    notes: ['warning vpn-catches'],
  },
  {
    name: 'a VPN behind ours that was said to be first is a mere note',
    vpn: 'first',
    box: behind,
    notes: ['note vpn-catches'],
  },
  {
    name: 'a VPN behind ours that was overruled is a note',
    vpn: 'ours',
    box: behind,
    notes: ['note vpn-overruled'],
  },
  {
    name: 'a VPN before ours that was not to win is a warning',
    vpn: 'ours',
    box: before,
    notes: ['warning vpn-wins'],
  },
  {
    name: 'a VPN before ours that was said to be first is a mere note',
    vpn: 'first',
    box: before,
    notes: ['note vpn-catches'],
  },
  {
    name: 'whatever takes everything before ours and of which the file says nothing is a warning',
    vpn: undefined,
    box: withRules(aRule(5_270, 99)),
    notes: ['warning vpn-catches'],
  },
] as const

for (const { name, vpn, box, notes } of VPNS) {
  const routes = [...box.routes, aRoute({ table: tableId(99), dev: 'wg0' })]
  test(name, () =>
    assert.deepEqual(codes({ ...box, routes }, aConfig(vpn === undefined ? {} : { vpn })), notes),
  )
}

test('a VPN behind ours: the key that settles it is named', () => {
  const config = aConfig()
  const box = { ...behind, routes: [...behind.routes, aRoute({ table: tableId(99), dev: 'wg0' })] }
  const facts = lineFacts(config, box, memoryOf(config), new Map())
  const [note] = notesOn(config, facts, box, memoryOf(config), numbersOf(config))
  assert.match(note?.help ?? '', /vpn: first .* vpn: ours/)
})

test('offload that the kernel cannot do is told, and asked for nowhere else', () => {
  assert.ok(codes(aBox(), aConfig({ offload: 'software' })).includes('note old-kernel'))
  assert.ok(!codes(aBox(), aConfig()).includes('note old-kernel'))
})

test('with no line left the default route that takes what is left is named', () => {
  const config = aConfig()
  const box = aBox({ ...quiet, links: [], routes: [aRoute({ dev: 'lte0' })] })
  const facts = lineFacts(config, box, memoryOf(config), new Map())
  const [note] = notesOn(config, facts, box, memoryOf(config), numbersOf(config))
  assert.match(note?.text ?? '', /\(lte0\) takes what is left/)
})

test('an interface that is not there is named with those that are: the likeliest slip of the pen', () => {
  const config = aConfig()
  const [note, ...more] = missingInterfaces(config, aBox({ links: [aLink('lan0'), aLink('wan1')] }))
  assert.match(note?.text ?? '', /"wan2" here; until it appears dsl carries nothing/)
  assert.equal(note?.help, 'interfaces here: lan0, wan1')
  assert.deepEqual(more, [])
})

test('a file without lan says nothing of hosts behind the box, and whoever checks it is told so', () => {
  const [note, ...more] = withoutLan(aConfig({ lan: { interfaces: [], networks: [] } }))
  assert.deepEqual([note?.severity, more], ['note', []])
  assert.match(note?.text ?? '', /only connections of this box itself/)
  assert.deepEqual(withoutLan(aConfig()), [])
})

test('a default of metric 0 in main stands before ours: whoever asks main itself is said to follow it', () => {
  const box = aBox({ routes: [...aBox().routes, aRoute({ dev: 'wan1', via: '198.51.100.1' })] })
  assert.ok(codes(box, aConfig({ mainDefault: 'lines' })).includes('warning main-default-behind'))
  assert.ok(!codes(box, aConfig()).includes('warning main-default-behind'))
})
