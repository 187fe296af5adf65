import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { isDeepStrictEqual } from 'node:util'
import type { LineReport } from '../model/index.ts'
import type {
  FollowedLine,
  FromWatcher,
  HealthWatch,
  LineReports,
  OnHealth,
  ToWatcher,
  WatcherStart,
} from './health-watch.ts'
import type { Log } from './log.ts'

/** Its own answers take a millisecond; a thread that is this late has other things to do than to be asked. */
const PATIENCE_MS = 200
const RESTART_FIRST_MS = 200
const RESTART_LONGEST_MS = 30_000

/** In MB: a few lines need little, and the rest would be given away. */
const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 }

/**
 * The watch over the lines in a thread of its own; see `health-worker.ts`. A thread that dies is started again, and
 * what it said last holds until then.
 */
export function startHealthThread(log: Log, onHealth: OnHealth): HealthWatch {
  return new HealthThread(log, onHealth)
}

class HealthThread implements HealthWatch {
  readonly #log: Log
  readonly #onHealth: OnHealth
  #worker: Worker
  #lines: readonly FollowedLine[] = []
  #reports: LineReports = new Map()
  /** What it goes without. */
  #lack: string | undefined
  #isDead = false
  #questions = 0
  readonly #asked = new Map<number, () => void>()
  #restart: NodeJS.Timeout | undefined
  #restartMs = RESTART_FIRST_MS
  #closing: Promise<void> | undefined

  constructor(log: Log, onHealth: OnHealth) {
    this.#log = log
    this.#onHealth = onHealth
    this.#worker = this.#start()
  }

  get reports(): LineReports {
    return this.#reports
  }

  get trouble(): string | undefined {
    return this.#isDead ? 'the watch over the lines ended and starts again' : this.#lack
  }

  follow(lines: readonly FollowedLine[]): void {
    if (isDeepStrictEqual(lines, this.#lines)) return
    this.#lines = lines
    this.#post({ do: 'follow', lines })
  }

  async fresh(): Promise<LineReports> {
    if (this.#isDead || this.#closing !== undefined) return this.#reports
    const question = ++this.#questions
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#asked.set(question, resolve)
    const timer = setTimeout(resolve, PATIENCE_MS)
    this.#post({ do: 'report', question })
    await promise
    clearTimeout(timer)
    this.#asked.delete(question)
    return this.#reports
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restart)
    if (this.#isDead) return
    // One that dies while it closes is closed as well.
    const ended = once(this.#worker, 'exit').catch(() => undefined)
    this.#post({ do: 'close' })
    await ended
  }

  #post(message: ToWatcher): void {
    this.#worker.postMessage(message, [])
  }

  #start(): Worker {
    const start: WatcherStart = { zeroMs: Number(process.hrtime.bigint()) / 1e6 - performance.now() }
    // In the bundle the thread is a file beside this one, by the same name.
    const file = import.meta.url.endsWith('.ts') ? './health-worker.ts' : './health-worker.js'
    const worker = new Worker(new URL(file, import.meta.url), { workerData: start, resourceLimits: MEMORY })
    worker.on('message', (message: FromWatcher) => this.#hear(message))
    // It could not even begin, or has no memory left.
    worker.on('error', (bug) => this.#died(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)))
    return worker
  }

  #hear(message: FromWatcher): void {
    if (message.is === 'lacks') {
      this.#lack = message.what
      return this.#onHealth()
    }
    if (message.is === 'dying') return this.#died(message.said)
    this.#restartMs = RESTART_FIRST_MS
    this.#reports = new Map(message.reports.map((report: LineReport) => [report.line, report]))
    if (message.question !== undefined) this.#asked.get(message.question)?.()
    const isNews = message.news || this.#isDead
    this.#isDead = false
    if (isNews) this.#onHealth()
  }

  #died(said: string): void {
    if (this.#closing !== undefined) return
    this.#log.error(`the watch over the lines ended: ${said}; it starts again in ${this.#restartMs} ms`)
    this.#isDead = true
    this.#onHealth()
    this.#restart = setTimeout(() => {
      this.#worker = this.#start()
      this.#isDead = false
      this.#lack = undefined
      this.#post({ do: 'follow', lines: this.#lines })
    }, this.#restartMs)
    this.#restartMs = Math.min(RESTART_LONGEST_MS, this.#restartMs * 2)
  }
}
