import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Family,
  type LineConfig,
  type LineVerdict,
  type Observed,
  type TunnelSign,
} from '../model/index.ts'
import { presence } from './condition.ts'
import { desired, type Desired } from './desired.ts'
import { diff } from './diff.ts'
import {
  aBox,
  aConfig,
  aLine,
  aLink,
  aRoute,
  connected,
  dsl,
  fiber,
  memoryOf,
  on,
  prefixOf,
} from './examples.ts'
import { numbersOf } from './numbers.ts'

const FAR_END = '192.0.2.7'

interface Sight {
  readonly carrier: string | undefined
  readonly is: string
  /** Into which tables its own packets go, of those that carry no mark. */
  readonly tables: readonly (number | undefined)[]
  /** The same of IPv6. */
  readonly tables6: readonly (number | undefined)[]
  readonly notes: readonly string[]
}

const wg = (rest: Partial<LineConfig> = {}): LineConfig => aLine('wg', 'wg0', rest)
const boxWith = (tunnel?: readonly TunnelSign[], routes: Observed['routes'] = []): Observed => {
  const box = aBox()
  const inside = on('wg0', '10.99.0.2/24')
  return {
    ...box,
    links: [...box.links, aLink('wg0', { pointToPoint: true, ...(tunnel && { tunnel }) })],
    addresses: [...box.addresses, inside],
    routes: [...box.routes, connected(inside), ...routes],
  }
}

function plan(
  tunnel: LineConfig,
  observed: Observed,
  health: Readonly<Record<string, LineVerdict['health']>> = {},
  { others = [fiber, dsl], drained }: { others?: readonly LineConfig[]; drained?: string } = {},
): Desired {
  const config = aConfig({ lines: [tunnel, ...others] })
  const drains = drained === undefined ? {} : { [drained]: { sinceMs: 0, force: false } }
  return desired({
    config,
    observed,
    memory: memoryOf(config, { drains }),
    health: new Map(Object.entries(health).map(([name, is]) => [name, { health: is }])),
  })
}

function see({ lines, state, notes }: Desired): Sight {
  const [tunnel] = lines
  assert.ok(tunnel)
  const tablesIn = (asked: Family): (number | undefined)[] =>
    state.rules.flatMap(({ family, iif, fwmark, table }) =>
      family === asked && iif === 'lo' && fwmark?.mark === 0 ? [table] : [],
    )
  return {
    carrier: tunnel.way?.carrier,
    is: presence(tunnel.presence),
    tables: tablesIn('ipv4'),
    tables6: tablesIn('ipv6'),
    notes: notes.map(({ code }) => code).filter((code) => code.startsWith('way-')),
  }
}

const KNOWN: readonly TunnelSign[] = [{ to: FAR_END }]
const both = wg({ via: ['fiber', 'dsl'] })

const FAR_END6 = '2001:db8:f::7'
const KNOWN6: readonly TunnelSign[] = [{ to: FAR_END6 }]
const PORT: readonly TunnelSign[] = [{ fromUdpPort: 51_820 }]
const withIpv6 = (line: LineConfig, number: number): LineConfig => ({
  ...line,
  addresses: [...line.addresses, on(line.interface, `2001:db8:${number}::2/64`)],
  gateways: [...line.gateways, 'fe80::1'],
})
const [fiber6, dsl6] = [withIpv6(fiber, 1), withIpv6(dsl, 2)]
const dual = { others: [fiber6, dsl6] }

const ROWS: readonly { name: string; seen: Desired; sees: Partial<Sight> }[] = [
  {
    name: 'its own packets leave by the line that the file names',
    seen: plan(wg({ via: ['dsl'] }), boxWith(KNOWN)),
    sees: { carrier: 'dsl', tables: [203], is: 'usable', notes: [] },
  },
  {
    name: 'of several lines the first',
    seen: plan(both, boxWith(KNOWN)),
    sees: { carrier: 'fiber', tables: [202] },
  },
  {
    name: 'of several lines the first that works',
    seen: plan(both, boxWith(KNOWN), { fiber: 'down' }),
    sees: { carrier: 'dsl', tables: [203], is: 'usable' },
  },
  {
    name: 'a suspected line is left before the tunnel is suspected itself',
    seen: plan(both, boxWith(KNOWN), { fiber: 'suspect' }),
    sees: { carrier: 'dsl', tables: [203] },
  },
  {
    name: 'a suspected line is better than one that is down',
    seen: plan(both, boxWith(KNOWN), { fiber: 'down', dsl: 'suspect' }),
    sees: { carrier: 'dsl', is: 'usable' },
  },
  {
    name: 'a drained line is left, as new connections leave it',
    seen: plan(both, boxWith(KNOWN), {}, { drained: 'fiber' }),
    sees: { carrier: 'dsl' },
  },
  {
    name: 'a drained line still carries what has no other',
    seen: plan(both, boxWith(KNOWN), { dsl: 'down' }, { drained: 'fiber' }),
    sees: { carrier: 'fiber', is: 'usable' },
  },
  {
    name: 'a line of which nothing is known carries it',
    seen: plan(both, boxWith(KNOWN), { fiber: 'unknown', dsl: 'up' }),
    sees: { carrier: 'fiber' },
  },
  {
    name: 'with its only line it is down, and its packets wait for that line alone',
    seen: plan(wg({ via: ['fiber'] }), boxWith(KNOWN), { fiber: 'down' }),
    sees: { carrier: 'fiber', tables: [202], is: 'its way, fiber, is down' },
  },
  {
    name: 'with all of its lines it is down',
    seen: plan(both, boxWith(KNOWN), { fiber: 'down', dsl: 'down' }),
    sees: { carrier: 'fiber', is: 'its ways, fiber and dsl, are down' },
  },
  {
    name: 'a tunnel in a tunnel is down with the line below both',
    seen: plan(
      wg({ via: ['inner'] }),
      boxWith(KNOWN),
      { fiber: 'down' },
      {
        others: [
          aLine('inner', 'lan0', {
            via: ['fiber'],
            endpoints: ['192.0.2.8'],
            addresses: [on('lan0', '10.0.0.1/24')],
            gateways: ['10.0.0.2'],
          }),
          fiber,
          dsl,
        ],
      },
    ),
    sees: { carrier: 'inner', is: 'its way, inner, is down' },
  },
  {
    name: 'nobody wrote its way: the first line that is no tunnel, and a word about it',
    seen: plan(wg(), boxWith(KNOWN)),
    sees: { carrier: 'fiber', tables: [202], notes: ['way-found'] },
  },
  {
    name: 'nobody wrote its way: backups come last',
    seen: plan(wg(), boxWith(KNOWN), {}, { others: [{ ...fiber, role: 'backup' }, dsl] }),
    sees: { carrier: 'dsl' },
  },
  {
    name: 'nobody wrote its way, and its other end is in the LAN: it is none of our business',
    seen: plan(wg(), boxWith([{ to: '10.0.0.77' }]), { fiber: 'down', dsl: 'down' }),
    sees: { carrier: undefined, tables: [], is: 'usable', notes: [] },
  },
  {
    name: 'a route through the tunnel itself leads nowhere else',
    seen: plan(wg(), boxWith(KNOWN, [aRoute({ destination: prefixOf('128.0.0.0/1'), dev: 'wg0' })])),
    sees: { carrier: 'fiber' },
  },
  {
    name: 'the only line of the file is left as it is',
    seen: plan(wg(), boxWith(KNOWN), {}, { others: [] }),
    sees: { carrier: undefined, tables: [], is: 'usable' },
  },
  {
    name: 'an interface that is no tunnel needs no way',
    seen: plan(wg(), boxWith()),
    sees: { carrier: undefined, notes: [] },
  },
  {
    name: 'the other end is known from the file where the kernel does not know it',
    seen: plan(wg({ via: ['dsl'], endpoints: [FAR_END, '192.0.2.8'] }), boxWith()),
    sees: { tables: [203, 203], notes: [] },
  },
  {
    name: 'nobody knows the other end: a warning',
    seen: plan(wg({ via: ['dsl'] }), boxWith()),
    sees: { carrier: 'dsl', tables: [], notes: ['way-unknown'] },
  },
  {
    name: 'two tunnels to one address over different lines: the first is right, and a warning',
    seen: plan(
      wg({ via: ['dsl'] }),
      boxWith(KNOWN),
      {},
      {
        others: [fiber, dsl, aLine('other', 'lan0', { via: ['fiber'], endpoints: [FAR_END] })],
      },
    ),
    sees: { tables: [203], notes: ['way-contested'] },
  },
  {
    name: 'an IPv6 address at the other end: by rules of IPv6',
    seen: plan(both, boxWith(KNOWN6), {}, dual),
    sees: { carrier: 'fiber', tables: [], tables6: [202], is: 'usable' },
  },
  {
    name: 'an IPv6 address at the other end: a line that lost its IPv4 goes on carrying it',
    seen: plan(both, boxWith(KNOWN6), { fiber: 'down' }, dual),
    sees: { carrier: 'fiber', tables6: [202], is: 'usable' },
  },
  {
    name: 'an IPv6 address at the other end: a line that lost its IPv6 alone is left',
    seen: plan(both, boxWith(KNOWN6), { 'fiber/ipv6': 'down' }, dual),
    sees: { carrier: 'dsl', tables6: [203], is: 'usable' },
  },
  {
    name: 'an IPv6 address at the other end: a line without IPv6 cannot carry it',
    seen: plan(both, boxWith(KNOWN6), {}, { others: [fiber, dsl6] }),
    sees: { carrier: 'dsl', tables6: [203], is: 'usable' },
  },
  {
    name: 'an IPv6 address at the other end, and no IPv6 on its line: it is down and says so',
    seen: plan(wg({ via: ['fiber'] }), boxWith(KNOWN6), {}, { others: [fiber, dsl6] }),
    sees: { carrier: 'fiber', tables6: [202], is: 'its way, fiber over IPv6, is down' },
  },
  {
    name: 'an IPv4 address at the other end: a line that lost its IPv6 goes on carrying it',
    seen: plan(both, boxWith(KNOWN), { 'fiber/ipv6': 'down' }, dual),
    sees: { carrier: 'fiber', tables: [202], tables6: [], is: 'usable' },
  },
  {
    name: 'IPv6 alone inside of it (6in4), carried over IPv4',
    seen: plan(wg({ via: ['dsl'], families: ['ipv6'] }), boxWith(KNOWN), {}, dual),
    sees: { carrier: 'dsl', tables: [203], tables6: [] },
  },
  {
    name: 'by its UDP port it is kept on its line in both families, judged by IPv4',
    seen: plan(both, boxWith(PORT), { 'fiber/ipv6': 'down' }, dual),
    sees: { carrier: 'fiber', tables: [202], tables6: [202] },
  },
  {
    name: 'by its UDP port, and the line has IPv6 alone: judged by that',
    seen: plan(
      both,
      boxWith(PORT),
      { 'fiber/ipv6': 'down' },
      { others: [{ ...fiber6, families: ['ipv6'] }, dsl6] },
    ),
    sees: { carrier: 'dsl', tables: [203], tables6: [203] },
  },
  {
    name: 'by its UDP port, nobody wrote its way, and the line found has no IPv6: of that nothing is lost',
    seen: plan(wg(), boxWith(PORT), {}, { others: [fiber, dsl6] }),
    sees: { carrier: 'fiber', tables: [202], tables6: [] },
  },
]

for (const { name, seen, sees } of ROWS)
  test(`the way of a tunnel: ${name}`, () => {
    const all: Readonly<Record<string, unknown>> = { ...see(seen) }
    assert.deepEqual(Object.fromEntries(Object.keys(sees).map((key) => [key, all[key]])), sees)
  })

test('a tunnel by its UDP port, wherever its peers are, and what still has the mark of what is inside', () => {
  const { state } = plan(wg({ via: ['dsl'] }), boxWith([{ fromUdpPort: 51_820 }]))
  assert.deepEqual(
    state.rules
      .filter(({ iif }) => iif === 'lo')
      .map(({ priority, udpSport, to, fwmark, table }) => [priority, udpSport, to, fwmark?.mark, table]),
    [
      [30_040, 51_820, undefined, 0, 203],
      [30_040, 51_820, undefined, 0x100_0000, 203],
    ],
  )
})

test('on another line the connections of the tunnel begin anew, and no others', () => {
  const observed = boxWith(KNOWN)
  const before = plan(both, observed).state
  const held = { ...observed, rules: [...observed.rules, ...before.rules], routes: [...observed.routes, ...before.routes] } // prettier-ignore
  const numbers = numbersOf(aConfig())
  assert.deepEqual(plan(both, held).state.ended, [], 'nothing moved')
  const { ended } = plan(both, held, { fiber: 'suspect' }).state
  const own = observed.addresses.map(({ address }) => address)
  assert.deepEqual(
    ended.map((one) => ({ ...one, mark: Number(one.mark) })),
    [0, Number(numbers.markOf(plan(both, held).lines[1]?.id ?? assert.fail()))].map((mark) => ({
      family: 'ipv4',
      mark,
      mask: numbers.mask,
      tunnel: { sign: { to: FAR_END }, own },
    })),
  )
})

test('a pass that moves a tunnel ends none of the connections inside of it', () => {
  const observed = boxWith(KNOWN)
  const before = plan(both, observed).state
  const held = { ...observed, rules: [...observed.rules, ...before.rules], routes: [...observed.routes, ...before.routes], nexthops: before.nexthops, ruleset: before.ruleset } // prettier-ignore
  const moves = diff(held, plan(both, held, { fiber: 'suspect' }).state, memoryOf(aConfig()).originals)
  const ended = moves.filter((move) => move.do === 'end-connections')
  assert.ok(ended.length > 0)
  assert.ok(ended.every((move) => move.do === 'end-connections' && move.tunnel !== undefined))
})

test('over IPv6 the connections of the tunnel begin anew on another line as over IPv4', () => {
  const observed = boxWith(KNOWN6)
  const before = plan(both, observed, {}, dual).state
  const held = { ...observed, rules: [...observed.rules, ...before.rules], routes: [...observed.routes, ...before.routes] } // prettier-ignore
  assert.deepEqual(plan(both, held, {}, dual).state.ended, [], 'nothing moved')
  const { ended } = plan(both, held, { 'fiber/ipv6': 'suspect' }, dual).state
  assert.deepEqual(
    ended.map(({ family, tunnel }) => [family, tunnel?.sign]),
    [0, 1].map(() => ['ipv6', { to: FAR_END6 }]),
  )
})

test('the guard of a tunnel over IPv6 asks for its IPv6 address', () => {
  const { state } = plan(both, boxWith(KNOWN6), {}, dual)
  const rules = state.ruleset?.chains.flatMap((chain) => chain.rules.map(({ text }) => text)) ?? []
  assert.equal(rules.filter((text) => text.startsWith(`ip6 daddr ${FAR_END6} `)).length, 2)
  assert.ok(rules.includes('oifname != "wan1" drop'))
})
