import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { VALUES } from './examples.ts'
import { fakeControl } from './fake.ts'
import { EventTally } from './event-tally.ts'
import { METRICS, metricsText } from './metrics.ts'
import type { JournalEntry } from '../daemon/control.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const text = metricsText({
  status: { ...VALUES.status, lines: [...VALUES.status.lines, { ...VALUES.inBoth, name: 'both' }] },
  events: [
    { event: 'down', line: 'dsl', count: 2 },
    { event: 'offline', count: 1 },
  ],
})

/** By the series' whole text. */
const series = new Map(
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
)

test('a Prometheus can read it: every line is one of the format, every name has its type, no series comes twice', () => {
  assert.ok(text.endsWith('\n'))
  const lines = text.trimEnd().split('\n')
  const label = '[a-z_]+="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"'
  const sample = new RegExp(`^[a-z_]+(\\{${label}(,${label})*\\})? -?\\d+(\\.\\d+)?(e[+-]?\\d+)?$`)
  for (const line of lines) assert.match(line, line.startsWith('#') ? /^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter))$/ : sample) // prettier-ignore
  assert.equal(series.size, lines.filter((line) => !line.startsWith('#')).length)
})

test('names are as Prometheus wishes: our prefix, base units, counters end with _total', () => {
  assert.equal(new Set(METRICS.map(({ name }) => name)).size, METRICS.length)
  for (const { name, type } of METRICS) {
    assert.match(name, /^multihomed_[a-z]+(_[a-z]+)*$/)
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.doesNotMatch(name, /_(ms|milliseconds|kb|mbit|percent)\b/)
  }
})

test('each line is in one state in each of its families', () => {
  const sums = new Map<string, number>()
  for (const [name, value] of series) {
    const [, line, family] = /^multihomed_line_state\{line="(\w+)",family="(\w+)"/.exec(name) ?? []
    if (line !== undefined) sums.set(`${line} ${family}`, (sums.get(`${line} ${family}`) ?? 0) + value)
  }
  assert.deepEqual(Object.fromEntries(sums), {
    'fiber ipv4': 1,
    'dsl ipv4': 1,
    'both ipv4': 1,
    'both ipv6': 1,
  })
})

test('units are base units, and what is unknown is absent, not 0', () => {
  assert.equal(series.get('multihomed_events_total{event="down",line="dsl"}'), 2)
  assert.equal(series.get('multihomed_events_total{event="offline"}'), 1)
  const delay = VALUES.status.lines[0]?.health?.rttMs ?? assert.fail('the example is watched')
  assert.equal(series.get('multihomed_line_delay_seconds{line="fiber",family="ipv4"}'), delay / 1000)
  assert.ok(!series.has('multihomed_line_share_ratio{line="dsl"}'))
})

test('a name that is hard to quote does not break the text', () => {
  const [line] = VALUES.status.lines
  const broken = metricsText({ status: { ...VALUES.status, version: 'a"b\\c\nd', lines: line === undefined ? [] : [line] }, events: [] }) // prettier-ignore
  assert.ok(broken.includes('{version="a\\"b\\\\c\\nd"} 1'))
})

test('what happened is counted from the start of the daemon on, by kind and line', () => {
  let tell: (entry: JournalEntry) => void = () => assert.fail('nobody listens')
  const tally = new EventTally(fakeControl({ onEvent: (listener) => ((tell = listener), () => undefined) }))
  const before = new Map(tally.counts.map(({ event, line, count }) => [`${event} ${line ?? ''}`, count]))
  tell({ id: 99, atMs: 0, kind: 'down', line: 'dsl', text: '' })
  tell({ id: 100, atMs: 0, kind: 'offline', text: '' })
  const after = new Map(tally.counts.map(({ event, line, count }) => [`${event} ${line ?? ''}`, count]))
  assert.equal(after.get('down dsl'), (before.get('down dsl') ?? 0) + 1)
  assert.equal(after.get('offline '), 1)
})

for (const file of ['contrib/prometheus/multihomed.rules.yml', 'contrib/grafana/multihomed.json'])
  test(`${file} asks only for metrics that exist: an alert for another would never be raised`, () => {
    const names = new Set(read(file).match(/multihomed_[a-z_]+/g))
    assert.ok(names.size > 5)
    const known = new Set(METRICS.map(({ name }) => name))
    assert.deepEqual([...names].filter((name) => !known.has(name)), []) // prettier-ignore
  })

test('what boards and alerts count is told from the start: from nothing to 1 is no increase, and nobody saw the first outage', () => {
  const quiet = metricsText({ status: VALUES.status, events: [] })
  const asked = ['contrib/prometheus/multihomed.rules.yml', 'contrib/grafana/multihomed.json'].flatMap(
    (file) =>
      [...read(file).matchAll(/event=~?\\?"([a-z|]+)/g)].flatMap(([, names = '']) => names.split('|')),
  )
  assert.ok(new Set(asked).size > 8)
  for (const event of asked)
    assert.match(quiet, new RegExp(`events_total\\{event="${event}"(,line="fiber")?\\} 0$`, 'm'), event)
  assert.match(quiet, /events_total\{event="down",line="dsl"\} 0$/m)
})

test('the dashboard of Grafana is JSON with panels that have a query each', () => {
  const board = JSON.parse(read('contrib/grafana/multihomed.json')) as { panels: { title: string; targets?: unknown[]; type: string }[] } // prettier-ignore
  assert.ok(board.panels.length > 6)
  for (const panel of board.panels)
    if (panel.type !== 'row') assert.ok((panel.targets ?? []).length > 0, panel.title)
})

test('docs/metrics.md tells of every metric', () => {
  const page = read('docs/metrics.md')
  for (const { name } of METRICS) assert.ok(page.includes(`\`${name.replace('multihomed_', '')}\``), name)
})
