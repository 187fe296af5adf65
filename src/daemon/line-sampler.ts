import type { LastCounters, LineUsage, Observation } from '../history/index.ts'
import { dayOf, type LineReport } from '../model/index.ts'
import { chosenCounter, legsOf, wholeLines, type LineFacts } from '../plan/index.ts'
import type { CounterWindow } from './counters.ts'
import { judged, type TrackedState } from './line-tracker.ts'
import type { LegThen, OutageBook, Span } from './outage-book.ts'
import type { WallClock } from './wall-clock.ts'

/** How the lines are at a moment. Times are monotonic. */
export interface LinesNow {
  readonly lines: readonly LineFacts[]
  readonly states: ReadonlyMap<string, TrackedState>
  readonly reports: ReadonlyMap<string, LineReport>
  readonly counters: CounterWindow
}

/** What is worth remembering of the time since the last look. */
export interface Sampled {
  readonly observations: readonly Observation[]
  readonly usage: readonly LineUsage[]
  readonly counters: readonly LastCounters[]
}

interface Seen {
  readonly atMs: number
  readonly legs: ReadonlyMap<string, LegThen>
  readonly chosen: ReadonlyMap<string, number>
}

/** A loop that was held up for longer saw nothing meanwhile. */
const LONGEST_SPAN_MS = 30_000

/** Turns what counters and states are into what became of them since the last look. */
export class LineSampler {
  readonly #clock: WallClock
  readonly #boot: string
  readonly #outages: OutageBook
  #seen: Seen | undefined
  /** By line. */
  #last = new Map<string, LastCounters>()

  /** @param boot a counter counts on within the same */
  constructor(clock: WallClock, boot: string, outages: OutageBook) {
    this.#clock = clock
    this.#boot = boot
    this.#outages = outages
  }

  /** What was remembered of the counters: what went through while no daemon ran is somebody's bill all the same. */
  goOnFrom(counters: readonly LastCounters[]): void {
    const known = counters.filter(({ boot, line }) => boot === this.#boot && !this.#last.has(line))
    for (const one of known) this.#last.set(one.line, one)
  }

  take({ lines, states, reports, counters }: LinesNow, nowMs: number): Sampled {
    const before = this.#seen
    const wallMs = this.#clock.at(nowMs)
    const legs = new Map(
      [...states].map(([leg, tracked]) => {
        const now = known(tracked, reports.get(leg))
        return [leg, { ...now, sinceMs: this.#clock.at(now.sinceMs) }]
      }),
    )
    this.#outages.seen(legs, wallMs)
    const wholes = wholeLines(lines)
    const chosen = new Map(wholes.map(({ id, config }) => [config.name, counters.total(chosenCounter(id))]))
    this.#seen = { atMs: nowMs, legs, chosen }

    const chosenSince = new Map(
      [...chosen].map(([line, count]) => [line, since(before?.chosen.get(line) ?? count, count)]),
    )
    const chosenInAll = [...chosenSince.values()].reduce((a, b) => a + b, 0)
    const spanMs = before === undefined ? 0 : Math.min(LONGEST_SPAN_MS, nowMs - before.atMs)
    const taken = wholes.map((whole) => {
      const { name, interface: dev } = whole.config
      const { rxBytes, txBytes } = counters.bytes(dev)
      const last = this.#last.get(name)
      const isSame = last?.interface === dev
      const bytes = {
        receivedBytes: isSame ? since(last.receivedBytes, rxBytes) : 0,
        sentBytes: isSame ? since(last.sentBytes, txBytes) : 0,
      }
      const counter = {
        line: name,
        interface: dev,
        boot: this.#boot,
        receivedBytes: rxBytes,
        sentBytes: txBytes,
      }
      this.#last.set(name, counter)
      const observations = legsOf(whole).flatMap((leg, index): Observation[] => {
        const [was, is] = [before?.legs.get(leg.leg), legs.get(leg.leg)]
        if (was === undefined || is === undefined) return []
        const downMs = (span: Span): number => this.#outages.downMs(leg.leg, span)
        const times = timesOf(was, is, { fromMs: wallMs - spanMs, toMs: wallMs }, downMs)
        const { rttMs, jitterMs, lossRatio } = reports.get(leg.leg) ?? {}
        const ofLine = index === 0
        return [
          {
            leg: leg.leg,
            atS: Math.floor((wallMs - spanMs / 2) / 1000),
            spanMs,
            ...times,
            ...(ofLine ? bytes : { receivedBytes: 0, sentBytes: 0 }),
            chosen: ofLine ? (chosenSince.get(name) ?? 0) : 0,
            chosenInAll: ofLine ? chosenInAll : 0,
            // The last answer of a line that is dead says nothing of it now.
            ...(times.downMs < times.watchedMs && {
              ...(rttMs !== undefined && { delayMs: rttMs }),
              ...(jitterMs !== undefined && { jitterMs }),
              ...(lossRatio !== undefined && { lossRatio }),
            }),
          },
        ]
      })
      return { observations, counter, usage: { line: name, day: dayOf(wallMs), ...bytes } }
    })
    this.#outages.counted()
    return {
      observations: taken.flatMap(({ observations }) => observations),
      usage: taken
        .map(({ usage }) => usage)
        .filter(({ receivedBytes, sentBytes }) => receivedBytes + sentBytes > 0),
      counters: taken.map(({ counter }) => counter),
    }
  }
}

/**
 * What is known of a leg, not what is assumed of it: one that is asked and has not answered yet is not up. Where nobody
 * shall be asked (`health: off`) cable, address and gateway are all there is to know.
 */
function known(tracked: TrackedState, report: LineReport | undefined): TrackedState {
  const state = { ...tracked, ...judged(tracked, report) }
  if (report === undefined || report.targets.length === 0 || !WORKING.has(state.state)) return state
  const sinceMs = Math.max(state.sinceMs, report.sinceMs)
  return report.health === 'unknown' ? { state: 'unknown', sinceMs } : { ...state, sinceMs }
}

const WORKING: ReadonlySet<string> = new Set(['up', 'draining'])

/** A counter that shows less was made anew. */
const since = (before: number, now: number): number => (now < before ? now : now - before)

type Times = Pick<Observation, 'watchedMs' | 'downMs' | 'suspectMs'>

/**
 * How long a leg was what. Until it became what it is now it was what it was before, as far as two looks tell; how long
 * it was down is known better, also of an outage that began and ended between them.
 */
function timesOf(was: LegThen, is: LegThen, whole: Span, downMs: (span: Span) => number): Times {
  const sinceMs = Math.min(whole.toMs, Math.max(whole.fromMs, is.sinceMs))
  const spans = [
    { state: was.state, span: { ...whole, toMs: sinceMs } },
    { state: is.state, span: { ...whole, fromMs: sinceMs } },
  ].map(({ state, span }) => ({ state, ms: span.toMs - span.fromMs, downMs: downMs(span) }))
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  return {
    watchedMs: sum(spans.map((one) => (one.state === 'unknown' ? one.downMs : one.ms))),
    downMs: sum(spans.map((one) => one.downMs)),
    suspectMs: sum(spans.map((one) => (one.state === 'suspect' ? one.ms - one.downMs : 0))),
  }
}
