import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../../api/fake.ts'
import { downFor, medianOf, mostOf, pastSeries, rowsOf } from './past-series.ts'

const spread = { min: 1, p10: 2, median: 4, p90: 9, max: 30 }
const history = {
  ...EXAMPLES.lineHistory,
  from: '2026-11-22T14:00:00.000Z',
  to: '2026-11-22T14:04:00.000Z',
  stepMs: 60_000,
  points: [
    { time: '2026-11-22T14:00:00.000Z', watchedMs: 60_000, downMs: 0, suspectMs: 0, delayMs: spread, jitterMs: null, lossRatio: { mean: 0.1, max: 0.4 }, receivedBytes: 7_500_000, sentBytes: 750_000 },
    { time: '2026-11-22T14:02:00.000Z', watchedMs: 30_000, downMs: 30_000, suspectMs: 0, delayMs: null, jitterMs: null, lossRatio: null, receivedBytes: 0, sentBytes: 0 },
  ],
} // prettier-ignore

test('where nothing is known there is a hole, and no line is drawn over it', () => {
  const series = pastSeries(history)
  assert.equal(series.times.length, 4)
  assert.deepEqual(series.median, [4, null, null, null])
  assert.deepEqual(series.loss, [40, null, null, null])
})

test('down is above the axis and up below, in Mbit/s of the time that was watched', () => {
  const series = pastSeries(history)
  assert.deepEqual(series.down, [1, null, 0, null])
  assert.deepEqual(series.up, [-0.1, null, -0, null])
})

test('of the other family delay and loss are shown, and the bytes of both', () => {
  const [first, second] = history.points
  assert.ok(first && second)
  const ipv6 = {
    stepMs: history.stepMs,
    points: [{ ...second, delayMs: { ...spread, median: 7 } }],
    outages: [],
  }
  const series = pastSeries({ ...history, ipv6 }, true)
  assert.deepEqual(series.median, [null, null, 7, null])
  assert.deepEqual(series.down, [1, null, 0, null])
})

test('of nothing there is no median and no most', () => {
  assert.deepEqual(
    [medianOf([null]), mostOf([null]), medianOf([3, null, 1, 2]), mostOf([3, null, 1])],
    [null, null, 2, 3],
  )
})

test('a table has so many rows that one can read it, and leaves nothing out', () => {
  const series = pastSeries({ ...history, to: '2026-11-22T15:40:00.000Z' })
  const rows = rowsOf(series, 24)
  assert.ok(rows.length <= 24)
  assert.equal(
    rows.reduce((sum, { at, to }) => sum + to - at, 0),
    series.times.length,
  )
})

test('an outage shorter than a step is marked where it was, one that goes on to the end, one of before not at all', () => {
  const [outage] = EXAMPLES.lineHistory.outages
  assert.ok(outage)
  const at = (from: string, to: string | null) => ({
    ...outage,
    from: `2026-11-22T${from}Z`,
    to: to === null ? null : `2026-11-22T${to}Z`,
  })
  const series = pastSeries({
    ...history,
    outages: [
      at('14:03:30.000', null),
      at('14:00:58.000', '14:01:02.000'),
      at('13:59:50.000', '14:00:10.000'),
      at('13:00:00.000', '13:30:00.000'),
    ],
  })
  const beganAt = Date.parse(history.from) / 1000
  assert.deepEqual(
    series.outages.map(({ from, to }) => [from - beganAt, to - beganAt]),
    [
      [0, 10],
      [58, 62],
      [210, 240],
    ],
  )
  assert.deepEqual([downFor(series, 0, 1), downFor(series, 1, 3), downFor(series, 0, 4)], [12, 2, 44])
  assert.deepEqual(pastSeries({ ...history, outages: [at('14:03:30.000', null)] }, true).outages, [])
})
