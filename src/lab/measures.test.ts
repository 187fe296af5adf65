import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoadRecord } from './load.ts'
import { countByLine, reactionTo, shareErrorPoints } from './measures.ts'

const record = (startedAtMs: number, tookMs: number, line: string | undefined): LoadRecord => ({
  client: 'client-1',
  server: '203.0.113.10',
  startedAtMs,
  tookMs,
  outcome: line === undefined ? { ok: false, error: 'ECONNRESET' } : { ok: true, source: '', line },
})

test('a reaction counts only what began after the event, and ends with the last connection in trouble', () => {
  const records = [
    record(90, 5000, undefined), // was under way: nobody can save it
    record(100, 3, 'dsl'),
    record(104, 1010, 'dsl'),
    record(107, 40, undefined),
    record(120, 3, 'dsl'),
  ]
  assert.deepEqual(reactionTo(records, 100), { begun: 4, failed: 1, waited: 1, settledAfterMs: 7 })
})

test('no connection in trouble: settled at once', () => {
  assert.deepEqual(reactionTo([record(5, 1, 'dsl')], 5), {
    begun: 1,
    failed: 0,
    waited: 0,
    settledAfterMs: 0,
  })
})

test('shares are held against the weights, and a line that got nothing counts as wrong', () => {
  const weights = new Map([
    ['fiber', 3],
    ['dsl', 1],
  ])
  const records = [1, 2, 3].map((ms) => record(ms, 1, 'fiber'))
  assert.equal(shareErrorPoints(countByLine([...records, record(4, 1, 'dsl')]), weights), 0)
  assert.equal(shareErrorPoints(countByLine(records), weights), 25)
  assert.deepEqual(countByLine(records, 2), new Map([['fiber', 2]]))
})
