import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anyPrefix,
  formatPrefix,
  type Config,
  type LineConfig,
  type Observed,
  type Ruleset,
} from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLine, aRoute, connected, memoryOf, on, prefixOf } from './examples.ts'
import { lineFacts, routedTo } from './lines.ts'
import type { Memory } from './memory.ts'

const fiber = aLine('fiber', 'wan1')
const dsl = aLine('dsl', 'wan2')
const byIpv6 = (dev: string): Observed['routes'][number] =>
  aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev })
/** fiber's provider has 2001:db8::/32, that of dsl 2a00:1::/32. */
const FIBER = on('wan1', '2001:db8:1::2/64')
const DSL = on('wan2', '2a00:1:1::2/64')
const nowhere = (prefix: string): Observed['routes'][number] =>
  aRoute({ family: 'ipv6', type: 'unreachable', destination: prefixOf(prefix) })

function boxOf(addresses: readonly Observed['addresses'][number][], rest: Partial<Observed> = {}): Observed {
  const { routes = [], ...others } = rest
  const lines = addresses.filter(({ dev }) => dev !== 'lan0').map(({ dev }) => byIpv6(dev))
  return aBox({ addresses, routes: [...addresses.map(connected).map((route) => ({ ...route, family: 'ipv6' as const })), ...lines, ...routes], ...others }) // prettier-ignore
}

const remembering = (line: number, prefix: string): Ruleset => ({
  counters: [],
  chains: [],
  maps: [
    {
      kind: 'map',
      name: 'found6',
      declaration: 'type ipv6_addr : verdict; flags interval;',
      elements: new Map([[prefix, `goto pick_${line}`]]),
    },
  ],
})

interface Row {
  readonly name: string
  readonly box: Observed
  readonly lines?: readonly LineConfig[]
  readonly memory?: Partial<Memory>
  /** Line and prefix. */
  readonly homes: readonly string[]
  readonly unclear?: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    name: 'the only line of IPv6 has delegated what is on the LAN',
    box: boxOf([FIBER, on('lan0', '2003:a:b::1/64')]),
    homes: ['fiber 2003:a:b::/64'],
  },
  {
    name: 'of two lines the one whose own address begins alike',
    box: boxOf([FIBER, DSL, on('lan0', '2001:db8:100:1::1/64'), on('lan0', '2a00:1:f00::1/64')]),
    homes: ['fiber 2001:db8:100:1::/64', 'dsl 2a00:1:f00::/64'],
  },
  {
    name: 'two lines of one provider leave it open: translated it works by both, as it is by one alone',
    box: boxOf([FIBER, on('wan2', '2001:db8:2::2/64'), on('lan0', '2001:db8:f000::1/64')]),
    homes: [],
    unclear: ['2001:db8:f000::/64'],
  },
  {
    name: 'a prefix of neither is nobody’s',
    box: boxOf([FIBER, DSL, on('lan0', '2c0f:1::1/64')]),
    homes: [],
    unclear: ['2c0f:1::/64'],
  },
  {
    name: 'while the address of one line is not known, likeness to the other proves nothing',
    box: boxOf([FIBER, on('lan0', '2001:db8:100::1/64')], { routes: [byIpv6('wan2')] }),
    homes: [],
    unclear: ['2001:db8:100::/64'],
  },
  {
    name: 'the address that a line had last tells as well, while it is away',
    box: boxOf([FIBER, on('lan0', '2001:db8:100::1/64')], { routes: [byIpv6('wan2')] }),
    memory: { sources: { 'dsl/ipv6': { address: '2a00:1:1::2', dev: 'wan2' } } },
    homes: ['fiber 2001:db8:100::/64'],
  },
  {
    name: 'of a delegated prefix the route to nowhere tells how large it is',
    box: boxOf([FIBER, DSL, on('lan0', '2001:db8:100:1::1/64')], { routes: [nowhere('2001:db8:100::/56')] }),
    homes: ['fiber 2001:db8:100::/56'],
  },
  {
    name: 'a lease knows better than likeness',
    box: boxOf([FIBER, DSL, on('lan0', '2001:db8:100:1::1/64')], {
      leases: [{ interface: 'wan2', source: 'dhcpcd', dns: [], prefixes: [prefixOf('2001:db8:100::/56')] }],
    }),
    homes: ['dsl 2001:db8:100::/56'],
  },
  {
    name: 'what the file says is not looked for',
    box: boxOf([FIBER, DSL, on('lan0', '2001:db8:100:1::1/64')]),
    lines: [fiber, { ...dsl, networks: [prefixOf('2001:db8:100::/56')] }],
    homes: ['dsl 2001:db8:100::/56'],
  },
  {
    name: 'an address of the house alone (ULA) is no provider’s',
    box: boxOf([FIBER, on('lan0', 'fd00:10::1/64')]),
    homes: [],
  },
  {
    name: 'who wants every address translated gets that',
    box: boxOf([FIBER, on('lan0', '2001:db8:100:1::1/64')]),
    lines: [{ ...fiber, nat: 'masquerade' }, dsl],
    homes: [],
  },
  {
    name: 'a prefix that is away for a moment is not forgotten: the same may come back',
    box: boxOf([FIBER, DSL], { ruleset: remembering(1, '2001:db8:100::/56') }),
    homes: ['fiber 2001:db8:100::/56'],
  },
  {
    name: 'once another is there the old one is no more',
    box: boxOf([FIBER, DSL, on('lan0', '2001:db8:200::1/64')], {
      ruleset: remembering(1, '2001:db8:100::/56'),
    }),
    homes: ['fiber 2001:db8:200::/64'],
  },
  {
    name: 'what was taken for one line’s and is another’s is not remembered',
    box: boxOf([FIBER, DSL, on('lan0', '2a00:1:f00::1/64')], { ruleset: remembering(1, '2a00:1:f00::/64') }),
    homes: ['dsl 2a00:1:f00::/64'],
  },
]

const configOf = ({ lines = [fiber, dsl] }: Pick<Row, 'lines'>): Config => aConfig({ lines })

for (const row of ROWS) {
  test(row.name, () => {
    const config = configOf(row)
    const memory = memoryOf(config, row.memory)
    const facts = lineFacts(config, row.box, memory, new Map())
    assert.deepEqual(
      facts.flatMap((line) => routedTo(line).map((prefix) => `${line.config.name} ${formatPrefix(prefix)}`)),
      row.homes,
    )
    const { notes } = desired({ config, observed: row.box, memory, health: new Map() })
    const unclear = notes.filter(({ code }) => code === 'home-unclear').map(({ text }) => text.split(' ')[0])
    assert.deepEqual(unclear, row.unclear ?? [])
  })
}

test('hosts of a prefix that was replaced begin anew, and only they', () => {
  const config = configOf({})
  const endedIn = (lan: string): readonly unknown[] =>
    desired({
      config,
      observed: boxOf([FIBER, DSL, on('lan0', lan)], { ruleset: remembering(1, '2001:db8:100::/56') }),
      memory: memoryOf(config),
      health: new Map(),
    }).state.ended.map(({ mark, within }) => ({ mark, within: within && formatPrefix(within) }))
  assert.deepEqual(endedIn('2001:db8:200::1/64'), [{ mark: 0x100_0000, within: '2001:db8:100::/56' }])
  assert.deepEqual(endedIn('2001:db8:100:1::1/64'), [], 'a part of it is still there')
})
