import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, type LineHealth } from '../model/index.ts'
import { missesForBench, missesForDown } from './loss.ts'
import { nextState, type Evidence } from './next-state.ts'

const NOW_MS = 60_000
const SILENCE: Evidence = {
  proven: false,
  lastProofMs: NOW_MS - 1000,
  lively: false,
  lifeNow: false,
  questionMissed: false,
  missedInARow: 0,
  lossRatio: 0,
  hasWitness: true,
  unanswered: 0,
  unansweredSinceMs: undefined,
  refuted: false,
  cameBack: false,
}
const MISSED = { missedInARow: 8 }
const LIVELY = { lively: true, lifeNow: true }
const LONG_AGO = { lastProofMs: NOW_MS - 6000 }

const ROWS: readonly {
  name: string
  from: LineHealth
  forMs?: number
  shows: Partial<Evidence>
  to: LineHealth
}[] = [
  { name: 'silence alone', from: 'up', shows: {}, to: 'up' },
  { name: 'a question without any answer', from: 'up', shows: { questionMissed: true }, to: 'suspect' },
  { name: 'a first answer', from: 'unknown', shows: { proven: true }, to: 'up' },
  {
    name: 'users answered before we are',
    from: 'unknown',
    shows: { ...LIVELY, hasWitness: false },
    to: 'up',
  },
  { name: 'no first answer', from: 'unknown', shows: { questionMissed: true }, to: 'suspect' },
  { name: 'an answer', from: 'suspect', shows: { proven: true, ...MISSED }, to: 'up' },
  { name: 'life, and an answer not long ago', from: 'suspect', shows: LIVELY, to: 'up' },
  { name: 'life, and no answer for long', from: 'suspect', shows: { ...LIVELY, ...LONG_AGO }, to: 'suspect' },
  { name: 'misses enough', from: 'suspect', shows: MISSED, to: 'down' },
  { name: 'misses enough, too early', from: 'suspect', forMs: 499, shows: MISSED, to: 'suspect' },
  {
    name: 'misses enough elsewhere, not on a lossy line',
    from: 'suspect',
    shows: { ...MISSED, lossRatio: 0.3 },
    to: 'suspect',
  },
  {
    name: 'misses enough on a lossy line',
    from: 'suspect',
    shows: { missedInARow: 12, lossRatio: 0.3 },
    to: 'down',
  },
  {
    name: 'misses enough, and life just now',
    from: 'suspect',
    shows: { ...MISSED, lifeNow: true },
    to: 'suspect',
  },
  {
    name: 'misses enough, life, no answer for long',
    from: 'suspect',
    shows: { ...MISSED, ...LIVELY, ...LONG_AGO },
    to: 'down',
  },
  {
    name: 'misses of nobody who ever answered',
    from: 'suspect',
    shows: { ...MISSED, hasWitness: false },
    to: 'suspect',
  },
  {
    name: 'life where nobody ever answered',
    from: 'suspect',
    shows: { ...LIVELY, ...LONG_AGO, hasWitness: false },
    to: 'up',
  },
  {
    name: 'users without an answer for three seconds where nobody ever answered',
    from: 'suspect',
    shows: { hasWitness: false, unanswered: 5, unansweredSinceMs: NOW_MS - 3000 },
    to: 'down',
  },
  { name: 'an answer that is not enough', from: 'down', shows: { proven: true }, to: 'down' },
  { name: 'a late answer to an old probe', from: 'down', shows: { refuted: true }, to: 'up' },
  { name: 'answers for long enough', from: 'down', shows: { cameBack: true }, to: 'up' },
]

for (const { name, from, forMs = 500, shows, to } of ROWS) {
  test(`${from}, ${name}: ${to}`, () => {
    const state = { is: from, sinceMs: NOW_MS - forMs }
    const next = nextState(state, { ...SILENCE, ...shows }, DEFAULT_HEALTH, NOW_MS)
    assert.deepEqual(next, from === to ? state : { is: to, sinceMs: NOW_MS })
  })
}

for (const { lossRatio, down, bench } of [
  { lossRatio: 0, down: 8, bench: 3 },
  { lossRatio: 0.1, down: 8, bench: 3 },
  { lossRatio: 0.3, down: 12, bench: 6 },
  { lossRatio: 0.5, down: 20, bench: 10 },
  { lossRatio: 1, down: 24, bench: 12 },
]) {
  test(`${lossRatio * 100} % lost as usual: ${down} misses for a dead line, ${bench} for a dead target`, () => {
    assert.deepEqual([missesForDown(lossRatio), missesForBench(lossRatio)], [down, bench])
  })
}
