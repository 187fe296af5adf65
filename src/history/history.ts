import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, type Result } from '../model/index.ts'
import {
  forgetOldestEvents,
  moveEvents,
  readEvents,
  writeEvents,
  type EventsAnswer,
  type EventsQuestion,
  type KeptEvent,
} from './events.ts'
import { setAside } from './own-database.ts'
import { Store, type StoreTrouble } from './store.ts'

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
}

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
  keep(batch: Batch): Promise<boolean> {
    return this.#inTurn(async () => {
      const count = this.#do((store) => store.write(() => writeEvents(store, batch.events)))
      if (count === undefined) return false
      // Nobody waits: a power cut may take the last second, never more than that.
      const synced = await this.#store?.sync()
      if (synced?.ok === false) this.#met(synced.error)
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

  /** What is too much goes, the oldest first, a little at a time. */
  async #tidy(): Promise<void> {
    if (this.#isTidying || this.#store?.isFull !== true) return
    this.#isTidying = true
    while (!this.#isClosed && (await this.#inTurn(() => this.#forgetSome()))) await sleep(PAUSE_MS)
    this.#isTidying = false
  }

  /** @returns whether there is more to forget */
  async #forgetSome(): Promise<boolean> {
    const forgot = this.#do((store) => store.write(() => forgetOldestEvents(store, FORGOTTEN_AT_ONCE)))
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
