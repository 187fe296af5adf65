import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineHealth, LinePresence, LineReport } from '../model/index.ts'
import type { LineFacts } from '../plan/index.ts'
import { TWO_LINES } from './examples.ts'
import { LineTracker, judged, type TrackedState } from './line-tracker.ts'

const [fiber, dsl] = TWO_LINES.lines
const facts = (...presences: readonly LinePresence[]): LineFacts[] =>
  [fiber, dsl].flatMap((config, i) => {
    const presence = presences[i]
    if (config === undefined || presence === undefined) return []
    return [
      {
        config,
        id: (i + 1) as LineFacts['id'],
        family: 'ipv4',
        leg: config.name,
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
    { leg: 'fiber', from: undefined, to: { state: 'up', sinceMs: 1000 } },
    {
      leg: 'dsl',
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
    { leg: 'dsl', from: 'up', to: { state: 'down', why: 'no carrier', sinceMs: 2000 } },
  ])
})

test('another cause is a change as well, and the line no less long down for it', () => {
  const tracker = new LineTracker()
  tracker.update(facts(unplugged), 1000)
  assert.deepEqual(tracker.update(facts(waiting), 2000), [
    { leg: 'fiber', from: 'down', to: { state: 'down', why: 'no address yet', sinceMs: 1000 } },
  ])
})

test('the cable is back and the line still held out: it is down since the cable went', () => {
  const tracker = new LineTracker()
  tracker.update(facts(unplugged), 1000)
  const why = 'it came and went too often lately'
  const verdict = { health: 'down', why, sinceMs: 5990 } as const
  const held = facts(usable).map((line): LineFacts => ({ ...line, verdict }))
  assert.deepEqual(tracker.update(held, 6000), [
    { leg: 'fiber', from: 'down', to: { state: 'down', why, sinceMs: 1000 } },
  ])
})

test('a line that left the file is forgotten, and new when it returns', () => {
  const tracker = new LineTracker()
  tracker.update(facts(usable, usable), 1000)
  assert.deepEqual(tracker.update(facts(usable), 2000), [])
  assert.equal(tracker.states.get('dsl'), undefined)
  assert.equal(tracker.update(facts(usable, usable), 3000)[0]?.from, undefined)
})

test('a line that health speaks of is that since health says so', () => {
  const tracker = new LineTracker()
  tracker.update(facts(usable), 1000)
  const verdict = { health: 'suspect', why: 'a check is late', sinceMs: 1990 } as const
  const judgedSo = facts(usable).map((line): LineFacts => ({ ...line, verdict }))
  assert.deepEqual(tracker.update(judgedSo, 2000), [
    {
      leg: 'fiber',
      from: 'up',
      to: { state: 'suspect', why: 'a check is late', sinceMs: 1990 },
    },
  ])
})

const report = (health: LineHealth): LineReport => ({
  line: 'lte',
  health,
  sinceMs: 900,
  why: '4 of 4 targets are silent',
  penalty: 0,
  probes: { sent: 0, answered: 0, bytes: 0 },
  targets: [],
})
const tracked = (state: TrackedState['state'], why?: string): TrackedState => ({
  state,
  sinceMs: 100,
  ...(why !== undefined && { why }),
})
const SILENT = '4 of 4 targets are silent'

const ROWS: readonly {
  readonly name: string
  readonly tracked: TrackedState
  readonly health?: LineHealth
  readonly shown: TrackedState
}[] = [
  { name: 'that nobody watches is as the kernel says', tracked: tracked('up'), shown: tracked('up') },
  { name: 'that answers is up', tracked: tracked('up'), health: 'up', shown: tracked('up') },
  { name: 'not asked yet is up as long as its cable is', tracked: tracked('up'), health: 'unknown', shown: tracked('up') },
  {
    name: 'silent behind a carrier that stands is down since it is silent',
    tracked: tracked('up'),
    health: 'down',
    shown: { state: 'down', why: SILENT, sinceMs: 900 },
  },
  {
    name: 'drained does not hide that it is suspect',
    tracked: tracked('draining'),
    health: 'suspect',
    shown: { state: 'suspect', why: SILENT, sinceMs: 900 },
  },
  {
    name: 'without a carrier is down for that, and not for its silence',
    tracked: tracked('down', 'no carrier'),
    health: 'down',
    shown: tracked('down', 'no carrier'),
  },
] // prettier-ignore

for (const { name, tracked: now, health, shown } of ROWS) {
  test(`a line ${name}`, () => {
    assert.deepEqual(judged(now, health && report(health)), shown)
  })
}
