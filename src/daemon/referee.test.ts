import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { OUR_TABLE, thingOf, type Culprit, type KernelState, type Move } from '../model/index.ts'
import { BOX, OTHER_LINES, TWO_LINES, reconciled } from './examples.ts'
import { Journal } from './journal.ts'
import { createLog } from './log.ts'
import { Referee } from './referee.ts'
import { WallClock } from './wall-clock.ts'

const { wanted } = (await reconciled(new FakeKernel(BOX), TWO_LINES)).report
const before = wanted.state
const [rule, otherRule] = before.rules
const [route] = before.routes
const [nexthop] = before.nexthops
assert.ok(rule && otherRule && route && nexthop)
const again = (await reconciled(new FakeKernel(BOX), OTHER_LINES)).report.wanted.state

const MANAGER: Culprit = { pid: 412, name: 'NetworkManager' }
const addRule: Move = { do: 'add-rule', rule }
const addRoute: Move = { do: 'add-route', route }

interface Scene {
  readonly referee: Referee
  readonly log: string[]
  nowMs: number
}

function scene(): Scene {
  const log: string[] = []
  const text = createLog('text', {}, (line) => log.push(line.slice(19).trim()))
  const it: Scene = {
    log,
    nowMs: 0,
    referee: new Referee(text, new Journal(new WallClock()), () => it.nowMs),
  }
  return it
}
const takes = ({ referee }: Scene, by: Culprit, ...things: readonly string[]): void => {
  for (const took of things) referee.heard({ about: 'rule', text: '', took, by })
}
const repair = ({ referee }: Scene, ...moves: readonly Move[]): void => void referee.judge(moves, before, [])

const ruleset: Move = { do: 'change-ruleset', from: undefined, to: before.ruleset }
const elements: Move = { do: 'change-ruleset', from: before.ruleset, to: before.ruleset }
const rpFilter = before.sysctls.find(({ key }) => key.endsWith('rp_filter')) ?? assert.fail()
const setting: Move = { do: 'set-sysctl', from: { ...rpFilter, value: '1' }, to: rpFilter }

// What the log says of a pass.
const ROWS: readonly { name: string; before?: KernelState; taken?: readonly (readonly [Culprit, string])[]; moves: readonly Move[]; told: readonly string[] }[] = [
  {
    name: 'who took a rule and a route is named once',
    taken: [[MANAGER, thingOf.rule(rule)], [MANAGER, thingOf.route(route)]],
    moves: [addRule, addRoute],
    told: ['removed by NetworkManager (pid 412), not by us: 1 rule and 1 route; put back'],
  },
  {
    name: 'who was gone already is told by number',
    taken: [[{ pid: 99 }, thingOf.rule(rule)]],
    moves: [addRule],
    told: ['removed by pid 99 (gone already), not by us: 1 rule; put back'],
  },
  {
    name: 'two of them are both named',
    taken: [[MANAGER, thingOf.rule(rule)], [{ pid: 9, name: 'ip' }, thingOf.rule(otherRule)]],
    moves: [addRule, { do: 'add-rule', rule: otherRule }],
    told: ['removed by NetworkManager (pid 412) and ip (pid 9), not by us: 2 rules; put back'],
  },
  {
    name: 'somebody whom the kernel does not name is said to be unknown',
    taken: [[{}, thingOf.nexthop(nexthop)]],
    moves: [{ do: 'add-nexthop', nexthop }],
    told: ['removed by somebody unknown, not by us: 1 nexthop; put back'],
  },
  { name: 'a flushed ruleset', taken: [[{ pid: 7, name: 'nft' }, `table ${OUR_TABLE}`]], moves: [ruleset], told: ['removed by nft (pid 7), not by us: 1 nft table; put back'] },
  { name: 'elements that nobody touched are our own business', moves: [elements], told: [] },
  { name: 'a setting that makes no event', moves: [setting], told: ['changed by somebody unknown, not by us: 1 setting (net/ipv4/conf/wan1/rp_filter); put back'] },
  { name: 'what is wished anew is no repair, whoever laid hands on something there', taken: [[MANAGER, thingOf.rule(rule)]], before: again, moves: [{ do: 'add-nexthop', nexthop: { ...nexthop, id: 222_999 } }], told: [] },
  { name: 'the first pass repairs nothing', moves: [], told: [] },
] // prettier-ignore

for (const row of ROWS) {
  test(row.name, () => {
    const it = scene()
    for (const [by, thing] of row.taken ?? []) takes(it, by, thing)
    it.referee.judge(row.moves, row.before ?? before, [])
    assert.deepEqual(it.log, row.told)
  })
}

test('what went with its link is nobody’s fault, and never a fight', () => {
  const it = scene()
  for (let i = 0; i < 20; i++) {
    it.referee.heard({ about: 'link', text: 'wan1' })
    repair(it, addRoute)
  }
  assert.deepEqual([it.log, it.referee.note], [[], undefined])
})

test('steps say who made them necessary', () => {
  const it = scene()
  takes(it, MANAGER, thingOf.rule(rule))
  const chapter = { sign: '!', subject: 'fiber', title: '', effect: '', why: ['x'] } as const
  const steps = [addRule, addRoute].map((move) => ({ move, why: 'fiber: usable' }))
  const [told] = it.referee.judge([addRule], before, [{ ...chapter, steps }])
  assert.deepEqual(told?.why, ['removed by NetworkManager (pid 412), not by us', 'fiber: usable'])
})

test('a fight is complained of once, waits longer and longer, and ends with a word', () => {
  const it = scene()
  for (let i = 0; i < 9; i++) {
    takes(it, MANAGER, thingOf.rule(rule))
    it.nowMs += it.referee.waitMs([addRule], before)
    repair(it, addRule)
  }
  const complaint = 'NetworkManager (pid 412) keeps removing our rules: 5 times in 1 min; repairing later and later, after 1 s now'
  assert.equal(it.log.filter((line) => line.includes('keeps removing')).length, 1)
  assert.equal(it.log.at(-1), complaint)
  assert.match(it.referee.note?.text ?? '', /5 times in 1 min; repairing later and later, after 16 s now$/)
  assert.equal(
    it.referee.whyNot([addRule], before),
    '1 rule of ours is missing, because NetworkManager (pid 412) keeps removing it',
  )
  for (let i = 0; i < 2; i++) {
    it.nowMs += it.referee.waitMs([addRule], before)
    repair(it, addRule)
  }
  assert.match(it.referee.note?.text ?? '', /repairing every 30 s now$/)
  it.nowMs += 60_000
  repair(it)
  assert.equal(it.referee.note, undefined)
  assert.equal(it.log.at(-1), 'nothing of ours was removed for 1 min: repairs are immediate again')
  assert.equal(it.referee.waitMs([addRule], before), 0)
}) // prettier-ignore

test('a second fight beside the first is told too, and what is taken once beside a fight', () => {
  const it = scene()
  for (let i = 0; i < 6; i++) repair(it, addRule)
  takes(it, MANAGER, thingOf.ruleset)
  repair(it, ruleset)
  for (let i = 0; i < 5; i++) repair(it, addRoute)
  const told = it.log.filter(
    (line) => !line.includes('1 rule; put back') && !line.includes('1 route; put back'),
  )
  assert.deepEqual(told, [
    'somebody unknown keeps removing our rules: 5 times in 1 min; repairing later and later, after 1 s now',
    'removed by NetworkManager (pid 412), not by us: 1 nft table; put back',
    'somebody unknown keeps removing our routes: 5 times in 1 min; repairing later and later, after 4 s now',
  ])
})

test('who was named once in a fight stays named when the next time nobody can be', () => {
  const it = scene()
  takes(it, MANAGER, thingOf.ruleset)
  for (let i = 0; i < 5; i++) {
    if (i === 4) takes(it, MANAGER, thingOf.ruleset)
    repair(it, ruleset)
  }
  repair(it, ruleset)
  assert.match(it.referee.note?.text ?? '', /^NetworkManager \(pid 412\) keeps removing our nft table:/)
})

test('in a fight nothing else waits: not what is not fought over, and not a line whose link moved', () => {
  const it = scene()
  for (let i = 0; i < 5; i++) repair(it, addRule)
  assert.equal(it.referee.waitMs([addRule], before), 1000)
  assert.equal(it.referee.waitMs([], before), 0)
  assert.equal(it.referee.waitMs([addRule, addRoute], before), 0)
  assert.equal(it.referee.waitMs([addRule, { do: 'delete-rule', rule: otherRule }], before), 0)
  it.referee.heard({ about: 'link', text: 'wan2' })
  assert.equal(it.referee.waitMs([addRule], before), 0)
})
