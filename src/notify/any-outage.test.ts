import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import type { LineNow } from './incidents.ts'
import { keptText, parseKept } from './kept.ts'
import type { Message } from './message.ts'
import { EMPTY, delivered, failed, next, put, type Outbox } from './outbox.ts'
import { unwatched, type Watched } from './watched.ts'
import { look } from './watcher.ts'

const NAMES = ['fiber', 'dsl', 'lte']
const OFFSET_MS = 1_700_000_000_000

const works = fc.constantFrom(true, true, true, false, false, undefined)

const line = fc.record({
  legs: fc.array(works, { minLength: 1, maxLength: 2 }),
  isDrained: fc.constantFrom(false, false, false, true),
  isThere: fc.constantFrom(true, true, true, true, false),
})

const moment = fc.record({
  lines: fc.tuple(line, line, line),
  laterMs: fc.constantFrom(100, 2000, 31_000, 120_000, 700_000),
  restarts: fc.constantFrom(false, false, false, true),
  /** What becomes of what is sent. */
  arrives: fc.boolean(),
})

const linesOf = (
  lines: readonly { legs: readonly (boolean | undefined)[]; isDrained: boolean; isThere: boolean }[],
): LineNow[] =>
  lines.flatMap(({ legs, isDrained, isThere }, i) => {
    const name = NAMES[i] ?? ''
    if (!isThere) return []
    return [
      { name, isDrained, legs: legs.map((one, j) => ({ leg: j === 0 ? name : `${name}/ipv6`, works: one })) },
    ]
  })

test('whatever happens to lines: each down has one back or is still so, and nothing reaches a channel twice', () => {
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 40 }), (moments) => {
      let watched: Watched = unwatched('s')
      let outbox: Outbox = EMPTY
      let nowMs = 0
      const told: Message[] = []
      const sent: string[] = []
      for (const { lines, laterMs, restarts, arrives } of moments) {
        const untilMs = nowMs + laterMs
        for (let at: number | undefined = nowMs, tries = 0; at !== undefined && at < untilMs; tries++) {
          assert.ok(tries < 200, 'it looks again and again')
          const seen = look(
            watched,
            { lines: linesOf(lines) },
            { on: ['down', 'offline', 'flapping'], afterMs: 30_000 },
            at,
            String,
          )
          watched = seen.watched
          told.push(...seen.messages)
          outbox = put(outbox, seen.messages)
          const due = next(outbox, at, undefined)
          if (due.is === 'send') {
            outbox = arrives ? delivered(outbox, due.parcel, at) : failed(outbox, at)
            if (arrives) sent.push(...due.parcel.ids)
          }
          assert.ok(seen.nextAtMs === undefined || seen.nextAtMs > at, 'it looks forward')
          at = seen.nextAtMs
        }
        nowMs = untilMs
        if (!restarts) continue
        const kept = parseKept(keptText({ watched, outboxes: { phone: outbox } }, OFFSET_MS), OFFSET_MS)
        assert.ok(kept !== undefined)
        watched = kept.watched
        outbox = kept.outboxes['phone'] ?? EMPTY
      }
      assert.equal(new Set(sent).size, sent.length, 'nothing is sent twice')
      assert.equal(new Set(told.map(({ id }) => id)).size, told.length, 'ids are given once')
      const open = new Set(watched.incidents.flatMap((one) => one.told ?? []))
      const threads = Map.groupBy(
        told.filter(({ kind }) => kind === 'down'),
        ({ thread }) => thread,
      )
      for (const [thread, messages] of threads) {
        const tones = messages.map(({ tone }) => tone)
        assert.equal(tones[0], 'bad')
        assert.equal(messages.length, open.has(thread) ? 1 : 2, JSON.stringify(messages))
        assert.notEqual(tones[1], 'bad')
      }
    }),
    propertyRuns(300),
  )
})
