import { hostname } from 'node:os'
import { EVENT_KINDS, type EventKind, type Family, type HookConfig } from '../model/index.ts'
import type { HookOutcome, HookRun } from '../kernel/index.ts'
import type { LineStateName } from './control.ts'
import type { Journal, JournalEntry } from './journal.ts'
import type { Log } from './log.ts'

export type RunHook = (run: HookRun) => Promise<HookOutcome>

/** Where it happened. */
export interface EventPlace {
  readonly hostname: string
  /** Of the line in that family after the event; absent: it is about no line. */
  readonly state?: LineStateName
}

export interface HooksOptions {
  /** As they are configured at the moment of asking. */
  readonly hooks: () => readonly HookConfig[]
  readonly journal: Journal
  /** Of a line after the event, in that family or else in its first; `undefined`: there is no such line. */
  readonly stateOf: (line: string, family?: Family) => LineStateName | undefined
  /** What a program reads on its stdin. */
  readonly document: (entry: JournalEntry, place: EventPlace) => object
  readonly run: RunHook
  readonly log: Log
}

/** Behind the one that runs; an operator's program that hangs must not fill our memory. */
const WAITING_LIMIT = 50

/** How much of what a program printed is worth a row in the log. */
const OUTPUT_LINES = 5

/** The events one program has still to be told of. */
interface Queue {
  readonly waiting: Job[]
  missedCount: number
}

interface Job {
  readonly hook: HookConfig
  readonly entry: JournalEntry
  readonly state: LineStateName | undefined
}

/**
 * Runs the operator's programs when something happens: each one event after the other, so that `up` never overtakes
 * `down`, and all of them beside each other. Nothing here waits for them.
 */
export class Hooks {
  readonly #options: HooksOptions
  readonly #queues = new Map<string, Queue>()
  readonly #stopping = new AbortController()
  readonly #endListening: () => void

  constructor(options: HooksOptions) {
    this.#options = options
    this.#endListening = options.journal.onEntry((entry) => this.#heard(entry))
  }

  /** What runs is ended, and what waits never begins. */
  close(): void {
    this.#endListening()
    for (const { waiting } of this.#queues.values()) waiting.length = 0
    this.#stopping.abort()
  }

  #heard(entry: JournalEntry): void {
    const { kind } = entry
    if (!isEventKind(kind)) return
    const state = entry.line === undefined ? undefined : this.#options.stateOf(entry.line, entry.family)
    for (const hook of this.#options.hooks()) {
      if (hook.on.includes(kind)) this.#ask({ hook, entry, state })
    }
  }

  #ask(job: Job): void {
    const key = job.hook.run.join('\0')
    const running = this.#queues.get(key)
    if (running === undefined) {
      const queue: Queue = { waiting: [job], missedCount: 0 }
      this.#queues.set(key, queue)
      void this.#work(key, queue)
      return
    }
    running.waiting.push(job)
    if (running.waiting.length <= WAITING_LIMIT) return
    // The newest says how things are.
    running.waiting.shift()
    running.missedCount++
  }

  async #work(key: string, queue: Queue): Promise<void> {
    for (let job = queue.waiting.shift(); job !== undefined; job = queue.waiting.shift()) {
      await this.#tell(job)
      if (queue.missedCount === 0) continue
      const text = `${nameOf(job.hook)} is too slow: it was not told of ${queue.missedCount} older events`
      queue.missedCount = 0
      this.#complain(text, job.entry)
    }
    this.#queues.delete(key)
  }

  async #tell({ hook, entry, state }: Job): Promise<void> {
    const name = nameOf(hook)
    const document = this.#options.document(entry, {
      hostname: hostname(),
      ...(state !== undefined && { state }),
    })
    const { trouble, output } = await this.#options.run({
      argv: hook.run,
      env: {
        MULTIHOMED_EVENT: entry.kind,
        MULTIHOMED_LINE: entry.line ?? '',
        MULTIHOMED_FAMILY: entry.family ?? '',
        MULTIHOMED_STATE: state ?? '',
        MULTIHOMED_WHY: entry.text,
        MULTIHOMED_TIME: new Date(entry.atMs).toISOString(),
      },
      input: `${JSON.stringify(document)}\n`,
      timeoutMs: hook.timeoutMs,
      signal: this.#stopping.signal,
    })
    for (const line of lastLines(output)) this.#options.log.info(`${name}: ${line}`)
    if (trouble !== undefined && !this.#stopping.signal.aborted) {
      this.#complain(`${name} failed, told of ${about(entry)}: ${trouble}`, entry)
    }
  }

  #complain(text: string, { id }: JournalEntry): void {
    this.#options.log.warn(`hook ${text}`)
    this.#options.journal.add({ kind: 'hook', text, because: id })
  }
}

const isEventKind = (kind: string): kind is EventKind => (EVENT_KINDS as readonly string[]).includes(kind)

/** Arguments may hold what is nobody's business, such as a token in an address. */
const nameOf = ({ run }: HookConfig): string => run[0] ?? ''

const about = ({ kind, line }: JournalEntry): string => (line === undefined ? kind : `${line} ${kind}`)

const lastLines = (output: string): string[] =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-OUTPUT_LINES)
