import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '../history/index.ts'
import { NOTHING, isNothing, joined } from './waiting.ts'

const observation: Observation = { leg: 'fiber', atS: 0, spanMs: 0, watchedMs: 0, downMs: 0, suspectMs: 0, receivedBytes: 0, sentBytes: 0, chosen: 0, chosenInAll: 0 } // prettier-ignore
const day = (line: string, date: string, receivedBytes: number) => ({ line, day: date, receivedBytes, sentBytes: 1 }) // prettier-ignore
const counter = (receivedBytes: number) => ({ line: 'fiber', interface: 'wan1', boot: 'b', receivedBytes, sentBytes: 0 }) // prettier-ignore

test('what waits for a disk that is full is added up by line and day, and of counters the newest count', () => {
  const older = { ...NOTHING, usage: [day('fiber', '2026-11-22', 5), day('lte', '2026-11-22', 7)], counters: [counter(1)] } // prettier-ignore
  const newer = { ...NOTHING, usage: [day('fiber', '2026-11-22', 6), day('fiber', '2026-11-23', 8)], counters: [counter(2)] } // prettier-ignore
  const { usage, counters } = joined(older, newer)
  assert.deepEqual(
    usage.map(({ line, day: date, receivedBytes, sentBytes }) => [line, date, receivedBytes, sentBytes]),
    [
      ['fiber', '2026-11-22', 11, 2],
      ['lte', '2026-11-22', 7, 1],
      ['fiber', '2026-11-23', 8, 1],
    ],
  )
  assert.deepEqual(counters, [counter(2)])
  assert.deepEqual(joined(older, NOTHING).counters, [counter(1)], 'none that are newer')
})

test('a disk that is full for weeks does not fill the memory: the newest wait', () => {
  let waiting = NOTHING
  for (let i = 0; i < 30; i++) {
    const observations = Array.from({ length: 1000 }, (_, j) => ({ ...observation, atS: i * 1000 + j }))
    waiting = joined(waiting, { ...NOTHING, observations })
  }
  assert.deepEqual([waiting.observations.length, waiting.observations.at(-1)?.atS], [10_000, 29_999])
})

test('nothing is nothing, whatever it was joined from', () => {
  assert.ok(isNothing(joined(NOTHING, NOTHING)))
  assert.ok(!isNothing({ ...NOTHING, observations: [observation] }))
})
