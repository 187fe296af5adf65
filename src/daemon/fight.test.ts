import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PEACE, missed, quiet, repaired, waitMs, type Fight } from './fight.ts'

const RULE = 'rule 30101'
const ROUTE = 'route 0.0.0.0/0 of table 201'

const after = (...repairs: readonly (readonly [atMs: number, ...things: string[]])[]): Fight =>
  repairs.reduce((fight, [atMs, ...things]) => repaired(fight, things, atMs), PEACE)
const often = (times: number, everyMs: number): Fight =>
  after(...Array.from({ length: times }, (_, i) => [i * everyMs, RULE] as const))

// How long something that is missing waits for its repair.
const ROWS: readonly { name: string; fight: Fight; missing: string[]; nowMs: number; waitMs: number }[] = [
  { name: 'the first time', fight: PEACE, missing: [RULE], nowMs: 0, waitMs: 0 },
  { name: 'four repairs in a second are no fight', fight: often(4, 250), missing: [RULE], nowMs: 1000, waitMs: 0 },
  { name: 'five in a second are', fight: often(5, 250), missing: [RULE], nowMs: 1000, waitMs: 1000 },
  { name: 'and the sixth comes a second later', fight: often(5, 250), missing: [RULE], nowMs: 2000, waitMs: 0 },
  { name: 'four a minute, hour after hour, are not', fight: often(240, 15_000), missing: [RULE], nowMs: 3_600_000, waitMs: 0 },
  { name: 'what nobody fights over waits for nothing', fight: often(5, 100), missing: [ROUTE], nowMs: 500, waitMs: 0 },
  { name: 'and takes along what is fought over', fight: often(5, 100), missing: [RULE, ROUTE], nowMs: 500, waitMs: 0 },
  {
    name: 'five different things, once each, are a flush and no fight',
    fight: after([0, 'rule 1', 'rule 2', 'rule 3', 'rule 4', 'rule 5']),
    missing: ['rule 1'],
    nowMs: 10,
    waitMs: 0,
  },
] // prettier-ignore

for (const { name, fight, missing, nowMs, waitMs: expected } of ROWS) {
  test(name, () => assert.equal(waitMs(fight, missing, nowMs), expected))
}

test('against somebody who never gives in, repairs come later and later, up to every 30 s', () => {
  let fight = often(5, 10)
  let nowMs = 40
  const pauses: number[] = []
  for (let i = 0; i < 7; i++) {
    fight = missed(fight, [RULE], nowMs)
    const pauseMs = waitMs(fight, [RULE], nowMs)
    pauses.push(pauseMs)
    nowMs += pauseMs
    fight = repaired(fight, [RULE], nowMs)
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
})

test('what stands for two seconds each time is put back each time at once: the line works meanwhile', () => {
  let fight = often(5, 10_000)
  assert.ok(fight.contest !== undefined, 'but it is complained of')
  for (let nowMs = 50_000; nowMs < 600_000; nowMs += 10_000) {
    fight = missed(fight, [RULE], nowMs)
    assert.equal(waitMs(fight, [RULE], nowMs), 0)
    fight = repaired(fight, [RULE], nowMs)
  }
})

test('once it begins to stand, the waiting is over; once it goes at once again, it begins anew', () => {
  let fight = often(9, 10)
  fight = missed(fight, [RULE], 81)
  assert.equal(waitMs(fight, [RULE], 100), 15_980)
  assert.equal(waitMs(fight, [RULE], 15_080), 1000, 'how long it is missing makes no difference')
  fight = missed(repaired(fight, [RULE], 16_080), [RULE], 19_000)
  assert.equal(waitMs(fight, [RULE], 19_000), 0)
  fight = missed(repaired(fight, [RULE], 19_000), [RULE], 19_010)
  assert.equal(waitMs(fight, [RULE], 19_010), 0)
  fight = missed(repaired(fight, [RULE], 19_010), [RULE], 19_020)
  assert.equal(waitMs(fight, [RULE], 19_020), 990)
})

test('a minute without anything to repair is peace, and then repairs are at once again', () => {
  const fight = often(5, 10)
  assert.equal(quiet(fight, 60_039), fight)
  assert.equal(quiet(fight, 60_040), PEACE)
})

test('a fight widens: what is taken away as often is fought over too', () => {
  const fight = after(...Array.from({ length: 5 }, (_, i) => [i, RULE, ROUTE] as const))
  assert.equal(waitMs(fight, [RULE, ROUTE], 4), 1000)
})

test('what is remembered does not grow: only what was repaired within a minute, and only the last times', () => {
  let fight: Fight = PEACE
  for (let i = 0; i < 10_000; i++) fight = repaired(fight, [RULE, `rule ${i}`], i * 100)
  assert.ok(fight.repairs.size <= 601, String(fight.repairs.size))
  assert.ok([...fight.repairs.values()].every((times) => times.length <= 5))
})
