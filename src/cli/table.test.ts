import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GAP, cutMiddle, layOut } from './table.ts'

const COLUMNS = [
  { title: 'LINE', shrinks: true },
  { title: 'OPEN', align: 'right' },
  { title: 'WHERE', shrinks: true },
] as const

const text = (rows: readonly (readonly string[])[], columns: number): string[] =>
  layOut(COLUMNS, rows, { columns, cutMark: '…' }).map((cells) => cells.join(GAP))

test('columns are as wide as their widest cell, numbers stand on the right', () => {
  assert.deepEqual(text([['fiber', '12', 'x']], 80), ['LINE   OPEN  WHERE', 'fiber    12  x    '])
})

test('a table of long names still fits the screen, and both ends of a name stay readable', () => {
  const [, row = ''] = text([['provider-in-the-west-wing-1', '7', 'somewhere-far-away-2']], 36)
  assert.equal(row.length, 36)
  assert.match(row, /^provid\S*…\S*ng-1 .* somewhe\S*…\S*way-2$/)
})

test('numbers are never cut, even where the screen is too narrow for anything', () => {
  const [, row = ''] = text([['a-long-name', '123456789', 'elsewhere']], 10)
  assert.match(row, /123456789/)
})

test('a name that fits is left alone', () => {
  assert.equal(cutMiddle('fiber', 5, '…'), 'fiber')
  assert.equal(cutMiddle('fibers', 5, '…'), 'fi…rs')
  assert.equal(cutMiddle('provider', 6, '..'), 'pr..er')
})
