import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lowerQuartile, median, pairedRatios, percentile95, quartiles } from './statistics.ts'

for (const { what, samples, wanted } of [
  { what: 'an odd number of samples: the middle one', samples: [9, 1, 5], wanted: 5 },
  { what: 'an even number: between the two middle ones', samples: [4, 1, 3, 2], wanted: 2.5 },
  { what: 'one round that was disturbed changes nothing', samples: [10, 10, 10, 10, 100_000], wanted: 10 },
])
  test(`median: ${what}`, () => assert.equal(median(samples), wanted))

test('median: no samples are no figure', () => assert.throws(() => median([]), RangeError))

test('quartiles: the middle half, whatever the order', () =>
  assert.deepEqual(quartiles([50, 10, 30, 20, 40]), [20, 40]))

test('lower quartile: what more than half the pieces suffered does not count', () =>
  assert.equal(lowerQuartile([5, 90, 5, 80, 70]), 5))

test('95th percentile: one in twenty may be worse', () =>
  assert.equal(percentile95(Array.from({ length: 21 }, (_, i) => (i === 20 ? 1000 : i))), 19))

test('a neighbour who slows down both routers for some rounds does not change their ratio', () =>
  assert.equal(median(pairedRatios([90, 45, 45, 9, 90], [100, 50, 50, 10, 100])), 0.9))

test('rounds that do not belong together are refused', () =>
  assert.throws(() => pairedRatios([1, 2], [1]), RangeError))
