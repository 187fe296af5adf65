import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dayOf, messageOf, type Month, type Result } from '../model/index.ts'
import {
  forgetOldestEvents,
  moveEvents,
  readEvents,
  writeEvents,
  type EventsAnswer,
  type EventsQuestion,
  type KeptEvent,
} from './events.ts'
import {
  cutOutages,
  outagesSeen,
  readOutages,
  writeOutages,
  type Outage,
  type OutageNews,
} from './outages.ts'
import { setAside } from './own-database.ts'
import { lineMonth, type LegMemory, type LineMonth } from './report.ts'
import { LEVELS_S, type LevelS, type Sample } from './sample.ts'
import {
  forgetFinest,
  forgetOldSamples,
  oldestSample,
  readSamples,
  writeObservations,
  type Observation,
} from './samples.ts'
import { levelFor, pointsOf, stepFor, type Point, type SeriesQuestion } from './series.ts'
import { Store, type StoreTrouble } from './store.ts'
import { readCounters, readUsage, writeUsage, type LastCounters, type LineUsage } from './usage.ts'

export interface HistoryOptions {
  /** Of the state. */
  readonly directory: string
  /** Of all that is kept. */
  readonly limitBytes: number
  readonly log: HistoryLog
  /** By the monotonic clock. */
  readonly nowMs?: () => number
}

export interface HistoryLog {
  info(text: string): void
  warn(text: string): void
}

/** What is written as one: all of it or nothing. */
export interface Batch {
  readonly events: readonly KeptEvent[]
  readonly observations: readonly Observation[]
  readonly outages: readonly OutageNews[]
  readonly usage: readonly LineUsage[]
  readonly counters: readonly LastCounters[]
}

const EMPTY_BATCH: Batch = { events: [], observations: [], outages: [], usage: [], counters: [] }

/** When a batch is written. */
export interface Moment {
  /** By the wall clock. */
  readonly atMs: number
  /** It can be relied upon: what is too old by it may go. */
  readonly isSteady: boolean
}

/** What a line did over a time. Spans of which nothing is known have no point. */
export interface Series {
  /** How long a point lasts. */
  readonly stepMs: number
  readonly points: readonly Point[]
}

/** The first sample of a level may begin so much earlier than that of a finer one. */
const WIDEST_S = 3600

/** How many samples are read without giving others the floor. */
const READ_AT_ONCE = 1000

export const DATABASE_FILE = 'history.db'

/** A disk that is full is not asked every second. */
const RETRY_AFTER_MS = 30_000

/** How much is forgotten at once, and how long everything else has the floor then. */
const FORGOTTEN_AT_ONCE = 500
const PAUSE_MS = 20

/**
 * The daemon's memory on disk. Whatever is wrong with the disk or the file, nothing here throws or stops anybody: it
 * is told once, and tried again.
 */
export class History {
  readonly #path: string
  readonly #log: HistoryLog
  readonly #nowMs: () => number
  #limitBytes: number
  #store: Store | undefined
  #trouble: string | undefined
  #aside: { readonly path: string; readonly said: string } | undefined
  /** By the monotonic clock. */
  #retryAtMs = -Infinity
  /** One after the other: while the file is settled nothing may be written. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Something was written, so that outages which go on are of this run. */
  #isBegun = false
  #isTidying = false
  #isClosed = false

  constructor({ directory, limitBytes, log, nowMs = () => performance.now() }: HistoryOptions) {
    this.#path = join(directory, DATABASE_FILE)
    this.#limitBytes = limitBytes
    this.#log = log
    this.#nowMs = nowMs
  }

  /** Why nothing is kept now; a sentence that begins with the file. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** A file that could not be read lies there since the start; what is remembered begins after it. */
  get aside(): { readonly path: string; readonly said: string } | undefined {
    return this.#aside
  }

  /** @returns whether it is kept now; else it is for the caller to come again with it */
  keep(batch: Partial<Batch>, moment: Moment): Promise<boolean> {
    return this.#inTurn(async () => {
      const whole = { ...EMPTY_BATCH, ...batch }
      const isKept = this.#do((store) => store.write(() => this.#writeBatch(store, whole, moment)))
      if (isKept === undefined) return false
      this.#isBegun = true
      if (whole.events.length > 0) {
        // Nobody waits: a power cut may take the last second, never more than that.
        const synced = await this.#store?.sync()
        if (synced?.ok === false) this.#met(synced.error)
      }
      await this.#settle()
      void this.#tidy()
      return true
    })
  }

  /** The clock was set: what a run told is moved. */
  async move(run: string, byMs: number): Promise<void> {
    await this.#inTurn(() => this.#do((store) => store.write(() => moveEvents(store, run, byMs))))
  }

  /** @returns `undefined` while nothing can be read */
  events(question: EventsQuestion): Promise<EventsAnswer | undefined> {
    return this.#inTurn(() => this.#do((store) => store.read(() => readEvents(store, question))))
  }

  /** Of a line in one family, as finely as it is asked for and remembered. @returns `undefined` while nothing can be read */
  async series(leg: string, question: SeriesQuestion): Promise<Series | undefined> {
    const wishedS = stepFor(question)
    const [fromS, toS] = [question.fromMs / 1000, question.toMs / 1000]
    const levels = LEVELS_S.filter((level) => level >= levelFor(wishedS))
    const begun = await Promise.all(levels.map((level) => this.#oldest(leg, level)))
    const first = Math.min(...begun.map((atS) => atS ?? Infinity))
    // What is finer is forgotten sooner: where it is gone, the next is told.
    const isThere = (atS: number | undefined) => atS !== undefined && atS <= Math.max(fromS, first + WIDEST_S)
    const found = begun.findIndex(isThere)
    const level = levels[Math.max(0, found)] ?? levelFor(wishedS)
    const stepS = Math.max(wishedS, level)
    const samples = await this.#samples(leg, level, Math.floor(fromS / level) * level, toS)
    return samples && { stepMs: stepS * 1000, points: pointsOf(samples, stepS) }
  }

  /** Those that touch a time. @returns `undefined` while nothing can be read */
  outages(leg: string, fromMs: number, toMs: number): Promise<Outage[] | undefined> {
    return this.#inTurn(() => this.#do((store) => store.read(() => readOutages(store, leg, fromMs, toMs))))
  }

  /** @param legs of the line: those of its families. @returns `undefined` while nothing can be read */
  async month(
    line: string,
    { main, second }: { readonly main: string; readonly second?: string | undefined },
    month: Month,
    nowMs: number,
  ): Promise<LineMonth | undefined> {
    const [ofMain, ofSecond] = [
      await this.#leg(main, month),
      second === undefined ? undefined : await this.#leg(second, month),
    ]
    const [from, to] = [dayOf(month.fromMs), dayOf(month.toMs)]
    const days = await this.#inTurn(() =>
      this.#do((store) => store.read(() => readUsage(store, line, from, to))),
    )
    if (ofMain === undefined || days === undefined) return undefined
    const ipv6 = ofSecond !== undefined && ofSecond.samples.length > 0 ? { ipv6: ofSecond } : {}
    return lineMonth(month, nowMs, { main: ofMain, ...ipv6, days })
  }

  /** What the counters showed when they were kept last. */
  counters(): Promise<LastCounters[] | undefined> {
    return this.#inTurn(() => this.#do((store) => store.read(() => readCounters(store))))
  }

  /** From now on this much; what is too much goes with the next that is kept. */
  limit(bytes: number): void {
    this.#limitBytes = bytes
    this.#store?.limit(bytes)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#inTurn(async () => {
      const settled = await this.#store?.settle()
      if (settled?.ok === false) this.#met(settled.error)
      this.#store?.close()
      this.#store = undefined
    })
  }

  async #leg(leg: string, { fromMs, toMs }: Month): Promise<LegMemory | undefined> {
    const outages = await this.outages(leg, fromMs, toMs)
    const samples = await this.#samples(leg, 3600, fromMs / 1000, toMs / 1000)
    return outages && samples && { samples, outages }
  }

  async #samples(leg: string, level: LevelS, fromS: number, toS: number): Promise<Sample[] | undefined> {
    const all: Sample[] = []
    for (let nextS = fromS; ;) {
      const question = { leg, level, fromS: nextS, toS, limit: READ_AT_ONCE }
      const some = await this.#inTurn(() =>
        this.#do((store) => store.read(() => readSamples(store, question))),
      )
      if (some === undefined) return undefined
      all.push(...some)
      const last = some.at(-1)
      if (last === undefined || some.length < READ_AT_ONCE) return all
      nextS = last.atS + 1
      await sleep(0)
    }
  }

  #oldest(leg: string, level: LevelS): Promise<number | undefined> {
    return this.#inTurn(() => this.#do((store) => store.read(() => oldestSample(store, leg, level))))
  }

  #writeBatch(store: Store, { events, observations, outages, usage, counters }: Batch, moment: Moment): true {
    if (!this.#isBegun) cutOutages(store)
    writeEvents(store, events)
    writeObservations(store, observations)
    writeOutages(store, outages)
    outagesSeen(store, moment.atMs)
    writeUsage(store, usage, counters)
    if (moment.isSteady) forgetOldSamples(store, moment.atMs / 1000, FORGOTTEN_AT_ONCE)
    return true
  }

  /** What is too much goes, the finest and oldest first, a little at a time. */
  async #tidy(): Promise<void> {
    if (this.#isTidying || this.#store?.isFull !== true) return
    this.#isTidying = true
    while (!this.#isClosed && (await this.#inTurn(() => this.#forgetSome()))) await sleep(PAUSE_MS)
    this.#isTidying = false
  }

  /** @returns whether there is more to forget */
  async #forgetSome(): Promise<boolean> {
    const forgot = this.#do((store) =>
      store.write(
        () => forgetFinest(store, FORGOTTEN_AT_ONCE) || forgetOldestEvents(store, FORGOTTEN_AT_ONCE),
      ),
    )
    this.#do((store) => store.read(() => store.shrink()))
    await this.#settle()
    return forgot === true && this.#store?.isFull === true
  }

  async #settle(): Promise<void> {
    if (this.#store?.needsSettling !== true) return
    const settled = await this.#store.settle()
    if (!settled.ok) this.#met(settled.error)
  }

  #inTurn<T>(job: () => T | Promise<T>): Promise<T> {
    const done = this.#turn.then(job)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #do<T>(job: (store: Store) => Result<T, StoreTrouble>): T | undefined {
    const store = this.#opened()
    const done = store && job(store)
    if (done?.ok === false) this.#met(done.error)
    if (done?.ok !== true) return undefined
    if (this.#trouble !== undefined) this.#log.info(`${this.#path}: what happens is written down again`)
    this.#trouble = undefined
    return done.value
  }

  #opened(): Store | undefined {
    if (this.#nowMs() < this.#retryAtMs) return undefined
    if (this.#store !== undefined) return this.#store
    const opened = Store.open(this.#path)
    if (!opened.ok) {
      this.#met(opened.error)
      return undefined
    }
    this.#store = opened.value
    this.#store.limit(this.#limitBytes)
    return this.#store
  }

  #met({ is, said }: StoreTrouble): void {
    if (is === 'broken') return this.#begin(said)
    this.#retryAtMs = this.#nowMs() + RETRY_AFTER_MS
    const trouble = `${this.#path} cannot be written: ${said}`
    if (trouble !== this.#trouble) this.#log.warn(`${trouble}; what happens is not remembered`)
    this.#trouble = trouble
  }

  /** Anew, beside what nobody can read. */
  #begin(said: string): void {
    this.#store?.close()
    this.#store = undefined
    try {
      this.#aside = { path: setAside(this.#path), said }
      this.#log.warn(`${this.#path} cannot be read (${said}): set aside as ${basename(this.#aside.path)}`)
    } catch (cause) {
      this.#met({ is: 'unusable', said: `${said}, and it cannot be set aside: ${messageOf(cause)}` })
    }
  }
}
