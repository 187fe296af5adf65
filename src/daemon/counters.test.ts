import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Counts } from '../kernel/index.ts'
import { CounterWindow, SHARE_WINDOW_MS } from './counters.ts'

const counts = (chosen: number, rxBytes = 0, txBytes = 0): Counts => ({
  chosen: new Map([['chosen_1', chosen]]),
  traffic: new Map([['wan1', { rxBytes, txBytes }]]),
})

test('before the first look there is nothing to tell', () => {
  const window = new CounterWindow()
  assert.deepEqual([window.total('chosen_1'), window.recent('chosen_1')], [0, 0])
  assert.deepEqual(window.bytes('wan1'), { rxBytes: 0, txBytes: 0 })
  assert.equal(window.rates('wan1'), undefined)
})

test('recent is what was counted in the last five minutes, total since the table is there', () => {
  const window = new CounterWindow()
  window.add(counts(100), 0)
  window.add(counts(150), SHARE_WINDOW_MS / 2)
  assert.deepEqual([window.total('chosen_1'), window.recent('chosen_1')], [150, 50])
  window.add(counts(160), SHARE_WINDOW_MS + 1)
  assert.deepEqual([window.total('chosen_1'), window.recent('chosen_1')], [160, 10])
})

test('a table that was made anew counts from nothing, and no share goes below it', () => {
  const window = new CounterWindow()
  window.add(counts(100), 0)
  window.add(counts(3), 1000)
  assert.deepEqual([window.total('chosen_1'), window.recent('chosen_1')], [3, 0])
  window.add(counts(8), 2000)
  assert.equal(window.recent('chosen_1'), 5)
})

test('a line that is new in the window is counted from its beginning', () => {
  const window = new CounterWindow()
  window.add(counts(1), 0)
  window.add({ ...counts(2), chosen: new Map([...counts(2).chosen, ['chosen_2', 9]]) }, 1000)
  assert.equal(window.recent('chosen_2'), 9)
})

test('rates are bits per second between the last two looks', () => {
  const window = new CounterWindow()
  window.add(counts(0, 0, 0), 0)
  window.add(counts(0, 1_000_000, 500), 2000)
  assert.deepEqual(window.rates('wan1'), { downBitsPerSecond: 4_000_000, upBitsPerSecond: 2000 })
})

for (const { name, before, now, afterMs } of [
  { name: 'a device that came anew', before: counts(0, 9000), now: counts(0, 10), afterMs: 1000 },
  { name: 'two looks at the same moment', before: counts(0, 0), now: counts(0, 10), afterMs: 0 },
  {
    name: 'a device that is not there',
    before: { ...counts(0), traffic: new Map() },
    now: counts(0),
    afterMs: 1000,
  },
]) {
  test(`no rate is made up for ${name}`, () => {
    const window = new CounterWindow()
    window.add(before, 0)
    window.add(now, afterMs)
    assert.equal(window.rates('wan1'), undefined)
  })
}

test('somebody who asks ten times a second neither fills the window nor turns rates into noise', () => {
  const window = new CounterWindow()
  for (let atMs = 0; atMs <= SHARE_WINDOW_MS; atMs += 100) window.add(counts(atMs / 100, atMs * 125), atMs)
  const missing = SHARE_WINDOW_MS / 100 - window.recent('chosen_1')
  assert.ok(missing >= 0 && missing <= 100, `${missing} of 3000 are missing: more than a sample's worth`)
  const { downBitsPerSecond = 0 } = window.rates('wan1') ?? {}
  assert.ok(Math.abs(downBitsPerSecond - 1_000_000) < 1, `${downBitsPerSecond}`)
})
