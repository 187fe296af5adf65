/** What a plan calls a change of the file, and what a repair: whoever wrote the file is not told that it was broken. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import type { Config, Observed } from '../model/index.ts'
import type { Memory, PlanReport } from '../plan/index.ts'
import { lastApplied } from './choose-config.ts'
import { accept, beginTrial, emptyHistory, fingerprintOf } from './config-history.ts'
import { BOX, configOf, reconciled } from './examples.ts'
import { plannedFor } from './planned.ts'
import { look, withLineIds } from './reconciler.ts'

type PlanGroup = PlanReport['groups'][number]

/** @param more below `fiber`, the eighth line of the file @param top at the top, the tenth */
const file = (more = '', top = '', second = ''): string => `lan: { interfaces: [lan0] }
lines:
  fiber:
    interface: wan1
    weight: 3
    address: [198.51.1.2/24${second}]
    gateway: 198.51.1.1
    ${more}
  dsl: { interface: wan2 }
${top}
`
const BEFORE = configOf(file())

async function applied(): Promise<{ observed: Observed; memory: Memory }> {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, BEFORE)
  const reading = await look(kernel, BEFORE, memory)
  assert.ok(reading.ok)
  return { observed: reading.value, memory }
}

function groups(config: Config, box: { observed: Observed; memory: Memory }, former?: Config): PlanGroup[] {
  const memory = withLineIds(box.memory, config)
  return [...plannedFor({ config, former, observed: box.observed, memory, health: new Map() }).report.groups]
}

const told = ({ sign, subject, title, why, effect }: PlanGroup): string =>
  [`${sign} ${subject}: ${title}`, ...why.map((one) => `why ${one}`), `effect ${effect}`].join('\n')

const CHANGES: readonly [name: string, text: string, told: readonly string[]][] = [
  [
    'resolvers of a line',
    file('dns: [198.51.1.53, 198.51.1.54]'),
    [
      `~ fiber: new in the file: dns
why config.yaml:8 is new
why 198.51.1.53 is a resolver of fiber: whoever asks it asks by fiber
why 198.51.1.54 is a resolver of fiber: whoever asks it asks by fiber
effect this box asks 198.51.1.53 and 198.51.1.54 for names by fiber; none on new connections: 75 %`,
      `~ router: whose resolvers are asked by which line
why dns of fiber in the file (config.yaml:8)
effect questions for names to 198.51.1.53 and 198.51.1.54 leave by fiber`,
    ],
  ],
  [
    'a second address',
    file('', '', ', 198.51.1.3/24'),
    [
      `~ fiber: changed in the file: address
why config.yaml:6 changed
why config.yaml:6: 198.51.1.3/24
why 198.51.1.3 is of fiber (config.yaml:6)
effect what is sent from 198.51.1.3 leaves by fiber; none on new connections: 75 %`,
    ],
  ],
  [
    'a network that is routed here: hosts are tied to the line',
    file('networks: 203.0.113.64/29'),
    [
      `~ fiber: new in the file: networks
why config.yaml:8 is new
why 203.0.113.64/29 is of fiber (config.yaml:8)
effect what is sent from 203.0.113.64/29 leaves by fiber; none on new connections: 75 %`,
      `~ router: whose addresses belong to a line
why networks of fiber in the file (config.yaml:8)
effect hosts with an address of 203.0.113.64/29 leave by fiber, and keep it`,
    ],
  ],
  [
    'who is translated',
    file('nat: off'),
    [
      `~ router: the choice of a line
why nat of fiber is new (config.yaml:8)
effect new connections by fiber leave with the address that the host has`,
    ],
  ],
  [
    'where they meet again',
    file('', 'affinity: client'),
    [
      `~ router: the choice of a line
why affinity is new (config.yaml:10)
effect new connections: a client takes the line that it took before`,
    ],
  ],
]

for (const [name, text, chapters] of CHANGES) {
  test(`what the file says anew is a change with its place and what it does: ${name}`, async () => {
    const box = await applied()
    assert.deepEqual(groups(configOf(text), box, BEFORE).map(told), chapters)
  })
}

test('what the file no longer says is named, though it has no place any more', async () => {
  const kernel = new FakeKernel(BOX)
  const former = configOf(file('dns: [198.51.1.53]'))
  const { memory } = await reconciled(kernel, former)
  const reading = await look(kernel, former, memory)
  assert.ok(reading.ok)
  const [line, router] = groups(BEFORE, { observed: reading.value, memory }, former)
  assert.deepEqual(
    [line?.title, line?.why[0]],
    ['gone from the file: dns', 'dns is no longer in config.yaml'],
  )
  assert.equal(router?.effect, 'questions for names to 198.51.1.53 are chosen for as anything else')
})

test('a rule that somebody took away is a repair, unless the file is another or nobody knows what was applied', async () => {
  const box = await applied()
  const rules = box.observed.rules.filter(({ from }) => from?.address !== '198.51.1.2')
  assert.equal(rules.length, box.observed.rules.length - 1)
  const torn = { ...box, observed: { ...box.observed, rules } }
  const signs = (config: Config, former?: Config): string[] =>
    groups(config, torn, former).map(({ sign, subject, title }) => `${sign} ${subject}: ${title}`)
  assert.deepEqual(signs(BEFORE, BEFORE), ['! fiber: one thing is missing'])
  const commented = configOf(`# the same, two lines further down\n\n${file()}`)
  assert.deepEqual(signs(commented, BEFORE), ['! fiber: one thing is missing'])
  assert.deepEqual(signs(configOf(file('metered: true')), BEFORE), ['~ fiber: new in the file: metered'])
  assert.deepEqual(signs(BEFORE), ['~ fiber: usable'])
})

test('with all rules of a line gone it is no new line', async () => {
  const box = await applied()
  const rules = box.observed.rules.filter(({ table }) => table !== 201)
  const [group] = groups(BEFORE, { ...box, observed: { ...box.observed, rules } }, BEFORE)
  assert.equal(`${group?.sign} ${group?.title}`, '! 3 things are missing')
})

test('what was applied last is what was accepted, or is on trial; of a trial whose text is gone nobody knows', () => {
  const reading = { source: file('nat: off'), config: configOf(file('nat: off')) }
  const accepted = accept(emptyHistory, file(), 1)
  const nat = (history: Parameters<typeof lastApplied>[0]): unknown =>
    lastApplied(history, reading)?.lines[0]?.nat
  assert.equal(nat(emptyHistory), undefined)
  assert.equal(nat(accepted), 'auto')
  assert.equal(nat(accept(emptyHistory, reading.source, 1)), 'off')
  assert.equal(nat(beginTrial(accepted, file('nat: snat'), 2, 'api')), 'snat')
  assert.equal(nat(beginTrial(accepted, reading.source, 2)), 'off')
  assert.equal(nat(beginTrial(accepted, 'gone', 2)), undefined)
  assert.equal(nat({ ...accepted, trial: { fingerprint: fingerprintOf('x'), sinceMs: 2 } }), undefined)
})

test('what somebody took out of the table is said to be so, and nothing of it where nobody knows what was applied', async () => {
  const { observed, memory } = await applied()
  assert.ok(observed.ruleset)
  const chains = observed.ruleset.chains.map((chain) =>
    chain.name.startsWith('nat_') ? { ...chain, rules: [] } : chain,
  )
  const torn = { memory, observed: { ...observed, ruleset: { ...observed.ruleset, chains } } }
  const saysOf = (former?: Config): unknown => groups(BEFORE, torn, former).map(({ why, effect }) => [...why, effect]) // prettier-ignore
  assert.deepEqual(saysOf(BEFORE), [['it is not as it should be', 'traffic goes as the file says again']])
  assert.deepEqual(saysOf(), [['it is not as the file says', 'traffic goes as the file says']])
})
