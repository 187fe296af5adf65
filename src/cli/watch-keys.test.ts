/** The keys of the live view, and what they must not do by accident. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../api/fake.ts'
import { drainQuestion, press, type Pressed } from './watch-keys.ts'
import { chosenLine, viewAtStart, withStatus, type WatchView } from './watch-view.ts'

const NOW_MS = Date.parse(EXAMPLES.status.time)
const AWAY = { exitCode: 4, code: 'MH701', message: 'multihomed is not running' }
const start = withStatus(viewAtStart(NOW_MS), EXAMPLES.status, NOW_MS)

const pressed = (view: WatchView, ...keys: readonly string[]): Pressed =>
  keys.reduce<Pressed>((last, key) => press(last.view, key), { view })

const ACTS = [
  { name: 'd alone changes nothing', keys: ['d'], act: undefined },
  { name: 'd and y drain the first line', keys: ['d', 'y'], act: { do: 'drain', line: 'fiber' } },
  { name: 'd and anything but y is a no', keys: ['d', 'j'], act: undefined },
  { name: 'no stays no', keys: ['d', 'n', 'y'], act: undefined },
  { name: 'u gives the line back, without asking', keys: ['u'], act: { do: 'undrain', line: 'fiber' } },
  { name: 'j goes to the next line', keys: ['j', 'u'], act: { do: 'undrain', line: 'dsl' } },
  { name: 'no line is behind the last', keys: ['down', 'down', 'u'], act: { do: 'undrain', line: 'dsl' } },
  { name: 'k comes back', keys: ['j', 'up', 'p'], act: { do: 'probe', line: 'fiber' } },
  { name: 'q ends it, also where something is asked', keys: ['d', 'q'], act: { do: 'quit' } },
] as const
for (const { name, keys, act } of ACTS) {
  test(name, () => assert.deepEqual(pressed(start, ...keys).act, act))
}

test('a daemon that is away is asked for nothing', () => {
  for (const key of ['d', 'u', 'p', 'f']) {
    const { act, view } = pressed({ ...start, away: AWAY }, key)
    assert.ok(act === undefined && view.drains === undefined && view.page === 'lines', key)
  }
})

const PAGES = [
  { keys: ['enter'], page: 'line' },
  { keys: ['enter', 'enter'], page: 'lines' },
  { keys: ['e'], page: 'events' },
  { keys: ['e', '?'], page: 'help' },
  { keys: ['p', 'escape'], page: 'lines' },
  { keys: ['f'], page: 'answer' },
]
for (const { keys, page } of PAGES) {
  test(`${keys.join(', ')}: ${page}`, () => assert.equal(pressed(start, ...keys).view.page, page))
}

test('what a drain does is said before it is done', () => {
  assert.equal(
    drainQuestion(pressed(start, 'd').view),
    'Drain fiber? It takes no new connections; 1204 open connections stay on it.',
  )
})

test('a line that is gone from the file is chosen no more', () => {
  const { view } = pressed(start, 'j')
  const [fiber] = EXAMPLES.status.lines
  const left = withStatus(view, { ...EXAMPLES.status, lines: fiber ? [fiber] : [] }, NOW_MS)
  assert.equal(chosenLine(left)?.name, 'fiber')
})

test('connections that were not counted this time are as many as before', () => {
  const lines = EXAMPLES.status.lines.map((line) => ({ ...line, openConnections: null }))
  const later = withStatus(start, { ...EXAMPLES.status, lines }, NOW_MS + 2000)
  assert.equal(chosenLine(later)?.openConnections, 1204)
})

test('s shows five minutes, an hour, a day, and five minutes again', () => {
  const spans = [1, 2, 3].map(
    (times) => pressed(start, ...Array<string>(times).fill('s')).view.spanMs / 60_000,
  )
  assert.deepEqual(spans, [60, 1440, 5])
})
