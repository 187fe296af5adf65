/** The live view, row by row: whatever the size, the screen is never overdrawn and nothing old looks good. */
import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'node:test'
import type { LineDocument, StatusDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { screenFor } from './screen.ts'
import type { Screen } from './screen.ts'
import { probeText } from './probe-text.ts'
import { press } from './watch-keys.ts'
import { watchRows, type Size } from './watch-picture.ts'
import { pastKey, SPANS_MS, viewAtStart, withStatus, type WatchView } from './watch-view.ts'

const at = (hours: number, minutes: number, seconds: number): number =>
  new Date(2026, 10, 22, hours, minutes, seconds).getTime()

const status: StatusDocument = {
  ...EXAMPLES.status,
  time: new Date(at(15, 6, 43)).toISOString(),
  verdict: { text: '1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.', level: 'some' },
  lines: EXAMPLES.status.lines.map((line) => ({ ...line, since: new Date(at(14, 6, 43)).toISOString() })),
}
const events = [
  { time: new Date(at(14, 6, 43)).toISOString(), id: 1, event: 'down', line: 'dsl', text: 'no carrier' },
  {
    time: new Date(at(14, 6, 43)).toISOString(),
    id: 2,
    event: 'steered',
    text: 'new connections go to fiber',
  },
]
/** Heard for a minute, after a past of which five minutes are remembered. */
const before = withStatus({ ...viewAtStart(at(15, 5, 43)), events }, status, at(15, 5, 43))
const live: WatchView = {
  ...withStatus(before, status, at(15, 6, 43)),
  past: new Map([
    [
      pastKey('fiber', SPANS_MS[0]),
      Array.from({ length: 25 }, (_, i) => ({
        atMs: at(15, 1, 43) + i * 10_000,
        forMs: 10_000,
        delayMs: i === 12 ? 90 : 4,
        downBitsPerSecond: i * 10_000_000,
        upBitsPerSecond: 1_000_000,
        watchedMs: 10_000,
        downMs: i === 3 ? 10_000 : 0,
      })),
    ],
  ]),
}
const AWAY = { exitCode: 4, code: 'MH701', message: 'multihomed is not running', help: 'sudo multihome run' }

const place = (columns: number, color: 'never' | 'always' = 'never', ascii = false): Screen =>
  screenFor({ write: () => true, isTTY: true, columns }, { LANG: 'C.UTF-8' }, { color, ascii })
const draw = (view: WatchView, size: Size = { columns: 80, rows: 24 }): string[] =>
  watchRows(view, size, place(size.columns))

test('80x24: who, how it is, when it was, the lines, the chosen one, what happened, the keys', () => {
  assert.deepEqual(draw(live), [
    'multihome  router1                                                15:06:43  live',
    '1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.',
    '────────────────────────────────────────────────────────────────────────────────',
    '    LINE   STATE  NEW/WANT   LAST 5 m          DELAY  LOSS  DOWN/UP Mbit/s  OPEN',
    '› ● fiber  up     100/100 %  ✖✖▂▂▂▆▂▂▂▂▂▂··▂  4.2 ms   0 %    212.4 / 38.1  1204',
    '  ✖ dsl    DOWN   -          ···········✖··✖       -     -               -     0',
    '── fiber, last 5 m ─────────────────────────────────────────────────────────────',
    '  delay  ▂▂▂▂✖✖✖▂▂▂▂▂▂▂▂▂▂▂▂▂▆▆▆▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂·········▂  4.2 ms, loss 0 %',
    '  down   ▁▁▂▂▂▂▂▂▃▃▃▃▃▃▃▄▄▄▄▄▅▅▅▅▅▆▆▆▆▆▆▆▇▇▇▇▇▇████▇·········▇  212.4 Mbit/s',
    '  up     ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂·········▂  38.1 Mbit/s',
    '  24 h   ····················································█  worked 100.0 %',
    '  up for 1 h; wan1 through 198.51.100.1; 198.51.100.2/28; 1204 connections open;',
    '  gets 100 % of the new',
    '── events ──────────────────────────────────────────────────────────────────────',
    '14:06:43  dsl     DOWN     no carrier',
    '14:06:43  router  steered  new connections go to fiber',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    'q quit  ? keys  space pause  j/k line  d drain  u undrain  p probe  e events',
  ])
})

test('120 columns: longer rows of blocks, and what happened beside the line', () => {
  assert.deepEqual(draw(live, { columns: 120, rows: 16 }), [
    'multihome  router1                                                                                        15:06:43  live',
    '1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.',
    '────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────',
    '    LINE   STATE  FOR  NEW/WANT   LAST 5 m                                             DELAY  LOSS  DOWN/UP Mbit/s  OPEN',
    '› ● fiber  up     1 h  100/100 %  ▂▂▂▂✖✖▂▂▂▂▂▂▂▂▂▂▂▂▂▆▆▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂·········▂  4.2 ms   0 %    212.4 / 38.1  1204',
    '  ✖ dsl    DOWN   1 h  -          ·······································✖·········✖       -     -               -     0',
    '── fiber, last 5 m ─────────────────────────────────────── │ ── events ─────────────────────────────────────────────────',
    '  delay  ▂▂✖✖▂▂▂▂▂▂▂▂▆▆▂▂▂▂▂▂▂▂▂▂▂·····▂  4.2 ms, loss 0 % │ 14:06:43  dsl     DOWN     no carrier',
    '  down   ▁▂▂▂▃▃▃▃▄▄▄▄▅▅▅▆▆▆▆▇▇▇███·····▇  212.4 Mbit/s     │ 14:06:43  router  steered  new connections go to fiber',
    '  up     ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂·····▂  38.1 Mbit/s',
    '  24 h   ······························█  worked 100.0 %',
    '  up for 1 h; wan1 through 198.51.100.1; 198.51.100.2/28;',
    '  1204 connections open; gets 100 % of the new',
    '',
    '',
    'q quit  ? keys  space pause  j/k line  d drain  u undrain  p probe  e events  Enter more  f flows  s 5 m',
  ])
})

test('without a daemon everything is unknown, nothing is green, and why is said', () => {
  const view = { ...live, nowMs: at(15, 6, 50), away: AWAY }
  const rows = watchRows(view, { columns: 80, rows: 24 }, place(80, 'always'))
  const text = rows.map((row) => stripVTControlCharacters(row))
  assert.match(text[0] ?? '', /^multihome {2}router1 +15:06:50 {2}no news$/)
  assert.equal(text[1], 'No news since 15:06:43, trying again.')
  assert.match(text[4] ?? '', /^› ○ fiber {2}unknown {2}- /)
  assert.match(text[5] ?? '', /^ {2}○ dsl {4}unknown {2}- /)
  assert.ok(text.includes('error[MH701]: multihomed is not running'))
  assert.ok(!rows.join('').includes('\u001b[32m'), 'green')
  assert.ok(!text.join('').includes('Mbit/s  212'), 'what it carried before')
})

test('where nothing was ever heard, that is what it says', () => {
  const rows = draw({ ...viewAtStart(at(15, 0, 0)), away: AWAY })
  assert.deepEqual(rows.slice(1, 6), [
    '',
    'No news yet, trying.',
    '',
    'error[MH701]: multihomed is not running',
    '    = help: sudo multihome run',
  ])
})

test('a pause keeps the time of the picture', () => {
  const paused = press(live, ' ').view
  const rows = draw({ ...paused, nowMs: at(16, 0, 0) })
  assert.match(rows[0] ?? '', /15:06:43 {2}paused$/)
  assert.match(rows.at(-1) ?? '', /space go on/)
})

test('a change on trial is seen by whoever watches', () => {
  const trial = { since: status.time, undoAt: new Date(at(15, 7, 13)).toISOString(), secondsLeft: 30, formerAt: status.time } // prettier-ignore
  const rows = draw(withStatus(live, { ...status, trial }, at(15, 6, 43)))
  assert.ok(
    rows.includes('! The last apply is undone in 30 s unless somebody types multihome confirm.'),
    rows.join('\n'),
  )
})

test('the help has every state, every column and every key, and fits 80x24', () => {
  const text = draw(press(live, '?').view).join('\n')
  for (const word of 'up suspect DOWN draining absent unknown reserve lossy FOR NEW/WANT OPEN DOWN/UP'.split(
    ' ',
  ))
    assert.ok(text.includes(word), word)
  for (const key of ['j k', 'Enter', 'd  u', 'p ', 'e  f', 's ', 'space', 'Esc', 'q '])
    assert.ok(text.includes(`  ${key}`), key)
  assert.ok(!text.includes('more row'))
})

test('a small screen has the verdict and a word for each line', () => {
  assert.deepEqual(draw(live, { columns: 40, rows: 8 }), [
    'multihome  router1        15:06:43  live',
    '1 of 2 lines is in use: fiber. dsl is',
    'down since 14:06: no carrier.',
    '',
    '› ● fiber up',
    '  ✖ dsl DOWN',
    '',
    'q quit  ? keys  space pause  j/k line',
  ])
})

test('a line that fails in IPv6 alone says so, small or not', () => {
  const view = withStatus(live, { ...status, lines: EXAMPLES.lines.lines, notes: [] }, live.nowMs)
  assert.ok(draw(view, { columns: 40, rows: 20 }).includes('› ● fiber up, IPv6 DOWN'))
  assert.ok(draw(view).some((row) => row.startsWith('› ● fiber  up, IPv6 DOWN  ')))
  assert.ok(!draw({ ...view, away: AWAY }, { columns: 80, rows: 30 }).some((row) => /^..[✖●]/.test(row)))
})

const many: LineDocument[] = Array.from({ length: 62 }, (_, i) => ({
  ...EXAMPLES.line.line,
  name: `provider-with-a-long-name-${i}`,
}))
const crowded = withStatus(live, { ...status, lines: many }, live.nowMs)

test('of more lines than fit, those around the chosen one are shown and the rest is counted', () => {
  const rows = draw({ ...crowded, chosen: 'provider-with-a-long-name-40' })
  assert.ok(
    rows.some((row) => row.startsWith('› ● prov') && row.includes('-40')),
    rows.join('\n'),
  )
  assert.ok(rows.some((row) => /… \d\d more lines$/.test(row)))
})

test('whatever the size, no row is too wide and none too many; colours are never cut in two', () => {
  const pages = ['lines', 'line', 'events', 'answer', 'help'] as const
  const views = [live, crowded, { ...crowded, away: AWAY }].flatMap((view) =>
    pages.map((page): WatchView => ({
      ...view,
      page,
      asked: { waiting: '', text: (screen) => probeText(EXAMPLES.probe, screen) },
      ...(page === 'line' && { drains: 'fiber' }),
      scrolled: 3,
    })),
  )
  for (const view of views) {
    for (const columns of [1, 7, 20, 39, 40, 59, 60, 79, 80, 110, 200]) {
      for (const rows of [1, 2, 3, 4, 12, 24, 100]) {
        for (const color of ['never', 'always'] as const) {
          const drawn = watchRows(view, { columns, rows }, place(columns, color))
          assert.equal(drawn.length, rows)
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
  for (const view of [live, { ...live, away: AWAY }, press(live, '?').view]) {
    for (const columns of [30, 80, 120]) {
      for (const row of watchRows(view, { columns, rows: 24 }, place(columns, 'never', true)))
        assert.match(row, new RegExp(`^[ -~]{0,${columns}}$`))
    }
  }
})

test('80x24 with eight lines: what is to be known of each of two dead ones is not cut for the address of a third', () => {
  const [up] = status.lines
  assert.ok(up)
  const released = { at: status.time, told: 18, ended: 0 }
  const lines = Array.from({ length: 8 }, (_, i): LineDocument => {
    const name = `line${i + 1}`
    return i < 6 ? { ...up, name } : { ...up, name, state: 'down', released }
  })
  const text = 'Internet works over line1, line2, line3, line4, line5 and line6. line7 is down since 14:02: no answer. line8 is down since 14:02: no answer from 6 of 6 targets.' // prettier-ignore
  const heard = withStatus(
    viewAtStart(at(15, 6, 43)),
    { ...status, lines, verdict: { text, level: 'some' } },
    at(15, 6, 43),
  )
  const rows = draw(heard)
  for (const name of ['line7', 'line8'])
    assert.ok(
      rows.some((row) => row.startsWith(`! ${name} `)),
      name,
    )
})
