import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { WEIGHT_RANGE } from './line-keys.ts'
import { SLOTS, shareOut } from '../model/index.ts'
import { reduceWeights, sharesOf, worstDifference } from './weights.ts'

const exactRows: readonly [wishes: readonly number[], weights: readonly number[]][] = [
  [[1], [1]],
  [[7], [1]],
  [
    [1, 1],
    [1, 1],
  ],
  [
    [400, 100],
    [4, 1],
  ],
  [
    [0.5, 1.5],
    [1, 3],
  ],
  [
    [0.1, 0.2, 0.3],
    [1, 2, 3],
  ],
  [
    [5, 3, 2],
    [5, 3, 2],
  ],
  [
    [33.3, 66.6],
    [1, 2],
  ],
  [
    [1e6, 250000],
    [4, 1],
  ],
  [
    [0.001, 0.24],
    [1, 240],
  ],
  [
    [239, 240],
    [239, 240],
  ],
]

for (const [wishes, weights] of exactRows) {
  test(`weights ${wishes.join(':')} are kept as ${weights.join(':')}`, () => {
    assert.deepEqual(reduceWeights(wishes), { weights, exact: true })
  })
}

const roundedRows: readonly [wishes: readonly number[], weights: readonly number[]][] = [
  [
    [1000, 1],
    [240, 1],
  ],
  [
    [1e6, 0.001],
    [240, 1],
  ],
  [
    [500, 499],
    [1, 1],
  ],
  [
    [1000, 333],
    [3, 1],
  ],
  [
    [94.7, 31.6, 10.2],
    [167, 56, 18],
  ],
]

for (const [wishes, weights] of roundedRows) {
  test(`weights ${wishes.join(':')} are rounded to the nearest ratio up to 240`, () => {
    const reduced = reduceWeights(wishes)
    assert.equal(reduced.exact, false)
    const error = worstDifference(sharesOf(reduced.weights), sharesOf(wishes))
    assert.ok(
      error <= worstDifference(sharesOf(weights), sharesOf(wishes)),
      `${reduced.weights.join(':')} is worse than ${weights.join(':')}`,
    )
  })
}

const slotRows: readonly [weights: readonly number[], slots: readonly number[]][] = [
  [[1], [240]],
  [
    [3, 1],
    [180, 60],
  ],
  [
    [5, 3, 2],
    [120, 72, 48],
  ],
  [
    [240, 1],
    [239, 1],
  ],
  [
    [1, 1, 1, 1, 1, 1, 1],
    [35, 35, 34, 34, 34, 34, 34],
  ],
]

for (const [weights, slots] of slotRows) {
  test(`weights ${weights.join(':')} share the 240 slots as ${slots.join(':')}`, () => {
    assert.deepEqual(shareOut(weights), slots)
  })
}

test('a line with a tiny weight among many still gets a slot', () => {
  const slots = shareOut([240, ...Array<number>(61).fill(1)])
  assert.deepEqual(slots, [179, ...Array<number>(61).fill(1)])
})

const wish = fc.double({ min: WEIGHT_RANGE.min, max: WEIGHT_RANGE.max, noNaN: true })

test('whatever the wishes: weights are small coprime whole numbers, and no line is left without a slot', () => {
  fc.assert(
    fc.property(fc.array(wish, { minLength: 1, maxLength: 62 }), (wishes) => {
      const { weights } = reduceWeights(wishes)
      assert.ok(weights.every((weight) => Number.isInteger(weight) && weight >= 1 && weight <= SLOTS))
      const commonDivisors = Array.from({ length: SLOTS - 1 }, (_, i) => i + 2).filter((divisor) =>
        weights.every((weight) => weight % divisor === 0),
      )
      assert.deepEqual(commonDivisors, [])
      const slots = shareOut(weights)
      assert.ok(slots.every((count) => count >= 1))
      assert.equal(
        slots.reduce((sum, count) => sum + count, 0),
        SLOTS,
      )
    }),
    propertyRuns(50),
  )
})

test('a ratio of whole numbers up to 240 is kept, however it is scaled', () => {
  const small = fc.array(fc.integer({ min: 1, max: SLOTS }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(small, fc.constantFrom(0.001, 0.01, 0.5, 1, 7, 1000), (parts, scale) => {
      const wishes = parts.map((part) => Number((part * scale).toFixed(4)))
      const { weights, exact } = reduceWeights(wishes)
      assert.ok(exact)
      assert.ok(worstDifference(sharesOf(weights), sharesOf(parts)) < 1e-9)
    }),
    propertyRuns(100),
  )
})
