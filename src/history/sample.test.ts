import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LEVELS_S, rolledUp, together, type Sample } from './sample.ts'
import { EMPTY, added, countOf, decoded, encoded, mean, quantile, sketchOf, type Sketch } from './sketch.ts'

const anySketch: fc.Arbitrary<Sketch> = fc
  .array(fc.double({ min: 0, max: 100_000, noNaN: true }), { maxLength: 8 })
  .map((values) => added(values.map(sketchOf)))

const count = fc.nat(1_000_000)
const anySample: fc.Arbitrary<Sample> = fc.record({
  atS: fc.integer({ min: -10_000, max: 20_000 }),
  watchedMs: count,
  downMs: count,
  suspectMs: count,
  receivedBytes: count,
  sentBytes: count,
  peakDownBitsPerSecond: count,
  peakUpBitsPerSecond: count,
  chosen: count,
  chosenInAll: count,
  delay: anySketch,
  jitter: anySketch,
  loss: anySketch,
})

const comparable = (sample: Sample): object => ({
  ...sample,
  delay: [...encoded(sample.delay)],
  jitter: [...encoded(sample.jitter)],
  loss: [...encoded(sample.loss)],
})

test('however it is rolled up, and in whatever order it came, the sum is the same', () => {
  fc.assert(
    fc.property(
      fc.array(anySample, { maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      (samples, dice) => {
        const shuffled = samples
          .map((sample, i) => ({ sample, die: dice[i] ?? i }))
          .toSorted((a, b) => a.die - b.die)
          .map(({ sample }) => sample)
        const whole = comparable(together(samples, 0))
        let finer = shuffled
        for (const level of LEVELS_S) {
          const rolled = rolledUp(finer, level)
          assert.deepEqual(comparable(together(rolled, 0)), whole, `${level} s`)
          assert.deepEqual(
            rolled.map(comparable),
            rolledUp(samples, level).map(comparable),
            'straight from the finest',
          )
          for (const { atS } of rolled) assert.equal(Math.abs(atS % level), 0)
          finer = rolled
        }
      },
    ),
  )
})

test('a sketch comes back from its bytes as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 2 ** 40 }))), (bins) => {
      const sketch = new Map(bins.toSorted(([a], [b]) => a - b))
      assert.deepEqual([...decoded(encoded(sketch))], [...sketch])
    }),
  )
})

test('a quantile is one of the values, to 4 %', () => {
  const anyValues = fc.array(fc.double({ min: 0.02, max: 50_000, noNaN: true }), {
    minLength: 1,
    maxLength: 50,
  })
  fc.assert(
    fc.property(anyValues, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? NaN
      const told = quantile(added(values.map(sketchOf)), share) ?? NaN
      assert.ok(Math.abs(told / exact - 1) < 0.042, `${told} for ${exact}`)
    }),
  )
})

test('of nothing there is no median, and no loss is exactly none', () => {
  assert.deepEqual([quantile(EMPTY, 0.5), mean(EMPTY), countOf(EMPTY)], [undefined, undefined, 0])
  assert.deepEqual([quantile(sketchOf(0), 0.5), mean(sketchOf(0))], [0, 0])
})
