/**
 * The thread that watches the lines: its own, because garbage collection in a large heap has held a timer back by
 * seconds, and a line must not be called dead for that. It owns the counters, the probes' sockets and the detector,
 * and posts what it found.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Fleet, SAMPLE_MS, type Sample } from '../health/index.ts'
import { openCounters } from '../kernel/line-counters.ts'
import { openProber } from '../kernel/prober.ts'
import type { LineReport } from '../model/index.ts'
import type { FollowedLine, FromWatcher, ToWatcher, WatcherStart } from './health-watch.ts'

/** Without news: so that a glance is never older. */
const REPORT_EVERY_MS = 1000

const port = parentPort
if (port === null) throw new Error('started as a program of its own, and not as a thread')
const { zeroMs } = workerData as WatcherStart // from health-thread.ts
/** Every thread has a zero of its own. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - zeroMs - performance.now()
const nowMs = (): number => performance.now() + offsetMs
const tell = (message: FromWatcher): void => port.postMessage(message, [])

const fleet = new Fleet()
const prober = openProber({
  onAnswer: (probe, answer) => {
    fleet.answered(probe, answer, nowMs())
    // Answers come in threes, and one look is enough for what was read together.
    turning ??= setImmediate(turn)
  },
})
const counters = openCounters()
if (!counters.ok)
  tell({
    is: 'lacks',
    what: `only probes tell how lines are: ${counters.error.what}: ${counters.error.said}`,
  })

let lines: ReadonlyMap<string, FollowedLine> = new Map()
let before: ReadonlyMap<string, number> = new Map()
let wake: NodeJS.Timeout | undefined
let turning: NodeJS.Immediate | undefined
let told = ''
let toldAtMs = -Infinity
let isClosed = false

port.on('message', (message: ToWatcher) => {
  if (message.do === 'report') return report(false, message.question)
  if (message.do === 'close') return close()
  lines = new Map(message.lines.map((line) => [line.name, line]))
  fleet.follow(message.lines, nowMs())
  turn()
})

// Timers run before sockets are read: an answer that waits there is not missing.
let sampling = setTimeout(() => setImmediate(sample), SAMPLE_MS)
let nextSampleMs = nowMs() + SAMPLE_MS

process.on('uncaughtException', (bug) => {
  tell({ is: 'dying', said: bug.stack ?? bug.message })
  close()
})

function close(): void {
  isClosed = true
  clearTimeout(sampling)
  clearTimeout(wake)
  prober.close()
  if (counters.ok) counters.value.close()
  port?.close()
}

function sample(): void {
  if (isClosed) return
  const samples = counters.ok ? samplesOf(counters.value.read()) : new Map<string, Sample>()
  nextSampleMs = fleet.sample(samples, nowMs())
  // On a box that is late, the next one is due already; Node warns of times in the past.
  sampling = setTimeout(() => setImmediate(sample), Math.max(1, nextSampleMs - nowMs()))
  turn()
}

/** Packets since the last reading; a counter that ran backwards was made anew. */
function samplesOf(now: ReadonlyMap<string, number>): ReadonlyMap<string, Sample> {
  const since = (counter: string): number => {
    const [is, was] = [now.get(counter) ?? 0, before.get(counter)]
    return was === undefined ? 0 : is < was ? is : is - was
  }
  const samples = new Map<string, Sample>()
  for (const { name, counters: of } of lines.values())
    samples.set(name, { sent: since(of.sent), life: since(of.life), handshakes: since(of.handshakes) })
  before = now
  return samples
}

/** Whatever came: what is to be asked now, what is known now, and when to look again. */
function turn(): void {
  turning = undefined
  if (isClosed) return
  const { ask, wakeAtMs, changed } = fleet.tick(nowMs())
  for (const { probe, line, target } of ask) {
    const leg = lines.get(line)
    if (leg !== undefined) prober.ask(probe, { ...leg.path, family: leg.family }, target)
  }
  clearTimeout(wake)
  // Else the next sample comes soon enough by itself.
  if (wakeAtMs < nextSampleMs) wake = setTimeout(() => setImmediate(turn), Math.max(1, wakeAtMs - nowMs()))
  const reports = changed ? fleet.reports(nowMs()) : []
  if (changed && newsIn(reports) !== told) report(true, undefined, reports)
  else if (nowMs() - toldAtMs >= REPORT_EVERY_MS) report(false)
}

const newsIn = (reports: readonly LineReport[]): string => reports.map(newsOf).join('\n')

const newsOf = ({ line, health, degraded, blame, why, backAtMs }: LineReport): string =>
  [line, health, degraded, blame, why, backAtMs !== undefined].join(' ')

function report(news: boolean, question?: number, reports = fleet.reports(nowMs())): void {
  told = newsIn(reports)
  toldAtMs = nowMs()
  tell({ is: 'reports', reports, news, ...(question !== undefined && { question }) })
}
