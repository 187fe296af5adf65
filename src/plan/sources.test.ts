import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientSource, LineConfig, Observed } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aRoute, dsl, fiber, memoryOf, on, prefixOf } from './examples.ts'
import { tableChanges } from './table-changes.ts'

interface Row {
  readonly name: string
  readonly sources: readonly ClientSource[]
  readonly line?: Partial<LineConfig>
  readonly box?: Partial<Observed>
  /** Which of IPv6 has, where not those of IPv4 are looked at. */
  readonly chain?: string
  readonly rules: readonly string[]
}

const gives = (clients: string, address: string): ClientSource => ({ clients: prefixOf(clients), address })
const ADDRESSES = [on('wan1', '198.51.100.2/28'), on('wan1', '198.51.100.3/28')]
const ROUTED = prefixOf('203.0.113.64/29')

const ROWS: readonly Row[] = [
  { name: 'without any everybody has the address of the line', sources: [], rules: [] },
  {
    name: 'the longer prefix is asked first, wherever it stands in the file',
    sources: [gives('10.0.0.0/16', '198.51.100.2'), gives('10.0.0.5', '198.51.100.3')],
    rules: ['ip saddr 10.0.0.5 snat ip to 198.51.100.3', 'ip saddr 10.0.0.0/16 snat ip to 198.51.100.2'],
  },
  {
    name: 'an address out of a routed network, but beside the line, where nobody knows the way to it',
    sources: [gives('10.0.0.5', '203.0.113.65')],
    line: { networks: [ROUTED] },
    rules: ['ip saddr 10.0.0.5 ip daddr != 198.51.100.0/28 snat ip to 203.0.113.65'],
  },
  {
    name: 'each family in its own chain',
    sources: [gives('10.0.0.5', '198.51.100.3'), gives('fd00:10::5', '2001:db8:1::5')],
    line: { addresses: [...ADDRESSES, on('wan1', '2001:db8:1::2/64'), on('wan1', '2001:db8:1::5/64')] },
    chain: 'nat6_1',
    rules: ['ip6 saddr fd00:10::5 snat ip6 to 2001:db8:1::5'],
  },
  {
    name: 'on a shared card before those are let through that have an address of the line',
    sources: [gives('10.0.0.5', '198.51.100.3')],
    box: { routes: [aRoute({ via: '198.51.100.14', dev: 'wan1' })] },
    rules: ['ip saddr 10.0.0.5 snat ip to 198.51.100.3'],
  },
]

function natOf({ line, sources, box, chain = 'nat_1' }: Omit<Row, 'name' | 'rules'>): readonly string[] {
  const own = { ...fiber, addresses: ADDRESSES, ...line, ...(sources.length > 0 && { sources }) }
  const isShared = box !== undefined
  const config = aConfig({
    lines: [own, isShared ? { ...dsl, interface: 'wan1', gateways: ['198.51.100.14'] } : dsl],
  })
  const { state } = desired({ config, observed: aBox(box), memory: memoryOf(config), health: new Map() })
  const { rules = [] } = state.ruleset?.chains.find(({ name }) => name === chain) ?? {}
  return rules.map(({ text }) => text)
}

for (const { name, rules, ...row } of ROWS)
  test(`clients with an address of their own: ${name}`, () => {
    const given = natOf(row)
    const without = natOf({ ...row, sources: [] })
    assert.deepEqual(given.filter((text) => !without.includes(text)), rules) // prettier-ignore
    const last = given.findLastIndex((text) => rules.includes(text))
    const general = given.findIndex((text) => /^(snat|masquerade|ip6? saddr \{)/.test(text))
    assert.ok(last < general, `the general rule comes after them:\n${given.join('\n')}`)
  })

test('a plan tells who has which address from now on, and when nobody has one any more', () => {
  const told = (sources: readonly ClientSource[], before: readonly ClientSource[]): string[] => {
    const [after, was] = [sources, before].map((those) => {
      const config = aConfig({
        lines: [{ ...fiber, addresses: ADDRESSES, ...(those.length > 0 && { sources: those }) }, dsl],
      })
      const wanted = desired({ config, observed: aBox(), memory: memoryOf(config), health: new Map() })
      return { config, wanted }
    })
    assert.ok(after !== undefined && was !== undefined)
    return tableChanges(after.config, after.wanted, was.wanted.state.ruleset).map(({ effect }) => effect)
  }
  const some = [gives('10.0.0.5', '198.51.100.3')]
  assert.deepEqual(told(some, []), ['new connections: 10.0.0.5 as 198.51.100.3'])
  assert.deepEqual(told([], some), ['new connections: all clients have the address of the line'])
  assert.deepEqual(told(some, some), [])
})
