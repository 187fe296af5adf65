import type { LastCounters, LineUsage, Observation, OutageNews } from '../history/index.ts'
import { dayOf, type LineReport } from '../model/index.ts'
import { chosenCounter, legsOf, wholeLines, type LineFacts } from '../plan/index.ts'
import type { CounterWindow } from './counters.ts'
import { judged, type TrackedState } from './line-tracker.ts'
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
  /** How each line in each family is; only those of which it is known. */
  readonly states: ReadonlyMap<string, SeenState>
}

export interface SeenState {
  readonly isDown: boolean
  readonly why: string
  /** Wall time. */
  readonly sinceMs: number
}

interface Seen {
  readonly atMs: number
  readonly states: ReadonlyMap<string, TrackedState>
  readonly chosen: ReadonlyMap<string, number>
}

/** A loop that was held up for longer saw nothing meanwhile. */
const LONGEST_SPAN_MS = 30_000

/** Turns what counters and states are into what became of them since the last look. */
export class LineSampler {
  readonly #clock: WallClock
  readonly #boot: string
  #seen: Seen | undefined
  /** By line. */
  #last = new Map<string, LastCounters>()

  /** @param boot a counter counts on within the same */
  constructor(clock: WallClock, boot: string) {
    this.#clock = clock
    this.#boot = boot
  }

  /** What was remembered of the counters: what went through while no daemon ran is somebody's bill all the same. */
  goOnFrom(counters: readonly LastCounters[]): void {
    const known = counters.filter(({ boot, line }) => boot === this.#boot && !this.#last.has(line))
    for (const one of known) this.#last.set(one.line, one)
  }

  take({ lines, states, reports, counters }: LinesNow, nowMs: number): Sampled {
    const before = this.#seen
    const now = new Map([...states].map(([leg, tracked]) => [leg, known(tracked, reports.get(leg))]))
    const wholes = wholeLines(lines)
    const chosen = new Map(wholes.map(({ id, config }) => [config.name, counters.total(chosenCounter(id))]))
    this.#seen = { atMs: nowMs, states: now, chosen }

    const chosenSince = new Map(
      [...chosen].map(([line, count]) => [line, since(before?.chosen.get(line) ?? count, count)]),
    )
    const chosenInAll = [...chosenSince.values()].reduce((a, b) => a + b, 0)
    const spanMs = before === undefined ? 0 : Math.min(LONGEST_SPAN_MS, nowMs - before.atMs)
    const wallMs = this.#clock.at(nowMs)
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
        const times = before && timesOf(before, now.get(leg.leg), leg.leg, nowMs, spanMs)
        if (times === undefined) return []
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
    return {
      observations: taken.flatMap(({ observations }) => observations),
      usage: taken
        .map(({ usage }) => usage)
        .filter(({ receivedBytes, sentBytes }) => receivedBytes + sentBytes > 0),
      counters: taken.map(({ counter }) => counter),
      states: new Map(
        [...now].flatMap(([leg, { state, why, sinceMs }]) =>
          state === 'unknown'
            ? []
            : [
                [
                  leg,
                  {
                    isDown: DOWN.has(state),
                    why: why ?? 'the cause is not known',
                    sinceMs: this.#clock.at(sinceMs),
                  },
                ],
              ],
        ),
      ),
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

const DOWN: ReadonlySet<string> = new Set(['down', 'absent'])

type Times = Pick<Observation, 'watchedMs' | 'downMs' | 'suspectMs'>

/** How long a leg was what, as far as two looks tell: until it became what it is now it was what it was before. */
function timesOf(
  before: Seen,
  now: TrackedState | undefined,
  leg: string,
  nowMs: number,
  spanMs: number,
): Times | undefined {
  const was = before.states.get(leg)
  if (was === undefined || now === undefined) return undefined
  const nowForMs = Math.min(spanMs, Math.max(0, nowMs - now.sinceMs))
  const spans = [
    { state: was.state, ms: spanMs - nowForMs },
    { state: now.state, ms: nowForMs },
  ]
  const sum = (isIt: (state: string) => boolean): number =>
    spans.reduce((all, { state, ms }) => all + (isIt(state) ? ms : 0), 0)
  return {
    watchedMs: sum((state) => state !== 'unknown'),
    downMs: sum((state) => DOWN.has(state)),
    suspectMs: sum((state) => state === 'suspect'),
  }
}

/** Which lines are known to be down, in which family, and what there is to be told of it. */
export class OutageBook {
  readonly #down = new Set<string>()
  readonly #news: OutageNews[] = []

  begins(leg: string, atMs: number, why: string): void {
    if (this.#down.has(leg)) return
    this.#down.add(leg)
    this.#news.push({ is: 'begins', leg, atMs, why })
  }

  ends(leg: string, atMs: number): void {
    if (this.#down.delete(leg)) this.#news.push({ is: 'ends', leg, atMs })
  }

  releases(leg: string, count: number): void {
    if (count > 0) this.#news.push({ is: 'releases', leg, count })
  }

  /** What is so, whatever was told: a line may be taken out of the file while it is down. */
  seen(states: ReadonlyMap<string, SeenState>, nowMs: number): void {
    for (const [leg, { isDown, why, sinceMs }] of states) {
      if (isDown) this.begins(leg, sinceMs, why)
      else this.ends(leg, sinceMs)
    }
    for (const leg of this.#down) if (!states.has(leg)) this.ends(leg, nowMs)
  }

  /** Since it was asked last. */
  news(): OutageNews[] {
    return this.#news.splice(0)
  }
}
