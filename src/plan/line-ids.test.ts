import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { LineId } from '../model/index.ts'
import { assignLineIds } from './line-ids.ts'

const ROWS: readonly {
  name: string
  lines: readonly string[]
  known: Readonly<Record<string, number>>
  limit?: number
  ids: Readonly<Record<string, number>>
}[] = [
  { name: 'the first file counts from 1', lines: ['a', 'b'], known: {}, ids: { a: 1, b: 2 } },
  {
    name: 'another order in the file shifts nothing',
    lines: ['b', 'a'],
    known: { a: 1, b: 2 },
    ids: { a: 1, b: 2 },
  },
  {
    name: 'a removed line keeps its number, and a new one does not get it: old connections may carry it',
    lines: ['a', 'c'],
    known: { a: 1, b: 2 },
    ids: { a: 1, b: 2, c: 3 },
  },
  {
    name: 'a line that comes back has its old number',
    lines: ['a', 'b', 'c'],
    known: { a: 1, b: 2, c: 3 },
    ids: { a: 1, b: 2, c: 3 },
  },
  {
    name: 'only when all numbers were given does a new line take one of a line that is gone',
    lines: ['b', 'd'],
    known: { a: 1, b: 2 },
    limit: 2,
    ids: { b: 2, d: 1 },
  },
  {
    name: 'names that every object of JavaScript has are names like others',
    lines: ['constructor', 'toString', 'a'],
    known: { toString: 3 },
    ids: { constructor: 1, toString: 3, a: 2 },
  },
  {
    name: 'under a narrower mask no number too high is taken over: it would be the mark of another line',
    lines: ['b', 'd'],
    known: { z: 60, a: 1, b: 2 },
    limit: 2,
    ids: { z: 60, b: 2, d: 1 },
  },
  {
    name: 'under a narrower mask a number too high is given anew, and no other changes',
    lines: ['a', 'z'],
    known: { a: 1, z: 60 },
    limit: 14,
    ids: { a: 1, z: 2 },
  },
]

for (const { name, lines, known, limit, ids } of ROWS) {
  test(name, () => assert.deepEqual(assignLineIds(lines, known as Record<string, LineId>, limit ?? 62), ids))
}

test('more lines than numbers is a bug of the caller', () => {
  assert.throws(() => assignLineIds(['a', 'b', 'c'], {}, 2), /more lines than marks/)
})

test('whatever files follow each other, no line that stays changes its number and no two share one', () => {
  const file = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(fc.array(file, { maxLength: 12 }), (files) => {
      let known: Record<string, LineId> = {}
      let before: readonly string[] = []
      for (const names of files) {
        const ids = assignLineIds(names, known, 6)
        for (const name of names) if (before.includes(name)) assert.equal(ids[name], known[name])
        assert.equal(new Set(Object.values(ids)).size, Object.keys(ids).length)
        for (const name of names) assert.ok((ids[name] ?? 0) >= 1 && (ids[name] ?? 0) <= 6)
        before = names
        known = ids
      }
    }),
  )
})
