import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinePresence } from '../model/index.ts'
import type { LineFacts } from '../plan/index.ts'
import { TWO_LINES } from './examples.ts'
import { LineTracker } from './line-tracker.ts'

const [fiber, dsl] = TWO_LINES.lines
const facts = (...presences: readonly LinePresence[]): LineFacts[] =>
  [fiber, dsl].flatMap((config, i) => {
    const presence = presences[i]
    if (config === undefined || presence === undefined) return []
    return [
      {
        config,
        id: (i + 1) as LineFacts['id'],
        presence,
        linkUp: true,
        onlink: false,
        pointToPoint: false,
        sharesDevice: false,
        released: false,
        verdict: { health: 'unknown' },
        standing: { takes: true, as: 'wished' },
        weight: 1,
        eligible: true,
      },
    ]
  })
const usable: LinePresence = { is: 'usable' }
const unplugged: LinePresence = { is: 'blocked', by: 'no-carrier' }
const waiting: LinePresence = { is: 'blocked', by: 'no-address' }

test('the first look tells of every line', () => {
  const tracker = new LineTracker()
  assert.deepEqual(tracker.update(facts(usable, { is: 'absent' }), 1000), [
    { line: 'fiber', from: undefined, to: { state: 'up', sinceMs: 1000 } },
    {
      line: 'dsl',
      from: undefined,
      to: { state: 'absent', why: 'its interface is not there', sinceMs: 1000 },
    },
  ])
})

test('a line that stays as it is keeps its since, and nothing is told', () => {
  const tracker = new LineTracker()
  tracker.update(facts(usable, unplugged), 1000)
  assert.deepEqual(tracker.update(facts(usable, unplugged), 9000), [])
  assert.deepEqual(tracker.states.get('dsl'), { state: 'down', why: 'no carrier', sinceMs: 1000 })
})

test('only what changed is told, with what it was', () => {
  const tracker = new LineTracker()
  tracker.update(facts(usable, usable), 1000)
  assert.deepEqual(tracker.update(facts(usable, unplugged), 2000), [
    { line: 'dsl', from: 'up', to: { state: 'down', why: 'no carrier', sinceMs: 2000 } },
  ])
})

test('another cause is a change as well', () => {
  const tracker = new LineTracker()
  tracker.update(facts(unplugged), 1000)
  assert.deepEqual(tracker.update(facts(waiting), 2000), [
    { line: 'fiber', from: 'down', to: { state: 'down', why: 'no address yet', sinceMs: 2000 } },
  ])
})

test('a line that left the file is forgotten, and new when it returns', () => {
  const tracker = new LineTracker()
  tracker.update(facts(usable, usable), 1000)
  assert.deepEqual(tracker.update(facts(usable), 2000), [])
  assert.equal(tracker.states.get('dsl'), undefined)
  assert.equal(tracker.update(facts(usable, usable), 3000)[0]?.from, undefined)
})
