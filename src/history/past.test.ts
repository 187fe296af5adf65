import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { dayOf, monthNamed, type Month } from '../model/index.ts'
import { History, type Batch, type Observation } from './index.ts'

const HOUR_MS = 3_600_000
const NOVEMBER = monthNamed('2026-11', 1) as Month // it is a month
const T0 = NOVEMBER.fromMs + 24 * HOUR_MS

const observation = (atMs: number, rest: Partial<Observation> = {}): Observation => ({
  leg: 'fiber',
  atS: Math.floor(atMs / 1000),
  spanMs: 10_000,
  watchedMs: 10_000,
  downMs: 0,
  suspectMs: 0,
  receivedBytes: 1000,
  sentBytes: 100,
  chosen: 3,
  chosenInAll: 4,
  delayMs: 10,
  jitterMs: 1,
  lossRatio: 0,
  ...rest,
})

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'past-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

function opened(t: TestContext, path: string, limitBytes = 1e8): History {
  const history = new History({ directory: path, limitBytes, log: { info() {}, warn() {} } })
  t.after(() => history.close())
  return history
}

const kept = async (history: History, batch: Partial<Batch>, atMs = T0, isSteady = true): Promise<void> =>
  assert.ok(await history.keep(batch, { atMs, isSteady }))

const seconds = (count: number, from = T0): Observation[] =>
  Array.from({ length: count }, (_, i) => observation(from + i * 10_000))

test('a graph is as fine as asked for, and says the same whatever its width', async (t) => {
  const history = opened(t, await directory(t))
  const observations = seconds(6 * 60 * 2)
  // In batches that end within a minute and an hour, as the daemon writes them.
  for (let i = 0; i < observations.length; i += 7)
    await kept(history, { observations: observations.slice(i, i + 7) })
  for (const [points, stepMs] of [
    [720, 10_000],
    [120, 60_000],
    [24, 300_000],
    [2, HOUR_MS],
  ] as const) {
    const series = await history.series('fiber', { fromMs: T0, toMs: T0 + 2 * HOUR_MS, points })
    assert.deepEqual([series?.stepMs, series?.points.length], [stepMs, points])
    const sum = (key: 'watchedMs' | 'receivedBytes' | 'chosen'): number =>
      series?.points.reduce((all, point) => all + point[key], 0) ?? NaN
    assert.deepEqual([sum('watchedMs'), sum('receivedBytes'), sum('chosen')], [2 * HOUR_MS, 720_000, 2160])
    assert.deepEqual(series?.points[0]?.chosenShare, 0.75)
    assert.ok(Math.abs((series?.points[0]?.delayMs?.median ?? 0) - 10) < 0.5)
    assert.equal(series?.points[0]?.peakDownBitsPerSecond, 800)
  }
})

test('where nobody watched a graph has no point, and not one of zero', async (t) => {
  const history = opened(t, await directory(t))
  await kept(history, { observations: [...seconds(6), ...seconds(6, T0 + 10 * 60_000)] })
  const series = await history.series('fiber', { fromMs: T0, toMs: T0 + 20 * 60_000, points: 20 })
  assert.deepEqual(
    series?.points.map(({ atMs }) => (atMs - T0) / 60_000),
    [0, 10],
  )
})

test('what is too old to be fine is told by the hour', async (t) => {
  const history = opened(t, await directory(t))
  await kept(history, { observations: seconds(30) })
  const later = T0 + 60 * 24 * HOUR_MS
  for (let i = 0; i < 3; i++) await kept(history, { observations: seconds(1, later + i * 10_000) }, later)
  const old = await history.series('fiber', { fromMs: T0, toMs: T0 + HOUR_MS, points: 360 })
  assert.deepEqual([old?.stepMs, old?.points.length, old?.points[0]?.watchedMs], [HOUR_MS, 1, 300_000])
  const fresh = await history.series('fiber', { fromMs: later, toMs: later + 60_000, points: 6 })
  assert.deepEqual([fresh?.stepMs, fresh?.points.length], [10_000, 3])
})

test('a clock that jumps far ahead makes nothing be forgotten until it was steady for a while', async (t) => {
  const history = opened(t, await directory(t))
  await kept(history, { observations: seconds(30) })
  const wrong = T0 + 1000 * 24 * HOUR_MS
  for (let i = 0; i < 3; i++) await kept(history, { observations: seconds(1, wrong) }, wrong, false)
  const series = await history.series('fiber', { fromMs: T0, toMs: T0 + 300_000, points: 30 })
  assert.equal(series?.points.length, 30)
})

test('a memory that is full forgets seconds first, and keeps the hours and the volume of every day', async (t) => {
  const path = await directory(t)
  const limitBytes = 2.6 * (1 << 20)
  const history = opened(t, path, limitBytes)
  const legs = Array.from({ length: 4 }, (_, i) => `line${i}`)
  let most = 0
  for (let hour = 0; hour < 10; hour++) {
    const atMs = T0 + hour * HOUR_MS
    const observations = legs.flatMap((leg) => seconds(360, atMs).map((one) => ({ ...one, leg })))
    const usage = [{ line: 'line0', day: dayOf(atMs), receivedBytes: 1, sentBytes: 1 }]
    while (!(await history.keep({ observations, usage }, { atMs, isSteady: false }))) await sleep(10)
    const sizes = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size)
    most = Math.max(
      most,
      (await Promise.all(sizes)).reduce((a, b) => a + b),
    )
  }
  const graph = (fromMs: number, points: number) =>
    history.series('line0', { fromMs, toMs: fromMs + HOUR_MS, points })
  assert.ok(most <= limitBytes, `${most} bytes`)
  assert.equal((await graph(T0 + 9 * HOUR_MS, 360))?.points.length, 360, 'the last hour by the second')
  assert.notEqual((await graph(T0, 360))?.stepMs, 10_000, 'the first one no more')
  assert.equal((await graph(T0, 1))?.points[0]?.watchedMs, HOUR_MS)
  const month = await history.month('line0', { main: 'line0' }, NOVEMBER, T0 + 10 * HOUR_MS)
  assert.deepEqual([month?.main.watchedMs, month?.receivedBytes], [10 * HOUR_MS, 10])
})

test('a clock that goes back adds to what is there of that time', async (t) => {
  const history = opened(t, await directory(t))
  await kept(history, { observations: seconds(6) })
  await kept(history, { observations: seconds(6) })
  const series = await history.series('fiber', { fromMs: T0, toMs: T0 + 60_000, points: 1 })
  assert.deepEqual([series?.points[0]?.receivedBytes, series?.points.length], [12_000, 1])
})

const outages = async (history: History): Promise<object[]> =>
  ((await history.outages('lte', 0, Number.MAX_SAFE_INTEGER)) ?? []).map(
    ({ fromMs, toMs, isCut, released }) => ({
      from: fromMs - T0,
      to: toMs === undefined ? undefined : toMs - T0,
      isCut,
      released,
    }),
  )

test('an outage has its beginning, its end, and how many connections hung on it', async (t) => {
  const history = opened(t, await directory(t))
  const begins = { is: 'begins', leg: 'lte', atMs: T0, why: 'no carrier' } as const
  await kept(history, { outages: [begins, { is: 'releases', leg: 'lte', count: 5 }] })
  assert.deepEqual(await outages(history), [{ from: 0, to: undefined, isCut: false, released: 5 }])
  await kept(history, { outages: [{ ...begins, atMs: T0 + 1 }, { is: 'releases', leg: 'lte', count: 2 }, { is: 'ends', leg: 'lte', atMs: T0 + 700 }] }) // prettier-ignore
  assert.deepEqual(await outages(history), [{ from: 0, to: 700, isCut: false, released: 7 }])
  assert.deepEqual(await history.outages('fiber', 0, T0), [], 'another line has none')
})

test('an outage that nobody saw end has lasted as long as somebody watched', async (t) => {
  const path = await directory(t)
  const first = opened(t, path)
  await kept(first, { outages: [{ is: 'begins', leg: 'lte', atMs: T0, why: 'no carrier' }] })
  await kept(first, {}, T0 + 60_000)
  await first.close()
  const second = opened(t, path)
  const later = T0 + HOUR_MS
  await kept(second, { outages: [{ is: 'begins', leg: 'lte', atMs: later, why: 'no carrier' }] }, later)
  assert.deepEqual(await outages(second), [
    { from: 0, to: 60_000, isCut: true, released: 0 },
    { from: HOUR_MS, to: undefined, isCut: false, released: 0 },
  ])
})

test('a month says how available a line was while it was watched, and how long it was not', async (t) => {
  const history = opened(t, await directory(t))
  await kept(history, {
    observations: [...seconds(360), observation(T0, { leg: 'fiber/ipv6', receivedBytes: 0, downMs: 10_000, watchedMs: 10_000 })], // prettier-ignore
    outages: [
      { is: 'begins', leg: 'fiber', atMs: T0 + 1000, why: 'no carrier' },
      { is: 'ends', leg: 'fiber', atMs: T0 + 37_000 },
      { is: 'begins', leg: 'fiber/ipv6', atMs: T0, why: 'no answer' },
    ],
    usage: [
      { line: 'fiber', day: '2026-10-31', receivedBytes: 7, sentBytes: 7 },
      { line: 'fiber', day: '2026-11-02', receivedBytes: 1000, sentBytes: 10 },
      { line: 'lte', day: '2026-11-02', receivedBytes: 9, sentBytes: 9 },
    ],
  })
  await kept(history, { usage: [{ line: 'fiber', day: '2026-11-02', receivedBytes: 500, sentBytes: 5 }] })
  const nowMs = T0 + 2 * HOUR_MS
  const report = await history.month('fiber', { main: 'fiber', second: 'fiber/ipv6' }, NOVEMBER, nowMs)
  const { watchedMs, unwatchedMs, downMs, availability, outages: known } = report?.main ?? {}
  assert.deepEqual([watchedMs, downMs, availability, known?.length], [HOUR_MS, 36_000, 0.99, 1])
  assert.equal(unwatchedMs, nowMs - NOVEMBER.fromMs - HOUR_MS)
  assert.deepEqual(report?.days, [{ day: '2026-11-02', receivedBytes: 1500, sentBytes: 15 }])
  assert.deepEqual([report?.receivedBytes, report?.sentBytes, report?.untilMs], [1500, 15, nowMs])
  assert.equal(report?.ipv6?.availability, 0, 'IPv6 was down all the time')
})

test('of a month in which nobody watched nothing is said', async (t) => {
  const history = opened(t, await directory(t))
  const report = await history.month('fiber', { main: 'fiber' }, NOVEMBER, NOVEMBER.toMs + 1)
  assert.deepEqual(
    [report?.main.availability, report?.main.watchedMs, report?.main.delayMs],
    [undefined, 0, undefined],
  )
  assert.equal(report?.main.unwatchedMs, NOVEMBER.toMs - NOVEMBER.fromMs)
})

test('what the counters showed last is known after a restart', async (t) => {
  const path = await directory(t)
  const first = opened(t, path)
  const counter = { line: 'fiber', interface: 'wan1', boot: 'b', receivedBytes: 5, sentBytes: 6 }
  await kept(first, { counters: [{ ...counter, sentBytes: 1 }] })
  await kept(first, { counters: [counter] })
  await first.close()
  assert.deepEqual(await opened(t, path).counters(), [counter])
})

test('who had how much of a line in a month: those with the most first, of that month and line alone', async (t) => {
  const history = opened(t, await directory(t))
  const one = { line: 'fiber', client: '10.0.0.5', day: '2026-11-02', receivedBytes: 500, sentBytes: 5 }
  await kept(history, {
    clients: [
      one,
      { ...one, client: '10.0.0.6', receivedBytes: 2000 },
      { ...one, line: 'lte', receivedBytes: 9 },
      { ...one, day: '2026-10-31', receivedBytes: 7000 },
    ],
  })
  await kept(history, { clients: [{ ...one, day: '2026-11-03' }, one] })
  assert.deepEqual(await history.clients('fiber', NOVEMBER), [
    { client: '10.0.0.6', receivedBytes: 2000, sentBytes: 5 },
    { client: '10.0.0.5', receivedBytes: 1500, sentBytes: 15 },
  ])
})

test('clients are forgotten after a year and a month', async (t) => {
  const history = opened(t, await directory(t))
  const one = { line: 'fiber', client: '10.0.0.5', day: '2026-11-02', receivedBytes: 500, sentBytes: 5 }
  await kept(history, { clients: [one] })
  await kept(history, {}, T0 + 401 * 24 * HOUR_MS)
  assert.deepEqual(await history.clients('fiber', NOVEMBER), [])
})
