import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  OUR_PROTOCOL,
  anyPrefix,
  tableId,
  type InterfaceAddress,
  type LineConfig,
  type Observed,
  type Route,
} from '../model/index.ts'
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

const FIRST = '2001:db8:1::2'
const SECOND = '2001:db8:150::2'
const AGED = { preferredForS: 0, deprecated: true } as const
/** dsl with IPv6 alone, in words: all of it, or those from one address. */
function ended6(source: Source, ...addresses: readonly InterfaceAddress[]): (string | undefined)[] {
  const config = aConfig({ lines: [{ ...dsl, families: ['ipv6'] }] })
  const route = aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev: 'wan2' })
  const observed = aBox({ addresses, routes: [route] })
  const memory = memoryOf(config, { sources: { 'dsl/ipv6': source } })
  const { state } = desired({ config, observed, memory, health: new Map() })
  return state.ended.map(({ within }) => (within === undefined ? 'all' : within.address))
}
const [first, second] = [on('wan2', `${FIRST}/64`), on('wan2', `${SECOND}/64`)]

const ROWS6: readonly { name: string; ends: readonly string[]; when: () => (string | undefined)[] }[] = [
  {
    name: 'beside a new address the old one is good for hours: what was begun from it goes on',
    ends: [],
    when: () => ended6({ address: FIRST, dev: 'wan2' }, { ...first, ...AGED, validForS: 86_400 }, second),
  },
  {
    name: 'an old address that the provider took back there and then, which takes two hours: all ends',
    ends: ['all'],
    when: () => ended6({ address: FIRST, dev: 'wan2' }, { ...first, ...AGED, validForS: 7200 }, second),
  },
  {
    name: 'an old address that is gone: all ends',
    ends: ['all'],
    when: () => ended6({ address: FIRST, dev: 'wan2' }, second),
  },
  {
    name: 'what went on goes on to the last second of its address',
    ends: [],
    when: () =>
      ended6({ address: SECOND, dev: 'wan2', kept: [FIRST] }, { ...first, ...AGED, validForS: 1 }, second),
  },
  {
    name: 'with the old address ends what went on from it, and nothing else',
    ends: [FIRST],
    when: () => ended6({ address: SECOND, dev: 'wan2', kept: [FIRST] }, second),
  },
  {
    name: 'an old address that is taken again is nothing new',
    ends: [],
    when: () =>
      ended6({ address: SECOND, dev: 'wan2', kept: [FIRST] }, first, {
        ...second,
        ...AGED,
        validForS: 86_400,
      }),
  },
]

for (const { name, ends, when } of ROWS6) test(name, () => assert.deepEqual(when(), ends))
