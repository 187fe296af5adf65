/** The live view, row by row: whatever the size, the screen is never overdrawn and nothing old looks good. */
import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'node:test'
import type { LineDocument, StatusDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { screenFor } from './screen.ts'
import type { Screen } from './screen.ts'
import { watchRows } from './watch-picture.ts'
import type { Size, WatchView } from './watch-picture.ts'

const at = (hours: number, minutes: number, seconds: number): number =>
  new Date(2026, 10, 22, hours, minutes, seconds).getTime()

const status: StatusDocument = {
  ...EXAMPLES.status,
  time: new Date(at(15, 6, 43)).toISOString(),
  verdict: { text: '1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.', level: 'some' },
  lines: EXAMPLES.status.lines.map((line) => ({ ...line, since: new Date(at(14, 6, 43)).toISOString() })),
}
const live: WatchView = {
  nowMs: at(15, 6, 43),
  heard: { status, atMs: at(15, 6, 43) },
  isPaused: false,
  showsLegend: false,
}
const AWAY = { exitCode: 4, code: 'MH701', message: 'multihomed is not running', help: 'sudo multihome run' }

const place = (columns: number, color: 'never' | 'always' = 'never', ascii = false): Screen =>
  screenFor({ write: () => true, isTTY: true, columns }, { LANG: 'C.UTF-8' }, { color, ascii })
const draw = (view: WatchView, size: Size = { columns: 80, rows: 24 }): string[] =>
  watchRows(view, size, place(size.columns))

test('80x24: who, how it is, when it was, the lines, the notes, the keys', () => {
  assert.deepEqual(draw(live), [
    'multihome  router1                                                15:06:43  live',
    '',
    '1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.',
    '',
    '  LINE   STATE  FOR  NEW/WANT    DELAY  LOSS  DOWN/UP Mbit/s  OPEN',
    '● fiber  up     1 h  100/100 %  4.2 ms   0 %    212.4 / 38.1  1204',
    '✖ dsl    DOWN   1 h  -               -     -               -     0',
    '',
    '  LINE   WEIGHT  INTERFACE  ADDRESS          GATEWAY',
    '  fiber       3  wan1       198.51.100.2/28  198.51.100.1',
    '  dsl         1  wan2       -                -',
    '',
    'note[MH511]: main has a default route through wan1; our rules come before it',
    '    = help: nothing to do',
    ...Array.from({ length: 9 }, () => ''),
    'q quit   space pause   ? what it means',
  ])
})

test('without a daemon everything is unknown, nothing is green, and why is said', () => {
  const rows = watchRows(
    { ...live, nowMs: at(15, 6, 50), away: AWAY },
    { columns: 80, rows: 24 },
    place(80, 'always'),
  )
  const text = rows.map((row) => stripVTControlCharacters(row))
  assert.match(text[0] ?? '', /^multihome {2}router1 +15:06:50 {2}no news$/)
  assert.equal(text[2], 'No news since 15:06:43, trying again.')
  assert.deepEqual(text.slice(5, 7), [
    '○ fiber  unknown  7 s  -             -     -               -     -',
    '○ dsl    unknown  7 s  -             -     -               -     -',
  ])
  assert.ok(text.includes('error[MH701]: multihomed is not running'))
  assert.ok(!rows.join('').includes('\u001b[32m'), 'green')
  assert.ok(!text.join('').includes('MH511'), 'a note of before')
})

test('where nothing was ever heard, that is what it says', () => {
  const rows = draw({ nowMs: at(15, 0, 0), away: AWAY, isPaused: false, showsLegend: false })
  assert.deepEqual(rows.slice(2, 6), [
    'No news yet, trying.',
    '',
    'error[MH701]: multihomed is not running',
    '    = help: sudo multihome run',
  ])
})

test('a pause keeps the time of the picture', () => {
  const rows = draw({ ...live, nowMs: at(16, 0, 0), isPaused: true })
  assert.match(rows[0] ?? '', /15:06:43 {2}paused$/)
  assert.match(rows.at(-1) ?? '', /space go on/)
})

test('the legend has every state and every column, and fits 80x24', () => {
  const rows = draw({ ...live, showsLegend: true })
  const text = rows.join('\n')
  for (const word of [
    'up',
    'suspect',
    'DOWN',
    'draining',
    'absent',
    'unknown',
    'reserve',
    'lossy',
    'FOR',
    'NEW/WANT',
    'DELAY, LOSS',
    'OPEN',
    'DOWN/UP',
  ])
    assert.ok(text.includes(word), word)
  assert.ok(!text.includes('more line'))
})

test('what does not fit is counted', () => {
  const rows = draw(live, { columns: 80, rows: 13 })
  assert.equal(rows.length, 13)
  assert.deepEqual(rows.slice(-2), ['… 3 more lines', 'q quit   space pause   ? what it means'])
  assert.equal(draw(live, { columns: 80, rows: 15 }).at(-2), '    = help: nothing to do')
})

test('a small screen names IPv6 only of lines where it is in another state', () => {
  const lines = EXAMPLES.lines.lines
  const heard = { status: { ...EXAMPLES.status, lines, notes: [] }, atMs: live.nowMs }
  assert.ok(draw({ ...live, heard }, { columns: 40, rows: 20 }).includes('● fiber up, IPv6 DOWN'))
  assert.ok(!draw({ ...live, heard, away: AWAY }, { columns: 80, rows: 30 }).some((row) => /[✖●]/.test(row)))
})

test('a small screen has the verdict and a word for each line', () => {
  assert.deepEqual(draw(live, { columns: 40, rows: 10 }), [
    'multihome  router1        15:06:43  live',
    '',
    '1 of 2 lines is in use: fiber. dsl is',
    'down since 14:06: no carrier.',
    '',
    '● fiber up',
    '✖ dsl DOWN',
    '',
    '… 4 more lines',
    'q quit   space pause   ? what it means',
  ])
})

test('whatever the size, no row is too wide and none too many; colours are never cut in two', () => {
  const many: LineDocument[] = Array.from({ length: 62 }, (_, i) => ({
    ...EXAMPLES.line.line,
    name: `provider-with-a-long-name-${i}`,
  }))
  const crowded: WatchView = { ...live, heard: { status: { ...status, lines: many }, atMs: live.nowMs } }
  for (const view of [live, crowded, { ...crowded, away: AWAY }, { ...live, showsLegend: true }]) {
    for (const columns of [1, 7, 20, 39, 40, 59, 60, 79, 80, 200]) {
      for (const rows of [1, 2, 3, 4, 12, 24, 100]) {
        for (const color of ['never', 'always'] as const) {
          const drawn = watchRows(view, { columns, rows }, place(columns, color))
          assert.ok(drawn.length <= rows)
          for (const row of drawn) {
            const bare = row.replace(/\u001b\[\d+m/g, '') // oxlint-disable-line no-control-regex
            assert.ok(!bare.includes('\u001b') && bare.length <= columns, `${columns}x${rows}: ${row}`)
          }
        }
      }
    }
  }
})

test('a screen without such signs gets ASCII, still no wider than it is', () => {
  for (const view of [live, { ...live, away: AWAY }, { ...live, showsLegend: true }]) {
    const rows = watchRows(view, { columns: 30, rows: 12 }, place(30, 'never', true))
    for (const row of rows) assert.match(row, /^[ -~]{0,30}$/)
  }
})
