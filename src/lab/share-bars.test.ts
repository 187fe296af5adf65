import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareBars } from './share-bars.ts'
import { planTopology } from './topology.ts'

const counts = new Map([
  ['fiber', 2500],
  ['dsl', 500],
])

test('shares as bars beside their wishes', () => {
  const weights = new Map([
    ['fiber', 100],
    ['dsl', 20],
  ])
  assert.deepEqual(shareBars(planTopology(), counts, weights, 61), [
    '  fiber  █████████████████···  83.3 %  (wish  83.3 %)    2500',
    '  dsl    ███·················  16.7 %  (wish  16.7 %)     500',
  ])
})

test('a line that is dead is wished nothing, and nor is any where all are', () => {
  const [dead = '', alive = ''] = shareBars(planTopology(), counts, new Map([['fiber', 0], ['dsl', 1]]), 61) // prettier-ignore
  assert.match(dead, /wish {3}0\.0 %/)
  assert.match(alive, /wish 100\.0 %/)
  const rows = shareBars(planTopology(), counts, new Map([['fiber', 0], ['dsl', 0]]), 61) // prettier-ignore
  for (const row of rows) assert.match(row, /wish {3}0\.0 %/)
})

for (const columns of [60, 79, 80, 81, 200])
  for (const name of ['dsl', 'a-line-with-quite-a-long-name'])
    test(`${columns} columns: the row of ${name} does not wrap, or the live view would pile up`, () => {
      const topology = planTopology({ lines: [{ name }, { name: 'fiber' }] })
      const rows = shareBars(topology, new Map([[name, 99_999]]), new Map([[name, 1]]), columns)
      for (const row of rows) assert.ok(row.length <= columns, `${row.length}: ${row}`)
      assert.match(rows[0] ?? '', /█{10}.* 100\.0 % {2}\(wish 100\.0 %\) {3}99999$/)
    })
