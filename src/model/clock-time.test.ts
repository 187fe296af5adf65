import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockTime } from './clock-time.ts'

const NOW_MS = new Date(2026, 10, 22, 15, 6, 43).getTime()

const TIMES = [
  { at: new Date(2026, 10, 22, 14, 2), shown: '14:02' },
  { at: new Date(2026, 10, 21, 9, 5), shown: '21 November 09:05' },
  { at: new Date(2025, 2, 3, 14, 2), shown: '3 March 2025' },
]
for (const { at, shown } of TIMES) {
  test(`a time is never mistaken for today's: ${shown}`, () => {
    assert.equal(clockTime(at.getTime(), NOW_MS), shown)
  })
}
