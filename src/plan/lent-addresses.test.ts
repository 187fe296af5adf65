import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  OUR_PROTOCOL,
  anyPrefix,
  type InterfaceAddress,
  type LineConfig,
  type Observed,
  type Route,
} from '../model/index.ts'
import { desired, type Desired } from './desired.ts'
import { aBox, aConfig, aLine, aLink, aRoute, connected, memoryOf, on, prefixOf } from './examples.ts'
import type { Source } from './memory.ts'

const fiber = aLine('fiber', 'wan1')
const written = { ...fiber, networks: [prefixOf('2001:db8:100::/56')] }
const dsl = aLine('dsl', 'wan2')

const byIpv6 = (dev: string, via?: string): Route =>
  aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), dev, ...(via === undefined ? {} : { via }) })
const BARE = on('wan1', 'fe80::2/64')
const LAN = on('lan0', '2001:db8:100::1/64')
const OWN = on('wan1', '2001:db8:1::2/64')
const V4 = [on('wan1', '198.51.100.2/28'), on('wan2', '203.0.113.77/24')]
const onLan = { ...connected(LAN), family: 'ipv6' } as const
const nowhere = aRoute({ family: 'ipv6', type: 'unreachable', destination: prefixOf('2001:db8:100::/56') })

interface Row {
  readonly name: string
  readonly addresses: readonly InterfaceAddress[]
  readonly lines?: readonly LineConfig[]
  readonly routes?: readonly Route[]
  readonly links?: Observed['links']
  readonly before?: Source
  /** Of fiber: presence, address and who holds it. */
  readonly is: string
  /** What is ended of fiber, by the address it was begun from. */
  readonly ends?: readonly string[]
  readonly isClosed?: true
}

const planned = ({ addresses, lines = [fiber, dsl], routes, links, before }: Row): Desired => {
  const config = aConfig({ lines })
  const memory = memoryOf(config, before === undefined ? {} : { sources: { 'fiber/ipv6': before } })
  const all = [...V4, ...addresses]
  const v4 = [aRoute({ via: '198.51.100.1', dev: 'wan1' }), aRoute({ via: '203.0.113.1', dev: 'wan2' })]
  const observed = aBox({
    addresses: all,
    routes: [...all.map(connected), ...v4, ...(routes ?? [byIpv6('wan1', 'fe80::1'), onLan])],
    ...(links === undefined ? {} : { links }),
  })
  return desired({ config, observed, memory, health: new Map() })
}

const ROWS: readonly Row[] = [
  {
    name: 'the prefix that was found is on the LAN: the box speaks from its address there',
    addresses: [BARE, LAN],
    is: 'usable 2001:db8:100::1 on lan0',
  },
  {
    name: 'the same of a prefix that the file names',
    addresses: [BARE, LAN],
    lines: [written, dsl],
    is: 'usable 2001:db8:100::1 on lan0',
  },
  {
    name: 'who wants every address translated has one to translate to',
    addresses: [BARE, LAN],
    lines: [{ ...fiber, nat: 'masquerade' }, dsl],
    is: 'usable 2001:db8:100::1 on lan0',
  },
  {
    name: 'a line that is dialled needs no gateway',
    addresses: [BARE, LAN],
    routes: [byIpv6('wan1'), onLan],
    links: [aLink('lan0'), aLink('wan1', { pointToPoint: true }), aLink('wan2')],
    is: 'usable 2001:db8:100::1 on lan0',
  },
  {
    name: 'another one does',
    addresses: [BARE, LAN],
    routes: [byIpv6('wan1'), onLan],
    is: 'no-gateway 2001:db8:100::1 on lan0',
    isClosed: true,
  },
  {
    name: 'an address of the house alone is none to speak from',
    addresses: [BARE, on('lan0', 'fd00:10::1/64')],
    lines: [written, dsl],
    routes: [byIpv6('wan1', 'fe80::1')],
    is: 'no-address',
    isClosed: true,
  },
  {
    name: 'an address of its own counts more',
    addresses: [BARE, OWN, LAN],
    is: 'usable 2001:db8:1::2 on wan1',
  },
  {
    name: 'one of its own that is good in a second is waited for, and nobody is refused meanwhile',
    addresses: [BARE, { ...OWN, tentative: true }, LAN],
    lines: [written, dsl],
    is: 'no-source',
  },
  {
    name: 'what the file names counts more than what was found',
    addresses: [BARE, on('lan0', '2a00:1:1::1/64'), LAN],
    lines: [written, dsl],
    is: 'usable 2001:db8:100::1 on lan0',
  },
  {
    name: 'of several the one that the provider still gives',
    addresses: [BARE, { ...LAN, deprecated: true }, on('lan0', '2001:db8:100:9::1/64')],
    lines: [written, dsl],
    is: 'usable 2001:db8:100:9::1 on lan0',
  },
  {
    name: 'of several the one of before: nothing ends with one that comes beside it',
    addresses: [BARE, on('lan0', '2001:db8:100:9::1/64'), LAN],
    lines: [written, dsl],
    before: { address: '2001:db8:100::1', dev: 'wan1' },
    is: 'usable 2001:db8:100::1 on lan0',
    ends: [],
  },
  {
    name: 'with one that is gone ends what the box began from it, and what hosts began from theirs goes on',
    addresses: [BARE, on('lan0', '2001:db8:100:9::1/64')],
    lines: [written, dsl],
    before: { address: '2001:db8:100::1', dev: 'wan1' },
    is: 'usable 2001:db8:100:9::1 on lan0',
    ends: ['2001:db8:100::1'],
  },
  {
    name: 'the line gets an address of its own: what was begun from the lent one is good as long as that is there',
    addresses: [BARE, OWN, LAN],
    lines: [written, dsl],
    before: { address: '2001:db8:100::1', dev: 'wan1' },
    is: 'usable 2001:db8:1::2 on wan1',
    ends: [],
  },
  {
    name: 'the line loses its own: what was begun from that ends, and nothing else',
    addresses: [BARE, LAN],
    lines: [written, dsl],
    before: { address: '2001:db8:1::2', dev: 'wan1' },
    is: 'usable 2001:db8:100::1 on lan0',
    ends: ['2001:db8:1::2'],
  },
  {
    name: 'only hosts behind the LAN have addresses of it: they are left alone',
    addresses: [BARE],
    lines: [written, dsl],
    is: 'no-source',
  },
  {
    name: 'nobody has one: IPv6 is refused',
    addresses: [BARE],
    lines: [written, dsl],
    routes: [byIpv6('wan1', 'fe80::1'), nowhere],
    is: 'no-address',
    isClosed: true,
  },
  {
    name: 'without a cable hosts are told so, whoever has addresses',
    addresses: [BARE, LAN],
    links: [aLink('lan0'), aLink('wan1', { carrier: false }), aLink('wan2')],
    is: 'no-carrier 2001:db8:100::1 on lan0',
    isClosed: true,
  },
]

for (const row of ROWS)
  test(`a line without an IPv6 address of its own: ${row.name}`, () => {
    const { lines, state } = planned(row)
    const leg = lines.find(({ leg: name }) => name === 'fiber/ipv6') ?? assert.fail()
    const { presence, address, lender = 'wan1' } = leg
    const word = presence.is === 'blocked' ? presence.by : presence.is
    assert.equal(address === undefined ? word : `${word} ${address.address} on ${lender}`, row.is)
    const isClosed = state.routes.some(({ type, protocol }) => type === 'unreachable' && protocol === OUR_PROTOCOL) // prettier-ignore
    assert.equal(isClosed, row.isClosed === true)
    if (row.ends !== undefined)
      assert.deepEqual(state.ended.map(({ within }) => within?.address ?? 'all'), row.ends) // prettier-ignore
  })

const textOf = ({ state }: Desired, name: string): string[] =>
  (state.ruleset?.chains.find((one) => one.name === name)?.rules ?? []).map(({ text }) => text)

test('the lent address stands in the route and in the translation, for the kernel would take any of the box', () => {
  const plan = planned({ name: '', addresses: [BARE, LAN, on('wan2', '2001:db8:2::2/64')], lines: [written, dsl], is: '' }) // prettier-ignore
  const route = plan.state.routes.find(({ family, type, dev }) => family === 'ipv6' && type === 'unicast' && dev === 'wan1') // prettier-ignore
  assert.equal(route?.src, '2001:db8:100::1')
  assert.deepEqual(textOf(plan, 'nat6_1').slice(-2), [
    'ip6 saddr 2001:db8:100::/56 accept',
    'snat ip6 to 2001:db8:100::1',
  ])
})

test('where only hosts have addresses they keep them, and go where the main table leads', () => {
  const plan = planned({ name: '', addresses: [BARE], lines: [written, dsl], is: '' })
  assert.ok(textOf(plan, 'postrouting').includes('oifname "wan1" ip6 saddr 2001:db8:100::/56 return'))
  assert.ok(!plan.state.rules.some(({ from }) => from?.address === '2001:db8:100::'))
})
