import {
  lineOfLeg,
  type Family,
  type LineReport,
  type ProbeAnswer,
  type ProbeTarget,
} from '../model/index.ts'
import { Account } from './account.ts'
import { QUIET_AFTER_MS, QUIET_SAMPLE_MS, SAMPLE_MS, WAKE_MOST_MS } from './constants.ts'
import { LineWatch } from './line-watch.ts'
import type { Sample } from './traffic.ts'
import type { WatchedLine } from './watched-line.ts'

/** A probe to be sent; its answer is to be handed in under its number, however late. */
export interface ProbeOrder {
  readonly probe: number
  readonly line: string
  readonly target: ProbeTarget
}

export interface Tick {
  readonly ask: readonly ProbeOrder[]
  /** Always to come. */
  readonly wakeAtMs: number
  /** Something was learned: only then `reports` has anything new, apart from times that run on. */
  readonly changed: boolean
}

/** Often enough for a target that is dead for everybody. */
const SHARE_MS = 1000

/**
 * All watched lines together, each in each of its families: what lines have in common is looked for within a family,
 * because whom they ask, and what may be in the way, is another's in the other one. It has no clock, no sockets and no timers: whoever owns it tells it what happened and
 * when (of a monotonic clock), calls `tick` after every event and at `wakeAtMs`, and sends what that orders.
 */
export class Fleet {
  #watches: readonly LineWatch[] = []
  /** By line: what both families may cost together. */
  #accounts: ReadonlyMap<string, Account> = new Map()
  #followed = false
  #nextProbe = 1
  #nextSampleMs = Number.POSITIVE_INFINITY
  #nextTickMs = Number.POSITIVE_INFINITY
  #lookedMs = Number.NEGATIVE_INFINITY
  #judgeAtMs = Number.NEGATIVE_INFINITY
  #lateMs = Number.NEGATIVE_INFINITY
  #sharedMs = Number.NEGATIVE_INFINITY
  /** When something moved last, on any line. */
  #stirredMs = Number.NEGATIVE_INFINITY

  /** Lines that were followed already keep what is known of them; those not named any more are forgotten. */
  follow(lines: readonly WatchedLine[], nowMs: number): void {
    this.#followed = true
    const before = new Map(this.#watches.map((watch) => [watch.name, watch]))
    const accounts = new Map<string, Account>()
    this.#watches = lines.map((line) => {
      const owner = lineOfLeg(line.name)
      const account = accounts.get(owner) ?? this.#accounts.get(owner) ?? new Account()
      accounts.set(owner, account)
      const known = before.get(line.name)
      known?.follow(line, nowMs)
      return known ?? new LineWatch(line, account, nowMs)
    })
    this.#accounts = accounts
  }

  /**
   * What the counters say. A sample that comes late is one sample, however long it took.
   * @returns when to take the next one
   */
  sample(samples: ReadonlyMap<string, Sample>, nowMs: number): number {
    this.#look(nowMs)
    for (const watch of this.#watches) {
      const sample = samples.get(watch.name)
      if (sample === undefined) continue
      watch.sample(sample, nowMs)
      if (sample.sent > 0 || sample.life > 0 || watch.health === 'suspect') this.#stirredMs = nowMs
    }
    const isQuiet = nowMs - this.#stirredMs > QUIET_AFTER_MS
    this.#nextSampleMs = nowMs + (isQuiet ? QUIET_SAMPLE_MS : SAMPLE_MS)
    return this.#nextSampleMs
  }

  answered(probe: number, answer: ProbeAnswer, nowMs: number): void {
    // Read late, its delay is partly our own.
    const trusted = nowMs - this.#lateMs > SAMPLE_MS
    for (const watch of this.#watches) watch.answered(probe, answer, trusted, nowMs)
  }

  tick(nowMs: number): Tick {
    this.#look(nowMs)
    const ask: ProbeOrder[] = []
    let changed = this.#followed
    this.#followed = false
    let wakeAtMs = nowMs + WAKE_MOST_MS
    this.#comparePages(nowMs)
    for (const watch of this.#watches) {
      const alone = !this.#watches.some((other) => isPeer(watch, other) && other.works)
      const learned = watch.tick(nowMs, this.#judgeAtMs, alone, ({ target }) => {
        const probe = this.#nextProbe++
        ask.push({ probe, line: watch.name, target })
        return probe
      })
      changed ||= learned
      wakeAtMs = Math.min(wakeAtMs, watch.wakeMs)
    }
    this.#shareBenches(nowMs)
    // What could not be judged now, because we were late ourselves, is judged a sample later.
    const soonestMs = nowMs + (this.#judgeAtMs < nowMs ? SAMPLE_MS : 1)
    this.#nextTickMs = Math.max(soonestMs, wakeAtMs)
    return { ask, wakeAtMs: this.#nextTickMs, changed }
  }

  reports(nowMs: number): readonly LineReport[] {
    return this.#watches.map((watch) =>
      watch.report(watch.isWatched && this.#isSilentEverywhere(watch.family), nowMs),
    )
  }

  #isSilentEverywhere(family: Family): boolean {
    const watched = this.#watches.filter((watch) => watch.isWatched && watch.family === family)
    return watched.length > 1 && watched.every((watch) => watch.isSilentBeyondGateway)
  }

  /**
   * Answers wait in the sockets while we do not run, and are read between two looks. So a look that comes late judges
   * only what was due at the look before it.
   */
  #look(nowMs: number): void {
    if (nowMs <= this.#lookedMs) return
    const isLate = nowMs - Math.min(this.#nextSampleMs, this.#nextTickMs) > SAMPLE_MS
    this.#judgeAtMs = isLate ? this.#lookedMs : nowMs
    this.#lookedMs = nowMs
    if (!isLate) return
    this.#lateMs = nowMs
    // Late once, not for ever: perhaps nobody samples any more.
    this.#nextSampleMs = Number.POSITIVE_INFINITY
    this.#nextTickMs = Number.POSITIVE_INFINITY
  }

  /** A page that sends two lines elsewhere within a moment does so by itself. */
  #comparePages(nowMs: number): void {
    const seen = new Set<string>()
    for (const watch of this.#watches) {
      for (const key of watch.falsePages(nowMs)) {
        if (seen.has(`${watch.family} ${key}`)) {
          for (const each of this.#watches) if (each.family === watch.family) each.benchPage(key, nowMs)
        }
        seen.add(`${watch.family} ${key}`)
      }
    }
    for (const watch of this.#watches.filter(({ suspectsPortal }) => suspectsPortal)) {
      for (const other of this.#watches) if (isPeer(watch, other)) other.lookForPortal(nowMs)
    }
  }

  /** A target that is dead on one line and silent on another is dead, and none of them has to find that out for itself. */
  #shareBenches(nowMs: number): void {
    if (nowMs < this.#sharedMs + SHARE_MS) return
    this.#sharedMs = nowMs
    for (const watch of this.#watches) {
      for (const key of watch.benched) {
        for (const other of this.#watches) if (isPeer(watch, other)) other.benchEverywhere(key, nowMs)
      }
    }
  }
}

/** Another line, in the same family. */
const isPeer = (watch: LineWatch, other: LineWatch): boolean =>
  other !== watch && other.family === watch.family
