import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countFigure, delayFigures } from './figures.ts'

test('a delay is told as median and 95th percentile, each with its wish', () =>
  assert.deepEqual(delayFigures('works again', [100, 300, 200], { medianMs: 250, p95Ms: 350 }), [
    {
      what: 'works again, median',
      value: 200,
      unit: 'ms',
      note: '3 runs: 100 to 300',
      wish: { atMost: 250 },
    },
    { what: 'works again, p95', value: 290, unit: 'ms', wish: { atMost: 350 } },
  ]))

test('what never came is no number among the others: it spoils the figure', () =>
  assert.deepEqual(delayFigures('told', [100, undefined, 200], { medianMs: 250 }), [
    { what: 'told: never', value: 1, unit: 'of 3', wish: { atMost: 0 } },
  ]))

test('what should never happen is counted over all runs', () =>
  assert.deepEqual(countFigure('broken', [0, 2, 1]), {
    what: 'broken',
    value: 3,
    unit: 'in 3 runs',
    wish: { atMost: 0 },
  }))
