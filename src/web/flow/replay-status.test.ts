import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../../api/fake.ts'
import type { Happening } from '../happening.ts'
import { storiesOf } from '../story.ts'
import { spanOf, statusAt, toldBy } from './replay-status.ts'

const BEGAN = Date.parse('2026-11-22T14:00:05.000Z')
const event = (id: number, afterMs: number, kind: string, more: Partial<Happening> = {}): Happening => ({
  id,
  time: new Date(BEGAN + afterMs).toISOString(),
  event: kind,
  text: kind,
  run: 'a',
  ...more,
})
const [story] = storiesOf([
  event(1, 0, 'suspect', { line: 'dsl' }),
  event(2, 1, 'steered', { because: 1 }),
  event(3, 490, 'down', { line: 'dsl' }),
  event(4, 4100, 'released', { line: 'dsl', because: 3 }),
])
assert.ok(story)
const now = EXAMPLES.status
const counted = (second: number, receivedBytes: number) => ({
  time: `2026-11-22T14:00:${String(second).padStart(2, '0')}.000Z`,
  watchedMs: 10_000,
  downMs: 0,
  suspectMs: 0,
  delayMs: null,
  jitterMs: null,
  lossRatio: null,
  receivedBytes,
  sentBytes: 0,
})
const pasts = new Map([['dsl', { stepMs: 10_000, points: [counted(0, 1_250_000), counted(10, 0)] }]])
const lineAt = (afterMs: number) => {
  const line = statusAt(now, story, pasts, BEGAN + afterMs).lines.find(({ name }) => name === 'dsl')
  return [line?.state, line?.downBitsPerSecond]
}

test('a failover is shown again as it was noticed, with the traffic that was counted', () => {
  assert.deepEqual(lineAt(-1000), ['up', 1_000_000])
  assert.deepEqual(lineAt(10), ['suspect', 1_000_000])
  assert.deepEqual(lineAt(500), ['down', 1_000_000])
  assert.deepEqual(lineAt(5100), ['down', 0])
})

test('what nobody counted is not made up', () => {
  const [fiber] = statusAt(now, story, pasts, BEGAN).lines
  assert.deepEqual([fiber?.downBitsPerSecond, fiber?.state], [null, now.lines[0]?.state])
  assert.deepEqual(lineAt(60_000), ['down', null])
})

test('it begins a little before and ends a little after, and says what was told last', () => {
  assert.deepEqual(spanOf(story), { fromMs: BEGAN - 2000, toMs: BEGAN + 7100 })
  assert.equal(toldBy(story, BEGAN - 1), undefined)
  assert.equal(toldBy(story, BEGAN + 600)?.event, 'down')
})
