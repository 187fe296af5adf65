import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAMILIES, lineId, lineLimit, mark } from '../model/index.ts'
import { numbersOf } from './numbers.ts'

const MASK = mark(0x3f00_0000)

test("with base 0 rules and tables have the how-to's own numbers", () => {
  const numbers = numbersOf({ marks: { mask: MASK }, rulePriorityBase: 0 })
  const [one, two] = [lineId(1), lineId(2)]
  assert.deepEqual([numbers.mainPriority, numbers.pinnedPriority, numbers.balancedPriority], [50, 101, 222])
  assert.deepEqual([numbers.linePriority(one), numbers.linePriority(two)], [201, 202])
  assert.deepEqual([numbers.tableOf(one), numbers.tableOf(two), numbers.balancedTable], [201, 202, 222])
})

test('a base raises every priority and no table', () => {
  const numbers = numbersOf({ marks: { mask: MASK }, rulePriorityBase: 30_000 })
  assert.deepEqual(
    [numbers.mainPriority, numbers.pinnedPriority, numbers.linePriority(lineId(1)), numbers.balancedPriority],
    [30_050, 30_101, 30_201, 30_222],
  )
  assert.equal(numbers.tableOf(lineId(1)), 201)
})

// Table 222 is the balanced one and 253-255 are the system's: a line there would take the box off the net.
for (const { id, table, priority } of [
  { id: 20, table: 220, priority: 220 },
  { id: 21, table: 221, priority: 221 },
  { id: 22, table: 322, priority: 221 },
  { id: 53, table: 353, priority: 221 },
  { id: 62, table: 362, priority: 221 },
]) {
  test(`line ${id} has table ${table}, and its rules stand before the balanced one`, () => {
    const numbers = numbersOf({ marks: { mask: MASK }, rulePriorityBase: 0 })
    assert.deepEqual([numbers.tableOf(lineId(id)), numbers.linePriority(lineId(id))], [table, priority])
  })
}

for (const { mask, of, limit } of [
  { mask: 0x3f00_0000, of: 0x0100_0000, limit: 62 },
  { mask: 0x0000_0003, of: 0x1, limit: 2 },
  { mask: 0xf000_0000, of: 0x1000_0000, limit: 14 },
  { mask: 0x0000_ff00, of: 0x100, limit: 254 },
]) {
  test(`under the mask 0x${mask.toString(16)} marks stay inside, and each line has its own`, () => {
    const numbers = numbersOf({ marks: { mask: mark(mask) }, rulePriorityBase: 0 })
    assert.equal(lineLimit(mark(mask)), limit)
    assert.equal(numbers.markOf(lineId(1)), of)
    assert.equal(numbers.keep, mark(~mask))
    for (let id = 1; id <= limit; id++) {
      const marked = numbers.markOf(lineId(id))
      assert.equal(mark(marked & ~mask), 0, 'a foreign bit was touched')
      assert.ok(marked > 0 && marked !== mask, 'no mark and all bits set are kept back')
      assert.equal(marked / of, id)
    }
  })
}

test('all lines have nexthops, tables and marks of their own', () => {
  const mask = mark(0x3ff0_0000) // more lines than the how-to has numbers between 201 and 222
  const numbers = numbersOf({ marks: { mask }, rulePriorityBase: 0 })
  const limit = lineLimit(mask)
  const ids = Array.from({ length: limit }, (_, i) => lineId(i + 1))
  const marks = ids.map((id) => numbers.markOf(id))
  const nexthops = FAMILIES.flatMap((family) => [
    ...ids.map((id) => numbers.nexthopOf(id, family)),
    numbers.groupNexthopOf(family),
  ])
  const tables = [...ids.map((id) => numbers.tableOf(id)), numbers.balancedTable, 253, 254, 255]
  assert.equal(new Set(marks).size, limit)
  assert.equal(new Set(nexthops).size, 2 * (limit + 1))
  assert.equal(new Set(tables).size, limit + 4)
})
