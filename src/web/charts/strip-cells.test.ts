import assert from 'node:assert/strict'
import { test } from 'node:test'
import { availability, cellsOf, workedIn } from './strip-cells.ts'

const BEGAN = Date.parse('2026-11-22T00:00:00.000Z')
const MINUTE_MS = 60_000
const NOTHING = { delayMs: null, jitterMs: null, lossRatio: null }
const point = (minute: number, downMs: number, suspectMs = 0) => ({
  time: new Date(BEGAN + minute * MINUTE_MS).toISOString(),
  watchedMs: MINUTE_MS,
  downMs,
  suspectMs,
  ...NOTHING,
})

test('the worst of a cell wins, its height says how much worked, and what nobody watched is nothing good', () => {
  const points = [point(0, 0), point(1, 6000, 2000), point(2, 0, 1000), point(3, 0), point(4, 0), point(5, 0)]
  const cells = cellsOf({ points, stepMs: MINUTE_MS }, BEGAN, BEGAN + 8 * MINUTE_MS, 4)
  assert.deepEqual(
    cells.map(({ worst, workedRatio }) => [worst, workedRatio]),
    [
      ['down', 0.95],
      ['suspect', 1],
      ['up', 1],
      ['unknown', 0],
    ],
  )
})

test('steps that are longer than a cell, and a span that begins between two, leave no holes', () => {
  const points = [point(10, 0), point(20, 0), point(30, 0)]
  const cells = cellsOf({ points, stepMs: 10 * MINUTE_MS }, BEGAN + 7 * MINUTE_MS, BEGAN + 37 * MINUTE_MS, 30)
  assert.deepEqual(
    cells.map(({ worst }) => worst),
    ['unknown', 'up', 'up', 'up'],
  )
})

test('nearly all is never told as all', () => {
  assert.equal(availability(1), '100 %')
  assert.equal(availability(0.999_999), '99.99 %')
  assert.equal(availability(0.9551), '95.51 %')
})

test('nothing watched is no share of anything', () => {
  assert.deepEqual(workedIn({ points: [], outages: [] }), { watchedMs: 0, ratio: null, outages: 0 })
})
