import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quietUntil } from './quiet-hours.ts'

const NIGHT = { fromMinute: 22 * 60, toMinute: 7 * 60 }

const at = (hour: number, minute: number, day = 10): number => new Date(2026, 10, day, hour, minute).getTime()

const ROWS = [
  ['before the night', at(21, 59), undefined],
  ['at its beginning', at(22, 0), at(7, 0, 11)],
  ['after midnight', at(3, 0), at(7, 0)],
  ['at its end', at(7, 0), undefined],
] as const

for (const [name, now, until] of ROWS) {
  test(`quiet hours over midnight: ${name}`, () => assert.equal(quietUntil(NIGHT, now), until))
}

test('quiet hours within a day', () => {
  const nap = { fromMinute: 13 * 60, toMinute: 14 * 60 + 30 }
  assert.equal(quietUntil(nap, at(13, 5)), at(14, 30))
  assert.equal(quietUntil(nap, at(14, 30)), undefined)
})
