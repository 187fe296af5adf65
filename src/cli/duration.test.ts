import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDuration } from './duration.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

const ROWS: readonly (readonly [ms: number, shown: string])[] = [
  [-5 * S, '0 s'],
  [999, '0 s'],
  [48 * S, '48 s'],
  [59_999, '59 s'],
  [M, '1 m'],
  [7 * M + 29 * S, '7 m 29 s'],
  [H - 1, '59 m 59 s'],
  [H, '1 h'],
  [H + 4 * M + 59 * S, '1 h 4 m'],
  [D + 30 * M, '1 d'],
  [D + 5 * H, '1 d 5 h'],
  [2 * D - 1, '1 d 23 h'],
  [2 * D, '2 d'],
  [12 * D + 23 * H, '12 d'],
]
for (const [ms, shown] of ROWS) {
  test(`${ms} ms is shown as ${shown}, never rounded up`, () => assert.equal(formatDuration(ms), shown))
}
