import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config, LeaseNews, LineConfig, LineVerdict, Observed } from '../model/index.ts'
import { desired, type Desired } from './desired.ts'
import { aBox, aConfig, aLine, aRoute, aRule, birthRules, dsl, fiber, memoryOf } from './examples.ts'
import { resolversInUse } from './resolvers.ts'

const FIBERS = '198.18.1.53'
const DSLS = '198.18.2.53'
const PUBLIC = '9.9.9.9'
const MYSTERY = '192.0.2.99'

const news = (dev: string, dns: readonly string[], rest: Partial<LeaseNews> = {}): LeaseNews => ({
  interface: dev,
  source: 'networkd',
  dns,
  ...rest,
})

const DEAD: LineVerdict = { health: 'down' }

interface Row {
  readonly name: string
  readonly fiber?: Partial<LineConfig>
  readonly dsl?: Partial<LineConfig>
  readonly config?: Partial<Config>
  readonly box?: Partial<Observed>
  readonly dead?: readonly string[]
  /** `RESOLVER LINE` of what the LAN asks. */
  readonly asked: readonly string[]
  /** The same of what the box asks, where it is something else. */
  readonly askedByBox?: readonly string[]
  readonly told: readonly string[]
}

const ROWS: readonly Row[] = [
  { name: 'nobody knows of a resolver: nothing is in the way', asked: [], told: [] },
  {
    name: "each provider's resolver is asked by its line; both are told",
    fiber: { dns: [FIBERS] },
    dsl: { dns: [DSLS] },
    asked: [`${FIBERS} fiber`, `${DSLS} dsl`],
    told: [FIBERS, DSLS],
  },
  {
    name: 'the resolver of a dead line stays where it belongs, and nobody is told of it',
    fiber: { dns: [FIBERS] },
    dsl: { dns: [DSLS] },
    dead: ['fiber'],
    asked: [`${FIBERS} fiber`, `${DSLS} dsl`],
    told: [DSLS],
  },
  {
    name: 'whoever reads three of a list finds one of each line',
    fiber: { dns: [FIBERS, '198.18.1.54'] },
    dsl: { dns: [DSLS, '198.18.2.54'] },
    asked: [`${FIBERS} fiber`, '198.18.1.54 fiber', `${DSLS} dsl`, '198.18.2.54 dsl'],
    told: [FIBERS, DSLS, '198.18.1.54', '198.18.2.54'],
  },
  {
    name: 'one that both lines have is asked by the first that lives',
    fiber: { dns: [MYSTERY] },
    dsl: { dns: [MYSTERY] },
    dead: ['fiber'],
    asked: [`${MYSTERY} dsl`],
    told: [MYSTERY],
  },
  {
    name: 'a backup in reserve is neither asked nor told of, unless the resolver is its own',
    fiber: { dns: [MYSTERY] },
    dsl: { role: 'backup', dns: [MYSTERY, DSLS] },
    asked: [`${MYSTERY} fiber`, `${DSLS} dsl`],
    told: [MYSTERY],
  },
  {
    name: 'a public resolver goes with its line, and when that is dead by any: it answers everybody',
    fiber: { dns: [PUBLIC] },
    dead: ['fiber'],
    asked: [],
    told: [],
  },
  {
    name: 'auto: what came with the address, the most trusted news first',
    box: {
      leases: [news('wan2', []), news('wan2', [DSLS]), news('wan2', [MYSTERY]), news('wan9', [FIBERS])],
    },
    asked: [`${DSLS} dsl`],
    told: [DSLS],
  },
  {
    name: 'off: news of resolvers changes nothing',
    dsl: { dns: [] },
    box: { leases: [news('wan2', [DSLS])] },
    asked: [],
    told: [],
  },
  {
    name: 'on a shared card the gateway tells whose news it is',
    fiber: { interface: 'wan1', gateways: ['198.51.100.1'] },
    dsl: { interface: 'wan1', gateways: ['198.51.100.14'] },
    box: { leases: [news('wan1', [MYSTERY]), news('wan1', [DSLS], { gateway: '198.51.100.14' })] },
    asked: [`${DSLS} dsl`],
    told: [DSLS],
  },
  {
    name: 'while a VPN takes all, the box asks by the VPN; the LAN is looked at by the guard',
    fiber: { dns: [FIBERS] },
    box: {
      rules: [...birthRules, aRule(32_765, 51_820)],
      routes: [...aBox().routes, aRoute({ table: aRule(1, 51_820).table ?? assert.fail(), dev: 'wg0' })],
    },
    asked: [`${FIBERS} fiber`],
    askedByBox: [],
    told: [FIBERS],
  },
  {
    name: '… unless the operator wants the lines to win',
    config: { vpn: 'ours' },
    fiber: { dns: [FIBERS] },
    box: {
      rules: [...birthRules, aRule(32_765, 51_820)],
      routes: [...aBox().routes, aRoute({ table: aRule(1, 51_820).table ?? assert.fail(), dev: 'wg0' })],
    },
    asked: [`${FIBERS} fiber`],
    told: [FIBERS],
  },
]

for (const { name, asked, askedByBox = asked, told, ...row } of ROWS) {
  test(name, () => {
    const wanted = plan(row)
    const names = new Map(wanted.lines.map(({ id, config }) => [Number(id), config.name]))
    const elements = wanted.state.ruleset?.maps.find((map) => map.name === 'dns4')?.elements ?? new Map()
    const of = (port: number): string[] =>
      [...elements].flatMap(([key, verdict]) =>
        key.endsWith(` . ${port}`)
          ? [`${key.split(' ')[0]} ${names.get(Number(verdict.split('_')[1]))}`]
          : [],
      )
    assert.deepEqual(of(53), asked)
    assert.deepEqual(of(853), asked)
    for (const port of [53, 853]) {
      const rules = wanted.state.rules.filter(({ dport }) => dport === port)
      assert.deepEqual(
        rules.map(({ to, table }) => `${to?.address} ${names.get(Number(table) - 200)}`),
        askedByBox,
      )
    }
    assert.deepEqual(resolversInUse(wanted.resolvers), told)
  })
}

test("the box's questions are looked at after what is bound to a line, and before the balanced rule", () => {
  const { rules } = plan({ fiber: { dns: [FIBERS] } }).state
  const order = rules.map(({ dport, fwmark, from, oif, priority }) => ({
    kind: dport !== undefined ? 'dns' : fwmark ? 'pinned' : (from ?? oif) ? 'bound' : 'other',
    priority,
  }))
  const kinds = order.toSorted((a, b) => a.priority - b.priority).map(({ kind }) => kind)
  assert.deepEqual([...new Set(kinds)], ['other', 'pinned', 'bound', 'dns'])
  assert.equal(kinds.at(-1), 'other')
})

function plan({
  fiber: one,
  dsl: two,
  config: rest,
  box,
  dead = [],
}: Omit<Row, 'name' | 'asked' | 'told'>): Desired {
  const lines = [aLine('fiber', 'wan1', { ...fiber, ...one }), aLine('dsl', 'wan2', { ...dsl, ...two })]
  const config = aConfig({ lines, ...rest })
  return desired({
    config,
    observed: aBox(box),
    memory: memoryOf(config),
    health: new Map(dead.map((name) => [name, DEAD])),
  })
}
