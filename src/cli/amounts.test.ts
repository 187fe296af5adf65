import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, megabits, milliseconds, percent } from './amounts.ts'

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

test('a delay too small to see is still not shown as none', () => {
  assert.deepEqual([0, 0.04, 0.21, 4, 4.2, 80.4].map(milliseconds), ['< 0.1 ms', '< 0.1 ms', '0.2 ms', '4 ms', '4.2 ms', '80 ms']) // prettier-ignore
})
