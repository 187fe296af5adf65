import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OUR_PROTOCOL, tableId, type LineConfig, type Observed, type Route } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLink, aRoute, dsl, memoryOf, on } from './examples.ts'
import type { Source } from './memory.ts'

/** dsl alone, with its number 1; its address is 203.0.113.77 on wan2. */
const ended = (box: Observed, source?: Source, line: LineConfig = dsl): number => {
  const config = aConfig({ lines: [line] })
  const memory = memoryOf(config, source === undefined ? {} : { sources: { dsl: source } })
  return desired({ config, observed: box, memory, health: new Map() }).state.ended.length
}
const held = (src: string, dev = 'wan2'): Route =>
  aRoute({ table: tableId(201), via: '203.0.113.1', dev, src, protocol: OUR_PROTOCOL })
const box = (...routes: Route[]): Observed => {
  const plain = aBox()
  return { ...plain, routes: [...plain.routes, ...routes] }
}
const noAddress = aBox({ addresses: [on('wan1', '198.51.100.2/28')] })

const ROWS: readonly { name: string; ends: 0 | 1; when: () => number }[] = [
  { name: 'at the first start nothing ends', ends: 0, when: () => ended(box()) },
  { name: 'an address that stayed ends nothing', ends: 0, when: () => ended(box(held('203.0.113.77'))) },
  {
    name: 'connections from an address of before end: they would go on with a source nobody takes',
    ends: 1,
    when: () => ended(box(held('203.0.113.66'))),
  },
  {
    name: 'while the address is away they may still live: it may be the same that comes back',
    ends: 0,
    when: () => ended(noAddress, { address: '203.0.113.77', dev: 'wan2' }),
  },
  {
    name: 'the same address that comes back after a while ends nothing',
    ends: 0,
    when: () => ended(box(), { address: '203.0.113.77', dev: 'wan2' }),
  },
  {
    name: 'another address after a while without any ends what was begun from the old one',
    ends: 1,
    when: () => ended(box(), { address: '203.0.113.66', dev: 'wan2' }),
  },
  {
    name: 'the kernel knows better than the memory',
    ends: 0,
    when: () => ended(box(held('203.0.113.77')), { address: '203.0.113.66', dev: 'wan2' }),
  },
  {
    name: 'a line that moved to another card ends what went by the old one',
    ends: 1,
    when: () => ended(box(held('203.0.113.77', 'wan9'))),
  },
  {
    name: 'a line by PPP with another address after a new call',
    ends: 1,
    when: () =>
      ended(
        aBox({ links: [aLink('wan2', { pointToPoint: true })], addresses: [on('wan2', '10.64.0.9/32')] }),
        { address: '10.64.0.2', dev: 'wan2' },
      ),
  },
]

for (const { name, ends, when } of ROWS) test(name, () => assert.equal(when(), ends))
