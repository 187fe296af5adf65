import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dayOf, type Month } from '../model/index.ts'
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
  forgetClientsBefore,
  forgetOldestClients,
  readClientUsage,
  writeClientUsage,
  type ClientSum,
  type ClientUsage,
} from './client-usage.ts'
import {
  cutOutages,
  outagesSeen,
  readOutages,
  writeOutages,
  type Outage,
  type OutageNews,
} from './outages.ts'
import { lineMonth, type LegMemory, type LineMonth } from './report.ts'
import { LEVELS_S, rolledUp, type LevelS, type Sample } from './sample.ts'
import {
  forgetFinest,
  forgetOldSamples,
  oldestSample,
  readSamples,
  writeObservations,
  type Observation,
} from './samples.ts'
import { levelFor, pointOf, stepFor, type Point, type SeriesQuestion } from './series.ts'
import { StoreKeeper, type HistoryLog } from './store-keeper.ts'
import type { Store } from './store.ts'
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

/** What is written as one: all of it or nothing. */
export interface Batch {
  readonly events: readonly KeptEvent[]
  readonly observations: readonly Observation[]
  readonly outages: readonly OutageNews[]
  readonly usage: readonly LineUsage[]
  readonly counters: readonly LastCounters[]
  readonly clients: readonly ClientUsage[]
}

const EMPTY_BATCH: Batch = {
  events: [],
  observations: [],
  outages: [],
  usage: [],
  counters: [],
  clients: [],
}

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

interface Spans {
  readonly leg: string
  readonly level: LevelS
  readonly fromS: number
  readonly toS: number
  readonly stepS: number
}

/** The first sample of a level may begin so much earlier than that of a finer one. */
const WIDEST_S = 3600

/** How many samples are read without giving others the floor. */
const READ_AT_ONCE = 500

export const DATABASE_FILE = 'history.db'

/** Of which client had how much: about people, and no longer of use. */
const CLIENTS_FOR_MS = 400 * 86_400_000

/** How much is forgotten at once, and how long everything else has the floor then. */
const FORGOTTEN_AT_ONCE = 500
const PAUSE_MS = 20

/**
 * The daemon's memory on disk. Whatever is wrong with the disk or the file, nothing here throws or stops anybody: it
 * is told once, and tried again.
 */
export class History {
  readonly #keeper: StoreKeeper
  /** Something was written, so that outages which go on are of this run. */
  #isBegun = false
  #isTidying = false
  #isClosed = false

  constructor({ directory, limitBytes, log, nowMs = () => performance.now() }: HistoryOptions) {
    this.#keeper = new StoreKeeper({ path: join(directory, DATABASE_FILE), limitBytes, log, nowMs })
  }

  /** Why nothing is kept now; a sentence that begins with the file. */
  get trouble(): string | undefined {
    return this.#keeper.trouble
  }

  /** A file that could not be read lies there since the start; what is remembered begins after it. */
  get aside(): { readonly path: string; readonly said: string } | undefined {
    return this.#keeper.aside
  }

  /** @returns whether it is kept now; else it is for the caller to come again with it */
  keep(batch: Partial<Batch>, moment: Moment): Promise<boolean> {
    const whole = { ...EMPTY_BATCH, ...batch }
    return this.#keeper.inTurn(async () => {
      const isKept = this.#keeper.write((store) => this.#write(store, whole, moment)) === true
      if (isKept) this.#isBegun = true
      // Nobody waits: a power cut may take the last second, never more than that.
      if (isKept && whole.events.length > 0) await this.#keeper.sync()
      await this.#keeper.settle()
      void this.#tidy()
      return isKept
    })
  }

  /** The clock was set: what a run told is moved. */
  async move(run: string, byMs: number): Promise<void> {
    await this.#keeper.inTurn(() => this.#keeper.write((store) => moveEvents(store, run, byMs)))
  }

  /** @returns `undefined` while nothing can be read */
  events(question: EventsQuestion): Promise<EventsAnswer | undefined> {
    return this.#keeper.read((store) => readEvents(store, question))
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
    const spans = { leg, level, fromS: Math.floor(fromS / level) * level, toS, stepS }
    const points = await this.#spans(spans, pointOf)
    return points && { stepMs: stepS * 1000, points }
  }

  /** Those that touch a time. @returns `undefined` while nothing can be read */
  outages(leg: string, fromMs: number, toMs: number): Promise<Outage[] | undefined> {
    return this.#keeper.read((store) => readOutages(store, leg, fromMs, toMs))
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
    const days = await this.#keeper.read((store) => readUsage(store, line, from, to))
    if (ofMain === undefined || days === undefined) return undefined
    const ipv6 = ofSecond !== undefined && ofSecond.samples.length > 0 ? { ipv6: ofSecond } : {}
    return lineMonth(month, nowMs, { main: ofMain, ...ipv6, days })
  }

  /** Both ways. @returns `undefined` while nothing can be read */
  async volume(line: string, { fromMs, toMs }: Month): Promise<number | undefined> {
    const days = await this.#keeper.read((store) => readUsage(store, line, dayOf(fromMs), dayOf(toMs)))
    return days?.reduce((sum, day) => sum + day.receivedBytes + day.sentBytes, 0)
  }

  /** Those with the most first. @returns `undefined` while nothing can be read */
  clients(line: string, { fromMs, toMs }: Month): Promise<ClientSum[] | undefined> {
    return this.#keeper.read((store) => readClientUsage(store, line, dayOf(fromMs), dayOf(toMs)))
  }

  /** What the counters showed when they were kept last. */
  counters(): Promise<LastCounters[] | undefined> {
    return this.#keeper.read((store) => readCounters(store))
  }

  /** From now on this much; what is too much goes with the next that is kept. */
  limit(bytes: number): void {
    this.#keeper.limit(bytes)
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#keeper.close()
  }

  async #leg(leg: string, { fromMs, toMs }: Month): Promise<LegMemory | undefined> {
    const outages = await this.outages(leg, fromMs, toMs)
    const hours = { leg, level: 3600, fromS: fromMs / 1000, toS: toMs / 1000, stepS: 3600 } as const
    const samples = await this.#spans(hours, (sample) => sample)
    return outages && samples && { samples, outages }
  }

  /** A part at a time, so that years of a graph hold up nobody. @param make of each span of `stepS` what is wanted */
  async #spans<T>(
    { leg, level, fromS, toS, stepS }: Spans,
    make: (sample: Sample) => T,
  ): Promise<T[] | undefined> {
    const made: T[] = []
    /** Of the last span, which may go on. */
    let open: Sample[] = []
    for (let nextS = fromS; ;) {
      const question = { leg, level, fromS: nextS, toS, limit: READ_AT_ONCE }
      const some = await this.#keeper.read((store) => readSamples(store, question))
      if (some === undefined) return undefined
      const last = some.length < READ_AT_ONCE ? undefined : some.at(-1)
      const openFromS = last === undefined ? Infinity : Math.floor(last.atS / stepS) * stepS
      const all = [...open, ...some]
      open = all.filter(({ atS }) => atS >= openFromS)
      made.push(...rolledUp(all.filter(({ atS }) => atS < openFromS), stepS).map(make)) // prettier-ignore
      if (last === undefined) return made
      nextS = last.atS + 1
      await sleep(0)
    }
  }

  #oldest(leg: string, level: LevelS): Promise<number | undefined> {
    return this.#keeper.read((store) => oldestSample(store, leg, level))
  }

  #write(store: Store, batch: Batch, moment: Moment): true {
    const { events, observations, outages, usage, counters, clients } = batch
    if (!this.#isBegun) cutOutages(store)
    writeEvents(store, events)
    writeObservations(store, observations)
    writeOutages(store, outages)
    outagesSeen(store, moment.atMs)
    writeUsage(store, usage, counters)
    writeClientUsage(store, clients)
    if (!moment.isSteady) return true
    forgetOldSamples(store, moment.atMs / 1000, FORGOTTEN_AT_ONCE)
    forgetClientsBefore(store, dayOf(moment.atMs - CLIENTS_FOR_MS))
    return true
  }

  /** What is too much goes, the finest and oldest first, a little at a time. */
  async #tidy(): Promise<void> {
    if (this.#isTidying || !this.#keeper.isFull) return
    this.#isTidying = true
    while (!this.#isClosed && (await this.#keeper.inTurn(() => this.#forgetSome()))) await sleep(PAUSE_MS)
    this.#isTidying = false
  }

  /** @returns whether there is more to forget */
  async #forgetSome(): Promise<boolean> {
    const forgot = this.#keeper.write(
      (store) =>
        forgetFinest(store, FORGOTTEN_AT_ONCE) ||
        forgetOldestClients(store) ||
        forgetOldestEvents(store, FORGOTTEN_AT_ONCE),
    )
    this.#keeper.shrink()
    await this.#keeper.settle()
    return forgot === true && this.#keeper.isFull
  }
}
