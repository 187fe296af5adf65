import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  mark,
  tableId,
  type Config,
  type IpRule,
  type Observed,
  type Route,
} from '../model/index.ts'
import { desired } from './desired.ts'
import { diff } from './diff.ts'
import { aBox, aConfig, aRoute, aRule, birthRules, memoryOf, prefixOf } from './examples.ts'
import { catchers, catchersBeforeOurs, describeRule, exemptions } from './foreign-rules.ts'
import { numbersOf } from './numbers.ts'

const numbers = numbersOf({ marks: { mask: mark(0x3f00_0000) }, rulePriorityBase: 30_000 })
const WG_TABLE = 51_820
const wgDefault = aRoute({ table: tableId(WG_TABLE), dev: 'wg0' })
/** As wg-quick writes them, without a priority: the kernel puts them before the first rule behind local's. */
const wgRules = (first: number): IpRule[] => [
  aRule(first, 254, { suppressPrefixLength: 0 }),
  aRule(first + 1, WG_TABLE, { not: true, fwmark: { mark: mark(0xca6c), mask: mark(0xffff_ffff) } }),
]
const boxWith = (rules: readonly IpRule[], routes: readonly Route[]): Observed =>
  aBox({
    rules: [...birthRules, ...rules].toSorted((a, b) => a.priority - b.priority),
    routes: [...aBox().routes, ...routes],
  })

const balancedAtIn = (observed: Observed, config = aConfig()): number | undefined => {
  const { state } = desired({ config, observed, memory: memoryOf(config), health: new Map() })
  return state.rules.find((rule) => rule.table === 222)?.priority
}

const CATCHERS: readonly { name: string; box: Observed; caught: readonly string[]; balancedAt: number }[] = [
  {
    name: 'a box without other programs: the choice stands at its own place',
    box: aBox(),
    caught: [],
    balancedAt: 30_222,
  },
  {
    name: 'wg-quick was first: what it catches must not leave in clear, the choice goes behind it',
    box: boxWith(wgRules(32_764), [wgDefault]),
    caught: ['32765: not from all fwmark 0xca6c lookup 51820'],
    balancedAt: 32_765,
  },
  {
    name: 'we were first: wg-quick stands before us and wins by itself',
    box: boxWith(wgRules(30_048), [wgDefault]),
    caught: [],
    balancedAt: 30_222,
  },
  {
    name: 'Tailscale at 5270 stands before us',
    box: boxWith([aRule(5270, 52)], [aRoute({ table: tableId(52), dev: 'tailscale0' })]),
    caught: [],
    balancedAt: 30_222,
  },
  {
    name: 'a rule behind ours whose table leads only to some network decides no default',
    box: boxWith([aRule(31_000, 99)], [aRoute({ table: tableId(99), destination: prefixOf('10.8.0.0/16') })]),
    caught: [],
    balancedAt: 30_222,
  },
  {
    name: 'two halves instead of a default are a default all the same (OpenVPN)',
    box: boxWith(
      [aRule(31_000, 99)],
      [aRoute({ table: tableId(99), destination: prefixOf('0.0.0.0/1'), dev: 'tun0' })],
    ),
    caught: ['31000: from all lookup 99'],
    balancedAt: 32_765,
  },
  {
    name: "a user's own VPN must not be bypassed by that user's programs: the choice goes behind it",
    box: boxWith(
      [aRule(32_700, 77, { uids: { first: 1000, last: 1000 } })],
      [aRoute({ table: tableId(77), dev: 'tun0' })],
    ),
    caught: ['32700: from all uidrange 1000-1000 lookup 77'],
    balancedAt: 32_765,
  },
  {
    name: 'our own rules catch nothing from us',
    box: boxWith(
      [aRule(30_222, 222, { protocol: OUR_PROTOCOL })],
      [aRoute({ table: tableId(222), protocol: OUR_PROTOCOL })],
    ),
    caught: [],
    balancedAt: 30_222,
  },
]

for (const { name, box, caught, balancedAt } of CATCHERS) {
  test(name, () => {
    assert.deepEqual(
      catchers(box, numbers).map(({ rule }) => describeRule(rule)),
      caught,
    )
    assert.equal(balancedAtIn(box), balancedAt)
    assert.equal(balancedAtIn(box, aConfig({ vpn: 'first' })), balancedAt)
    assert.equal(balancedAtIn(box, aConfig({ vpn: 'ours' })), 30_222)
  })
}

const EXEMPTIONS: readonly {
  name: string
  rules: readonly IpRule[]
  routes: readonly Route[]
  exempt: readonly object[]
}[] = [
  {
    name: 'a rule by the interface of the LAN, which fib cannot see: its traffic is left alone',
    rules: [aRule(100, 77, { iif: 'lan0', from: prefixOf('10.0.0.64/26') })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [{ is: 'match', iif: 'lan0', from: prefixOf('10.0.0.64/26') }],
  },
  {
    name: 'a rule by interface to a table with one network: only that network is left alone',
    rules: [aRule(100, 77, { iif: 'lan0' })],
    routes: [aRoute({ table: tableId(77), destination: prefixOf('10.8.0.0/16'), dev: 'tun0' })],
    exempt: [{ is: 'match', iif: 'lan0', to: prefixOf('10.8.0.0/16') }],
  },
  {
    name: 'a rule by an interface that is none of the LAN takes nothing from the LAN',
    rules: [aRule(100, 77, { iif: 'docker0' })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [],
  },
  {
    name: 'a rule behind ours that asks for ports: nothing is chosen rather than bypass it',
    rules: [aRule(31_000, 77, { other: ['ipproto', 'dport'] })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [{ is: 'everything' }],
  },
  {
    name: 'a VPN of one user behind ours: the LAN goes on being balanced',
    rules: [aRule(32_700, 77, { uids: { first: 1000, last: 1000 } })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [],
  },
  {
    name: 'programs on the box do not come in by the LAN',
    rules: [aRule(100, 77, { iif: 'lan0', uids: { first: 1000, last: 1000 } })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [],
  },
  {
    name: 'what comes in by the LAN counts as of user 0',
    rules: [aRule(100, 77, { iif: 'lan0', uids: { first: 0, last: 999 } })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [{ is: 'match', iif: 'lan0' }],
  },
  {
    name: 'a rule before ours that asks for ports wins by itself',
    rules: [aRule(100, 77, { other: ['ipproto', 'dport'] })],
    routes: [aRoute({ table: tableId(77), dev: 'tun0' })],
    exempt: [],
  },
  {
    name: "wg-quick's rules need no exemption: fib sees them",
    rules: wgRules(32_764),
    routes: [wgDefault],
    exempt: [],
  },
]

const exempted = (config: Config, rules: readonly IpRule[], routes: readonly Route[]): object[] =>
  exemptions(config, boxWith(rules, routes), numbers).map((one) => ({ ...one, because: undefined }))

for (const { name, rules, routes, exempt } of EXEMPTIONS) {
  test(name, () => {
    assert.deepEqual(
      exempted(aConfig(), rules, routes),
      exempt.map((one) => ({ ...one, because: undefined })),
    )
  })
}

test('with vpn: ours only rules that stand before ours take something from the LAN', () => {
  const tunnel = [aRoute({ table: tableId(77), dev: 'tun0' })]
  const ours = aConfig({ vpn: 'ours' })
  assert.equal(exempted(ours, [aRule(100, 77, { iif: 'lan0' })], tunnel).length, 1)
  assert.deepEqual(exempted(ours, [aRule(31_000, 77, { iif: 'lan0' })], tunnel), [])
  assert.deepEqual(exempted(ours, [aRule(31_000, 77, { other: ['dport'] })], tunnel), [])
})

test('what takes everything before ours is told from what asks for little', () => {
  const marked = { fwmark: { mark: mark(0xca6c), mask: mark(0xffff_ffff) } }
  const box = boxWith(
    [
      aRule(90, MAIN_TABLE),
      aRule(100, 77, { from: prefixOf('10.0.0.9/32') }),
      aRule(101, 77, marked),
      aRule(102, 77, { suppressPrefixLength: 0 }),
      aRule(103, 78),
      ...wgRules(30_048),
    ],
    [
      wgDefault,
      aRoute({ dev: 'wan1' }),
      aRoute({ table: tableId(77), dev: 'tun0' }),
      aRoute({ table: tableId(78), type: 'throw' }),
    ],
  )
  assert.deepEqual(
    catchersBeforeOurs(box, numbers).map(({ rule }) => describeRule(rule)),
    ['90: from all lookup 254', '30049: not from all fwmark 0xca6c lookup 51820'],
  )
})

test('a rule that came later to the last place before main is overtaken again: ours goes and comes back behind it', () => {
  const config = aConfig()
  const ours = aRule(32_765, 222, { protocol: OUR_PROTOCOL })
  const movesIn = (...rules: IpRule[]): string[] => {
    const observed = boxWith(rules, [wgDefault])
    const wanted = desired({ config, observed, memory: memoryOf(config), health: new Map() })
    return diff(observed, wanted.state, memoryOf(config).originals).flatMap((move) =>
      (move.do === 'add-rule' || move.do === 'delete-rule') && move.rule.table === 222
        ? [`${move.do} ${move.rule.priority}`]
        : [],
    )
  }
  const theirs = aRule(32_765, WG_TABLE)
  assert.deepEqual(movesIn(theirs, ours), [])
  assert.deepEqual(movesIn(ours, theirs), ['delete-rule 32765', 'add-rule 32765'])
})

test('while a rule asks for what we cannot match, no slot is filled, and what leaves by a line stays on it', () => {
  const config = aConfig()
  const box = boxWith(
    [aRule(31_000, 77, { other: ['dport'] })],
    [aRoute({ table: tableId(77), dev: 'tun0' })],
  )
  const { state } = desired({ config, observed: box, memory: memoryOf(config), health: new Map() })
  const sizeOf = (name: string) => state.ruleset?.maps.find((map) => map.name === name)?.elements.size
  assert.equal(sizeOf('slots'), 0)
  assert.equal(sizeOf('took'), 2)
})
