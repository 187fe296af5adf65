import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, megabits, percent } from './amounts.ts'

const BYTES: readonly (readonly [count: number, shown: string])[] = [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_940_000, '9.9 MB'],
  [9_960_000, '10 MB'],
  [1_204_331_870_112, '1.2 TB'],
]
for (const [count, shown] of BYTES) {
  test(`${count} bytes are shown as ${shown}`, () => assert.equal(bytes(count), shown))
}

test('a share too small to round up is still not shown as none', () => {
  assert.deepEqual([0, 0.001, 0.746, 1, null].map(percent), ['0', '1', '75', '100', '-'])
})

test('a speed that is not known is not shown as 0', () => {
  assert.deepEqual([0, 212_440_000, null].map(megabits), ['0.0', '212.4', '-'])
})
