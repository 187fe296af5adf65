/** Rows of blocks: what they must not hide, and what they must not make up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cellsOf,
  delaySparks,
  rateSparks,
  untilNext,
  workedRatioOf,
  workedSparks,
  type Sample,
} from './watch-series.ts'

const at = (seconds: number, more: Partial<Sample> = {}): Sample => ({
  atMs: seconds * 1000,
  forMs: 10_000,
  delayMs: 4,
  downBitsPerSecond: 1_000_000,
  upBitsPerSecond: 0,
  watchedMs: 10_000,
  downMs: 0,
  ...more,
})
const span = { nowMs: 60_000, spanMs: 60_000, count: 6 }
const delays = (past: readonly Sample[], heard: readonly Sample[] = [], over = span): string =>
  delaySparks(cellsOf(past, heard, over))

test('each step is 2.4 times the one before: trembling is flat, a satellite is not', () => {
  const samples = [1, 4, 5, 40, 90, 600].map((delayMs, i) => at(i * 10, { delayMs }))
  assert.equal(delays(samples), '▁▂▂▅▆█')
})

test('what nobody measured is no good news, and a dead line is told from it', () => {
  const dead = at(20, { delayMs: null, downMs: 10_000 })
  assert.equal(delays([at(0), dead, at(50)]), '▂·✖··▂')
})

test('a span that shows more does not hide the worst moment', () => {
  const samples = [at(0), at(10, { delayMs: 600 }), at(20), at(30)]
  assert.equal(delays(samples, [], { ...span, count: 2 }), '█▂')
  const short = at(10, { downMs: 1000 })
  assert.equal(delays([at(0), short, at(20), at(30)], [], { ...span, count: 2 }), '✖▂')
})

test('what was heard goes before what is remembered of the same time', () => {
  const heard = at(30, { delayMs: 90 })
  assert.equal(delays([at(20), at(30, { delayMs: 600 }), at(40, { delayMs: 600 })], [heard]), '··▂▆··')
})

test('between what is remembered and what is heard there is no hole, unless the line became what it is in it', () => {
  const heard = (sinceMs: number): Sample => ({ ...at(50, { delayMs: 90 }), sinceMs })
  assert.equal(delays([at(20)], [heard(0)]), '··▂▆▆▆')
  assert.equal(delays([at(20)], [heard(35_000)]), '··▂··▆')
  assert.equal(delays([at(0)], [heard(0)]), '▂····▆')
  const [cell] = cellsOf([at(20)], [heard(0)], span).slice(3)
  assert.deepEqual([cell?.workedRatio, cell?.downBitsPerSecond], [1, undefined])
})

test('cells do not change as time goes on: they begin at whole multiples', () => {
  const samples = [at(0), at(10, { delayMs: 600 }), at(20)]
  const early = delays(samples, [], { ...span, nowMs: 55_000 })
  assert.equal(delays(samples, [], { ...span, nowMs: 59_000 }), early)
})

test('traffic: nothing is low, the most is full, unknown is neither', () => {
  assert.equal(rateSparks([0, 500, 1000, undefined], 1000), '▁▅█·')
  assert.equal(rateSparks([0], 0), '▁')
})

test('only a cell that worked all the time is full', () => {
  const cells = [{ workedRatio: 1 }, { workedRatio: 0.999 }, { workedRatio: 0.01 }, { workedRatio: 0 }, {}]
  assert.equal(workedSparks(cells), '█▇▁✖·')
})

test('how much worked is weighed by the time it was watched', () => {
  const long = at(0, { watchedMs: 90_000 })
  const dead = at(10, { downMs: 10_000 })
  assert.equal(workedRatioOf([long, dead], []), 0.9)
  assert.equal(workedRatioOf([], []), undefined)
})

test('news that come quickly count for no longer than they hold', () => {
  const dead = untilNext(at(0, { downMs: 10_000 }), 250)
  assert.deepEqual([dead.forMs, dead.watchedMs, dead.downMs], [250, 250, 250])
})
