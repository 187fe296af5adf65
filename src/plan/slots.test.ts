import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { lineId, type LineId } from '../model/index.ts'
import { SLOTS } from '../model/index.ts'
import { fillSlots, sharesByLine, type Weighted } from './slots.ts'

const lines = (...weights: readonly number[]): Weighted[] =>
  weights.map((weight, i) => ({ id: lineId(i + 1), weight }))

const counted = (slots: readonly LineId[]): Map<LineId, number> => {
  const counts = new Map<LineId, number>()
  for (const id of slots) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
const sharesOf = (slots: readonly LineId[]): number[] =>
  [...counted(slots)].toSorted(([a], [b]) => a - b).map(([, count]) => count)

for (const { weights, shares } of [
  { weights: [1], shares: [240] },
  { weights: [1, 1], shares: [120, 120] },
  { weights: [3, 1], shares: [180, 60] },
  { weights: [5, 3, 2], shares: [120, 72, 48] },
  { weights: [1, 1, 1, 1, 1, 1, 1], shares: [35, 35, 34, 34, 34, 34, 34] },
  { weights: [1000, 1], shares: [239, 1] },
]) {
  test(`weights ${weights.join(':')} get ${shares.join(', ')} of ${SLOTS} slots`, () => {
    assert.deepEqual(
      sharesOf(fillSlots(lines(...weights))).toSorted((a, b) => b - a),
      shares,
    )
  })
}

test('without a line there are no slots', () => assert.deepEqual(fillSlots([]), []))

test('62 lines, one of them heavy: none is left without connections', () => {
  const shares = sharesByLine(lines(10_000, ...Array.from({ length: 61 }, () => 1)))
  assert.ok([...shares.values()].every((count) => count >= 1))
  assert.equal(
    [...shares.values()].reduce((a, b) => a + b),
    SLOTS,
  )
})

test('weights 3:1 alternate instead of coming in blocks', () => {
  assert.deepEqual(fillSlots(lines(3, 1)).slice(0, 8), [1, 1, 2, 1, 1, 1, 2, 1])
})

/** Up to eight lines, as weights up to 50; which of them are alive changes. */
const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 })

test('a fresh table is fair from the first connection on: never more than 2 off', () => {
  fc.assert(
    fc.property(weights, (given) => {
      const some = lines(...given)
      const slots = fillSlots(some)
      const shares = sharesByLine(some)
      const had = new Map<LineId, number>()
      slots.forEach((id, i) => {
        had.set(id, (had.get(id) ?? 0) + 1)
        for (const [line, share] of shares) {
          const wish = ((i + 1) * share) / SLOTS
          assert.ok(Math.abs((had.get(line) ?? 0) - wish) <= 2, `line ${line} after ${i + 1} connections`)
        }
      })
    }),
    propertyRuns(50),
  )
})

/** A box's life: weights change, lines die and return. */
const life = fc.array(
  fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 8 }), weight: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ id }) => id,
  }),
  { minLength: 2, maxLength: 8 },
)

test('whatever changes, shares come out exact and not one slot more moves than they demand', () => {
  fc.assert(
    fc.property(life, (moments) => {
      let slots: LineId[] = []
      for (const moment of moments) {
        const alive = moment.map(({ id, weight }) => ({ id: lineId(id), weight }))
        const next = fillSlots(alive, slots)
        const shares = sharesByLine(alive)
        assert.deepEqual([...counted(next)].toSorted(byId), [...shares].toSorted(byId))
        if (slots.length > 0) {
          const had = counted(slots)
          const mayStay = [...shares].reduce((sum, [id, share]) => sum + Math.min(share, had.get(id) ?? 0), 0)
          assert.equal(next.filter((id, i) => id !== slots[i]).length, SLOTS - mayStay)
        }
        slots = next
      }
    }),
    propertyRuns(100),
  )
})

test('a line that died and returned has its share again, and so have the others', () => {
  const all = lines(5, 3, 2)
  const without = fillSlots(all.slice(1), fillSlots(all))
  assert.deepEqual(sharesOf(without), [144, 96])
  assert.deepEqual(sharesOf(fillSlots(all, without)), [120, 72, 48])
})

const byId = ([a]: readonly [LineId, number], [b]: readonly [LineId, number]): number => a - b
