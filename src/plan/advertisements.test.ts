import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anyPrefix,
  formatPrefix,
  type InterfaceAddress,
  type LineVerdict,
  type Observed,
} from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLine, aLink, aRoute, memoryOf, on, prefixOf } from './examples.ts'

const LINES = [
  aLine('fiber', 'wan1', {
    networks: [prefixOf('2001:db8:100::/56')],
    dns: ['2001:db8:1::53', '192.0.2.53'],
  }),
  aLine('dsl', 'wan2', { networks: [prefixOf('2001:db8:200::/56')] }),
]
const byIpv6 = (dev: string): Observed['routes'][number] =>
  aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev })

interface Row {
  readonly name: string
  readonly lan: readonly InterfaceAddress[]
  readonly down?: string
  readonly rest?: Partial<Observed>
  readonly prefixes: readonly string[]
  readonly routerLifetimeS?: number
  readonly mtuBytes?: number
}

const FIBER = on('lan0', '2001:db8:100::1/64')
const DSL = on('lan0', '2001:db8:200::1/64')
const ULA = on('lan0', 'fd00:10::1/64')
const BOTH = { routes: [byIpv6('wan1'), byIpv6('wan2')] }

const ROWS: readonly Row[] = [
  {
    name: 'every prefix on the interface may be used',
    lan: [FIBER, DSL, ULA, on('lan0', 'fe80::1/64')],
    prefixes: ['2001:db8:100::/64 86400 14400', '2001:db8:200::/64 86400 14400', 'fd00:10::/64 86400 14400'],
  },
  {
    name: 'that of a dead line is deprecated, and that of the house never',
    lan: [FIBER, DSL, ULA],
    down: 'fiber/ipv6',
    prefixes: ['2001:db8:100::/64 86400 0', '2001:db8:200::/64 86400 14400', 'fd00:10::/64 86400 14400'],
  },
  {
    name: 'nothing is promised for longer than it was given to us',
    lan: [{ ...FIBER, validForS: 900, preferredForS: 600 }],
    prefixes: ['2001:db8:100::/64 900 600'],
  },
  {
    name: 'two addresses of one network are one, as good as the better of them',
    lan: [
      { ...FIBER, validForS: 900, preferredForS: 0 },
      { ...FIBER, address: '2001:db8:100::2' },
    ],
    prefixes: ['2001:db8:100::/64 86400 14400'],
  },
  {
    name: 'of networks of another size hosts make no addresses',
    lan: [on('lan0', '2001:db8:100::1/56'), on('lan0', 'fd00:10::1/128')],
    prefixes: [],
  },
  {
    name: 'a box without a line of IPv6 is no way out',
    lan: [ULA],
    rest: { routes: [] },
    prefixes: ['fd00:10::/64 86400 14400'],
    routerLifetimeS: 0,
  },
  {
    name: 'the narrowest line says how long a packet may be',
    lan: [],
    rest: { links: [aLink('lan0'), aLink('wan1'), aLink('wan2', { mtuBytes: 1492 })], ...BOTH },
    prefixes: [],
    mtuBytes: 1492,
  },
]

for (const { name, lan, down, rest = BOTH, prefixes, routerLifetimeS = 1800, mtuBytes } of ROWS) {
  test(name, () => {
    const place = { file: 'config.yaml', line: 1, column: 1 }
    const config = aConfig({
      lines: LINES,
      lan: { interfaces: [{ name: 'lan0', addresses: [], advertise: true, place }], networks: [] },
    })
    const lines = [on('wan1', '2001:db8:1::2/64'), on('wan2', '2001:db8:2::2/64')]
    const observed = aBox({ addresses: [...(rest.routes?.length === 0 ? [] : lines), ...lan], ...rest })
    const health = new Map<string, LineVerdict>(down === undefined ? [] : [[down, { health: 'down' }]])
    const [said] = desired({ config, observed, memory: memoryOf(config), health }).advertisements
    assert.deepEqual(
      said?.prefixes.map(
        ({ prefix, validS, preferredS }) => `${formatPrefix(prefix)} ${validS} ${preferredS}`,
      ),
      prefixes,
    )
    assert.deepEqual([said?.routerLifetimeS, said?.mtuBytes], [routerLifetimeS, mtuBytes])
  })
}

test('without the key hosts are told nothing', () => {
  const config = aConfig({ lines: LINES })
  const observed = aBox({ addresses: [FIBER], ...BOTH })
  assert.deepEqual(
    desired({ config, observed, memory: memoryOf(config), health: new Map() }).advertisements,
    [],
  )
})
