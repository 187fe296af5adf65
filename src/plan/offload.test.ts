import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHostAddress } from '../model/index.ts'
import type { Config, InterfaceAddress, LineVerdict, Observed, Ruleset } from '../model/index.ts'
import { desired } from './desired.ts'
import type { Memory } from './memory.ts'
import { aBox, aConfig, aLink, aRoute, dsl, fiber, memoryOf } from './examples.ts'

const LINKS = ['lan0', 'wan1', 'wan2'].map((name, i) => aLink(name, { index: i + 1 }))
const held = (text: string, dev: string): InterfaceAddress => ({
  ...(parseHostAddress(text) ?? assert.fail(text)),
  dev,
})
const box = (rest: Partial<Observed> = {}): Observed =>
  aBox({
    links: LINKS,
    addresses: [held('198.51.100.2/28', 'wan1'), held('192.0.2.2/28', 'wan2')],
    routes: [aRoute({ dev: 'wan2', via: '192.0.2.1' })],
    capabilities: { ...aBox().capabilities, flowtables: true },
    ...rest,
  })

function rulesetOf(
  health: Readonly<Record<string, LineVerdict>> = {},
  observed: Observed = box(),
  rest: Partial<Config> = {},
  remembered: Partial<Memory> = {},
): Ruleset {
  const config = aConfig({ offload: 'software', ...rest })
  const { state } = desired({
    config,
    observed,
    memory: memoryOf(config, remembered),
    health: new Map(Object.entries(health)),
  })
  return state.ruleset ?? assert.fail('there is a ruleset')
}
const linesOf = ({ chains }: Ruleset): readonly string[] =>
  (chains.find(({ name }) => name === 'hand_on')?.rules ?? []).map(
    ({ text }) => / oifname "(\w+)" /.exec(text)?.[1] ?? text,
  )
const nameOf = ({ flowtable }: Ruleset): string | undefined => flowtable?.name

const BOTH = ['wan1', 'wan2']
const DSL = ['wan2']
const withoutLan = box({ links: LINKS.slice(1) })

const ROWS: readonly { name: string; ruleset: Ruleset; lines: readonly string[] }[] = [
  { name: 'lines that work hand on what is open', ruleset: rulesetOf(), lines: BOTH },
  { name: 'nothing unasked', ruleset: rulesetOf({}, box(), { offload: 'off' }), lines: [] },
  { name: 'nothing where the kernel cannot', ruleset: rulesetOf({}, box({ capabilities: aBox().capabilities })), lines: [] },
  { name: 'a line in doubt has its connections back, or silence would be heard by nobody', ruleset: rulesetOf({ fiber: { health: 'suspect' } }), lines: DSL },
  { name: 'so has one that is down', ruleset: rulesetOf({ fiber: { health: 'down' } }), lines: DSL },
  { name: 'and one whose connections are ended: their next packet must meet the rules', ruleset: rulesetOf({ fiber: { health: 'down', released: true } }), lines: DSL },
  { name: 'and one that somebody wants to be rid of: who is on it may have to go', ruleset: rulesetOf({}, box(), {}, { drains: { fiber: { sinceMs: 0, force: false } } }), lines: DSL },
  { name: 'and a backup that nobody needs any more, whose connections are led back', ruleset: rulesetOf({}, box(), { lines: [{ ...fiber, role: 'backup' }, dsl] }), lines: DSL },
  { name: 'and one without carrier', ruleset: rulesetOf({}, box({ links: LINKS.map((link) => ({ ...link, carrier: link.name !== 'wan1' })) })), lines: DSL },
  { name: 'a flowtable with a device that is not there would keep the whole table from loading', ruleset: rulesetOf({}, withoutLan), lines: [] },
  { name: 'a call (PPP) is left alone', ruleset: rulesetOf({}, box({ links: LINKS.map((link) => ({ ...link, pointToPoint: link.name === 'wan1' })) })), lines: DSL },
  { name: 'a metered line is left alone: it is asked so seldom that its silence would be heard by nobody', ruleset: rulesetOf({}, box(), { lines: [{ ...fiber, metered: true }, dsl] }), lines: DSL },
  { name: 'lines on one card are left alone', ruleset: rulesetOf({}, box(), { lines: [fiber, { ...dsl, interface: 'wan1', gateways: ['198.51.100.3'] }] }), lines: [] },
] // prettier-ignore
for (const { name, ruleset, lines } of ROWS)
  test(name, () => {
    assert.deepEqual(linesOf(ruleset), lines)
    assert.equal(ruleset.flowtable === undefined, lines.length === 0)
  })

test('devices are those of the LAN and of the lines, as far as they are there', () => {
  assert.deepEqual(rulesetOf({ fiber: { health: 'down' } }).flowtable?.devices, ['lan0', 'wan1', 'wan2'])
  const gone = box({ links: LINKS.filter(({ name }) => name !== 'wan1') })
  assert.deepEqual(rulesetOf({}, gone).flowtable?.devices, ['lan0', 'wan2'])
})

const before = nameOf(rulesetOf())
const CHANGES: readonly { name: string; after: Ruleset }[] = [
  { name: 'a line is in doubt', after: rulesetOf({ fiber: { health: 'suspect' } }) },
  { name: 'a line has another gateway', after: rulesetOf({}, box({ routes: [aRoute({ dev: 'wan2', via: '192.0.2.3' })] })) },
  { name: 'a card was unplugged and is back', after: rulesetOf({}, box({ links: LINKS.map((link) => (link.name === 'wan1' ? { ...link, index: 9 } : link)) })) },
  { name: 'the LAN has another card', after: rulesetOf({}, box({ links: LINKS.map((link) => (link.name === 'lan0' ? { ...link, index: 9 } : link)) })) },
] // prettier-ignore
for (const { name, after } of CHANGES)
  test(`${name}: another flowtable, so that the kernel lets go of what the old one has`, () =>
    assert.notEqual(nameOf(after), before))

test('what says nothing about open connections takes none of them back', () => {
  assert.equal(nameOf(rulesetOf({ fiber: { health: 'up' } })), before)
  assert.equal(nameOf(rulesetOf({ fiber: { health: 'up', degraded: 'slow' } })), before)
})

test('a line whose connections this pass ends waits for the next: in a flowtable nobody could end them', () => {
  const config = aConfig({ offload: 'software' })
  const memory = memoryOf(config, { sources: { fiber: { address: '198.51.100.9', dev: 'wan1' } } })
  const { ruleset, ended } = desired({ config, observed: box(), memory, health: new Map() }).state
  assert.equal(ended.length, 1)
  assert.deepEqual(linesOf(ruleset ?? assert.fail()), DSL)
})

test('only packets from inside offer a connection: those that come in carry no mark to find the way out by', () => {
  const rules = rulesetOf().chains.find(({ name }) => name === 'hand_on')?.rules ?? []
  assert.match(
    rules[0]?.text ?? '',
    /^meta nfproto ipv4 oifname "wan1" meta mark & 0x3f000000 == 0x01000000 flow add @fast_/,
  )
})
