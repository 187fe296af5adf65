import { basename } from 'node:path'
import { messageOf, type Result } from '../model/index.ts'
import { setAside } from './own-database.ts'
import { Store, type StoreTrouble } from './store.ts'

export interface StoreKeeperOptions {
  readonly path: string
  /** Of all that is kept. */
  readonly limitBytes: number
  readonly log: HistoryLog
  /** By the monotonic clock. */
  readonly nowMs: () => number
}

export interface HistoryLog {
  info(text: string): void
  warn(text: string): void
}

/** A disk that is full is not asked every second. */
const RETRY_AFTER_MS = 30_000

/**
 * The database, whatever is wrong with the disk or the file: opened when it is needed, set aside when nobody can read
 * it, and tried again later when it cannot be had. Trouble is told once.
 */
export class StoreKeeper {
  readonly #options: StoreKeeperOptions
  #limitBytes: number
  #store: Store | undefined
  #trouble: string | undefined
  #aside: { readonly path: string; readonly said: string } | undefined
  /** By the monotonic clock. */
  #retryAtMs = -Infinity
  /** One after the other: while the file is settled nothing may be written. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: StoreKeeperOptions) {
    this.#options = options
    this.#limitBytes = options.limitBytes
  }

  /** Why nothing is kept now; a sentence that begins with the file. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** What could not be read, and where it lies. */
  get aside(): { readonly path: string; readonly said: string } | undefined {
    return this.#aside
  }

  /** It is time to forget something. */
  get isFull(): boolean {
    const store = this.#store
    const found = store?.read(() => store.isFull)
    return found?.ok === true && found.value
  }

  inTurn<T>(job: () => T | Promise<T>): Promise<T> {
    const done = this.#turn.then(job)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** In its turn. @returns `undefined` while nothing can be read */
  read<T>(job: (store: Store) => T): Promise<T | undefined> {
    return this.inTurn(() => this.#do((store) => store.read(() => job(store))))
  }

  /** Within a turn: all of it or nothing. @returns `undefined`: nothing */
  write<T>(job: (store: Store) => T): T | undefined {
    return this.#do((store) => store.write(() => job(store)))
  }

  /** Within a turn: what was written is safe on the disk. */
  async sync(): Promise<void> {
    this.#heed(await this.#store?.sync())
  }

  /** Within a turn: brings the log into the file, when it is time. */
  async settle(): Promise<void> {
    if (this.#store?.needsSettling === true) this.#heed(await this.#store.settle())
  }

  /** Within a turn: what was forgotten is room on the disk again. */
  shrink(): void {
    this.#do((store) => store.read(() => store.shrink()))
    // A bound that was lowered takes hold as the file gets shorter.
    this.#store?.limit(this.#limitBytes)
  }

  /** From now on this much. */
  limit(bytes: number): void {
    this.#limitBytes = bytes
    this.#store?.limit(bytes)
  }

  close(): Promise<void> {
    return this.inTurn(async () => {
      this.#heed(await this.#store?.settle())
      this.#store?.close()
      this.#store = undefined
    })
  }

  #do<T>(job: (store: Store) => Result<T, StoreTrouble>): T | undefined {
    const store = this.#opened()
    const done = store && job(store)
    this.#heed(done)
    if (done?.ok !== true) return undefined
    const { path, log } = this.#options
    if (this.#trouble !== undefined) log.info(`${path}: what happens is written down again`)
    this.#trouble = undefined
    return done.value
  }

  #opened(): Store | undefined {
    if (this.#options.nowMs() < this.#retryAtMs) return undefined
    if (this.#store !== undefined) return this.#store
    const opened = Store.open(this.#options.path)
    this.#heed(opened)
    if (!opened.ok) return undefined
    this.#store = opened.value
    this.#store.limit(this.#limitBytes)
    return this.#store
  }

  #heed(done: Result<unknown, StoreTrouble> | undefined): void {
    if (done === undefined || done.ok) return
    const { is, said } = done.error
    if (is === 'broken') this.#begin(said)
    // Refused by our own bound: room is made, and that is soon.
    else if (!this.isFull) this.#met(said)
  }

  #met(said: string): void {
    const { path, log, nowMs } = this.#options
    this.#retryAtMs = nowMs() + RETRY_AFTER_MS
    const trouble = `${path} cannot be written: ${said}`
    if (trouble !== this.#trouble) log.warn(`${trouble}; what happens is not remembered`)
    this.#trouble = trouble
  }

  /** Anew, beside what nobody can read. */
  #begin(said: string): void {
    const { path, log } = this.#options
    this.#store?.close()
    this.#store = undefined
    try {
      this.#aside = { path: setAside(path), said }
      log.warn(`${path} cannot be read (${said}): set aside as ${basename(this.#aside.path)}`)
    } catch (cause) {
      this.#met(`${said}, and it cannot be set aside: ${messageOf(cause)}`)
    }
  }
}
