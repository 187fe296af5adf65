import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WallClock } from './wall-clock.ts'

const BOOT_MS = Date.UTC(1970, 0, 1, 0, 0, 40)
const NTP_MS = Date.UTC(2026, 10, 22, 14, 2, 11)
const DAY_MS = 86_400_000

/** A clock at 1000 monotonic milliseconds, and what becomes of the moment 400 when the wall clock is set. */
const ROWS = [
  { name: 'a box that boots in 1970 and learns the time', from: BOOT_MS, to: NTP_MS, at: NTP_MS - 1600 },
  { name: 'a clock that was a day ahead', from: NTP_MS + DAY_MS, to: NTP_MS, at: NTP_MS - 1600 },
  { name: 'a clock that nobody sets', from: NTP_MS, to: NTP_MS + 1000, at: NTP_MS - 600 },
  { name: 'a clock that runs a little fast', from: NTP_MS, to: NTP_MS + 1300, at: NTP_MS - 600 },
]

for (const { name, from, to, at } of ROWS) {
  test(`${name}: what happened before has its right time, and its age is its age`, () => {
    let now = { wallMs: from, monotonicMs: 1000 }
    const clock = new WallClock(() => now)
    assert.equal(clock.at(400), from - 600)
    now = { wallMs: to, monotonicMs: 2000 }
    assert.equal(clock.at(400), at)
  })
}

test('the same moment has the same time whenever one asks, as scripts compare it', () => {
  let drift = 0
  const clock = new WallClock(() => ({ wallMs: NTP_MS + drift, monotonicMs: 1000 }))
  const times = [0, 3, 250, -700, 0.4].map((ms) => {
    drift = ms
    return clock.at(123.4)
  })
  assert.equal(new Set(times).size, 1)
})
