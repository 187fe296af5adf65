import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientUsage, History } from '../history/index.ts'
import { legName, messageOf, type Config } from '../model/index.ts'
import type { Note } from '../plan/index.ts'
import type { EventsQuestion, Happened } from './control.ts'
import type { Journal, JournalEntry, JournalQuestion } from './journal.ts'
import { LineSampler, type LinesNow } from './line-sampler.ts'
import type { Log } from './log.ts'
import { OutageBook } from './outage-book.ts'
import { NOTHING, isNothing, joined, type Waiting } from './waiting.ts'
import type { WallClock } from './wall-clock.ts'

export interface HistoryDeskOptions {
  readonly journal: Journal
  readonly clock: WallClock
  /** Of the state. */
  readonly directory: string
  readonly log: Log
  /** Another one after each boot of the box. */
  readonly boot: () => Promise<string>
  readonly nowMs?: () => number
}

/** What happens is written a moment later, so that a failover has its first second to itself. */
const WRITE_AFTER_MS = 1000

/** What is counted is written less often: an SD card lives longer. */
const WRITE_COUNTS_EVERY_MS = 60_000

/** Whoever asks earlier waits so long at most. */
const OPEN_WITHIN_MS = 2000

/** Who asks for more asks by parts. */
const EVENTS_AT_MOST = 5000

/** A clock that stands before was never set. */
const PLAUSIBLE_MS = Date.UTC(2026, 0, 1)

/** A box without a battery learns the time that soon, if it has Internet; later a jump is somebody's wish, or sleep. */
const LEARNS_WITHIN_MS = 3_600_000

/**
 * What happens, from the journal into the memory on disk, and back to whoever asks for more than this run. The memory
 * is loaded and opened by `open`, once the lines work.
 */
export class HistoryDesk {
  readonly #options: HistoryDeskOptions
  readonly #nowMs: () => number
  readonly #endListening: () => void
  readonly #startedAtMs: number
  readonly #opened = Promise.withResolvers<void>()
  #isOpen = false
  #isClosed = false
  #sizeBytes: number | undefined
  #history: History | undefined
  /** Of this run, the last one that is on disk. */
  #keptId = 0
  #sampler: LineSampler | undefined
  readonly #outages = new OutageBook()
  #waiting: Waiting = NOTHING
  #countsWrittenAtMs = -Infinity
  #clockSetAtMs: number
  /** What the wall clock shows when the monotonic one shows 0. */
  #offsetMs: number
  #writing: NodeJS.Timeout | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(options: HistoryDeskOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#startedAtMs = this.#nowMs()
    this.#clockSetAtMs = this.#startedAtMs
    this.#offsetMs = options.clock.at(0)
    this.#endListening = options.journal.onEntry((entry) => this.#heard(entry))
  }

  /** The lines work: now there is time for it. */
  async open(): Promise<void> {
    const sampler = new LineSampler(this.#options.clock, await this.#options.boot(), this.#outages)
    if (this.#isClosed) return
    this.#isOpen = true
    this.#opened.resolve()
    await this.#write()
    sampler.goOnFrom((await this.#history?.counters()) ?? [])
    this.#sampler = sampler
  }

  /** Every few seconds, with counters that were just read. */
  looked(now: LinesNow): void {
    if (this.#sampler === undefined || this.#sizeBytes === undefined) return
    const nowMs = this.#nowMs()
    const sampled = this.#sampler.take(now, nowMs)
    this.#waiting = joined(this.#waiting, { ...NOTHING, ...sampled, outages: this.#outages.news() })
    if (nowMs - this.#countsWrittenAtMs >= WRITE_COUNTS_EVERY_MS) void this.#write()
  }

  /** What clients had since the last look. */
  used(clients: readonly ClientUsage[]): void {
    if (this.#sizeBytes === undefined) return
    this.#waiting = joined(this.#waiting, { ...NOTHING, clients })
  }

  /** Connections of a line that went down were told so. */
  released(leg: string, count: number): void {
    if (this.#sizeBytes !== undefined) this.#outages.releases(leg, count)
  }

  /** After every pass: what is wished for may be another by now. */
  passed({ history }: Config): void {
    if (history?.sizeBytes === this.#sizeBytes) return
    this.#sizeBytes = history?.sizeBytes
    if (this.#sizeBytes !== undefined) this.#history?.limit(this.#sizeBytes)
    if (this.#isOpen) void this.#write()
  }

  /** Of this run. */
  events(question: JournalQuestion): Happened {
    const { journal } = this.#options
    const entries = journal.entries(question).map((entry) => ofRun(journal.run, entry))
    return { run: journal.run, entries, isCut: false }
  }

  /** Of earlier runs as well; of this one alone while nothing is remembered. */
  async pastEvents({ limit = EVENTS_AT_MOST, ...question }: EventsQuestion): Promise<Happened> {
    await this.#opening()
    const kept = await (await this.upToDate())?.events({ ...question, limit })
    if (kept !== undefined) return { run: this.#options.journal.run, entries: kept.events, isCut: kept.isCut }
    const { run, entries } = this.events(question)
    return { run, entries: entries.slice(-limit), isCut: entries.length > limit }
  }

  /** Those who come back after a restart are there sooner than the memory. */
  async #opening(): Promise<void> {
    if (this.#isOpen || this.#isClosed || this.#sizeBytes === undefined) return
    await Promise.race([this.#opened.promise, sleep(OPEN_WITHIN_MS, undefined, { ref: false })])
  }

  /** With everything written that happened until now; `undefined`: nothing is remembered. */
  async upToDate(): Promise<History | undefined> {
    await this.#write()
    return this.#history
  }

  get notes(): Note[] {
    const { trouble, aside } = this.#history ?? {}
    const unkept: Note[] =
      trouble === undefined
        ? []
        : [
            {
              code: 'history-unkept',
              severity: 'warning',
              text: `${trouble}; the lines work, but what happens is forgotten with the next restart`,
              help: 'make room or make it writable; it is tried again every 30 s',
            },
          ]
    const lost: Note[] =
      aside === undefined
        ? []
        : [
            {
              code: 'history-set-aside',
              severity: 'warning',
              text: `what was remembered could not be read (${aside.said}) and lies in ${aside.path} now; the memory begins anew`,
              help: 'delete that file once nobody wants to look into it; a restart forgets this note',
            },
          ]
    return [...unkept, ...lost]
  }

  /** What is not written yet is written first. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#opened.resolve()
    this.#endListening()
    if (this.#isOpen) await this.#write()
    this.#isOpen = false
    await this.#turn
    await this.#history?.close()
    this.#history = undefined
  }

  /** A short outage may begin and end between two looks. */
  #heard({ kind, line, family = 'ipv4', text, atMs }: JournalEntry): void {
    this.#soon()
    if (line === undefined || this.#sizeBytes === undefined) return
    if (kind === 'down') this.#outages.begins(legName(line, family), atMs, text)
    if (kind === 'up') this.#outages.ends(legName(line, family), atMs)
  }

  #soon(): void {
    if (!this.#isOpen || this.#writing !== undefined) return
    this.#writing = setTimeout(() => void this.#write(), WRITE_AFTER_MS)
  }

  /** Everything that is not on disk yet. */
  #write(): Promise<void> {
    clearTimeout(this.#writing)
    this.#writing = undefined
    const { log } = this.#options
    // Nobody waits for it who could hear of it; lines that work are no reason to die.
    this.#turn = this.#turn
      .then(() => this.#writeNow())
      .catch((bug: unknown) => log.error(`history: ${messageOf(bug)}`))
    return this.#turn
  }

  async #writeNow(): Promise<void> {
    if (!this.#isOpen) return
    const history = await this.#wished()
    if (history === undefined) return
    const { journal } = this.#options
    await this.#followClock(history)
    const events = journal.entries({ afterId: this.#keptId }).map((entry) => ofRun(journal.run, entry))
    const waiting = joined(this.#waiting, { ...NOTHING, outages: this.#outages.news() })
    if (events.length === 0 && isNothing(waiting)) return
    this.#waiting = NOTHING
    const nowMs = this.#nowMs()
    const moment = {
      atMs: this.#options.clock.at(nowMs),
      isSteady: nowMs - this.#clockSetAtMs > LEARNS_WITHIN_MS,
    }
    if (await history.keep({ events, ...waiting }, moment)) {
      this.#keptId = events.at(-1)?.id ?? this.#keptId
      this.#countsWrittenAtMs = nowMs
      return
    }
    // It comes again with what came meanwhile; events are in the journal still.
    this.#waiting = joined(waiting, this.#waiting)
    this.#soon()
  }

  /** @returns `undefined` while nothing shall be remembered */
  async #wished(): Promise<History | undefined> {
    if (this.#sizeBytes === undefined) {
      await this.#history?.close()
      this.#history = undefined
      return undefined
    }
    if (this.#history !== undefined) return this.#history
    const { directory, log } = this.#options
    const room = await import('../history/index.ts')
    this.#history = new room.History({ directory, limitBytes: this.#sizeBytes, log })
    return this.#history
  }

  /** What this run told before the clock was set is moved, when it was set because the box did not know the time. */
  async #followClock(history: History): Promise<void> {
    const [before, now] = [this.#offsetMs, this.#options.clock.at(0)]
    if (before === now) return
    this.#offsetMs = now
    const nowMs = this.#nowMs()
    this.#clockSetAtMs = nowMs
    const didNotKnow = before + nowMs < PLAUSIBLE_MS || nowMs - this.#startedAtMs < LEARNS_WITHIN_MS
    if (didNotKnow && now > before) await history.move(this.#options.journal.run, now - before)
  }
}

const ofRun = (run: string, entry: JournalEntry) => ({ ...entry, run })
