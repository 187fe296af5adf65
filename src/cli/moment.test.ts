import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError } from 'commander'
import { pastMoment } from './moment.ts'

const local = (day: number, hour = 0, minute = 0, second = 0): number =>
  new Date(2026, 10, day, hour, minute, second).getTime()
const NOW_MS = local(22, 15, 6, 43)
const read = pastMoment(() => NOW_MS)

const ROWS: readonly (readonly [text: string, atMs: number])[] = [
  ['90s', NOW_MS - 90_000],
  ['10m', NOW_MS - 600_000],
  ['2h', NOW_MS - 7_200_000],
  ['3d', NOW_MS - 3 * 86_400_000],
  ['14:00', local(22, 14)],
  ['9:05:30', local(22, 9, 5, 30)],
  ['23:30', local(21, 23, 30)],
  ['2026-11-20', local(20)],
  ['2026-11-20 12:30', local(20, 12, 30)],
  ['2026-11-20T12:30', local(20, 12, 30)],
  ['2026-11-22T14:00:00Z', Date.UTC(2026, 10, 22, 14)],
]
for (const [text, atMs] of ROWS) {
  test(`--since ${text}`, () => assert.equal(read(text), atMs))
}

for (const text of ['', 'yesterday', '10', '25:00', '14:60', '2026-13-01', '-5m', '1e3s']) {
  test(`--since ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => read(text), InvalidArgumentError)
  })
}
