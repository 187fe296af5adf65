import { randomBytes } from 'node:crypto'
import type { EventKind, Family } from '../model/index.ts'
import type { WallClock } from './wall-clock.ts'

/**
 * What can be read of this run, beside what programs are told of. `steered`, `repicked`: where new and unanswered
 * connections go because of something; `hook`: a program of the operator's that failed; `unsent`: a
 * message that did not reach a channel.
 */
export type JournalKind =
  | EventKind
  | 'draining'
  | 'steered'
  | 'repicked'
  | 'started'
  | 'applied'
  | 'refused'
  | 'confirmed'
  | 'undone'
  | 'drained'
  | 'undrained'
  | 'weighed'
  | 'repaired'
  | 'hook'
  | 'unsent'

/** Something that happened. */
export interface NewEntry {
  readonly kind: JournalKind
  /** Absent: the box as a whole. */
  readonly line?: string
  /** Absent: IPv4, or whatever the line has. */
  readonly family?: Family
  /** What and why, in words that follow "14:02:11 lte down": `no answer from 6 of 6 targets while the gateway answers: the provider`. */
  readonly text: string
  /** The entry this one follows from. */
  readonly because?: number
  /** By the monotonic clock; absent: now. */
  readonly atMs?: number
}

export interface JournalEntry extends NewEntry {
  /** From 1 on, in the order in which things were told. */
  readonly id: number
  /** Wall time. */
  readonly atMs: number
}

export interface JournalQuestion {
  /** Wall times, both included. */
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly line?: string
  /** Only what came after this one. */
  readonly afterId?: number
}

/** What a bad week of a box with many lines comes to; about a megabyte. */
export const JOURNAL_LIMIT = 5000

type Listener = (entry: JournalEntry) => void

/** What is in memory of this run: what happened to the lines and to the box, and what followed from what. */
export class Journal {
  /** Another one after each start, because the ids begin anew. */
  readonly run = randomBytes(6).toString('hex')
  readonly #clock: WallClock
  readonly #nowMs: () => number
  readonly #listeners = new Set<Listener>()
  /** By the monotonic clock, the oldest first. */
  #entries: (NewEntry & { readonly id: number; readonly atMs: number })[] = []
  #lastId = 0

  constructor(clock: WallClock, nowMs: () => number = () => performance.now()) {
    this.#clock = clock
    this.#nowMs = nowMs
  }

  /** @returns its id, for what follows from it */
  add(entry: NewEntry): number {
    const kept = { ...entry, id: ++this.#lastId, atMs: entry.atMs ?? this.#nowMs() }
    this.#entries.push(kept)
    if (this.#entries.length > JOURNAL_LIMIT) this.#entries.shift()
    const told = this.#told(kept)
    for (const listener of this.#listeners) listener(told)
    return kept.id
  }

  /** In the order in which they were told. */
  entries({
    sinceMs = -Infinity,
    untilMs = Infinity,
    line,
    afterId = 0,
  }: JournalQuestion = {}): JournalEntry[] {
    return this.#entries
      .filter((entry) => entry.id > afterId && (line === undefined || entry.line === line))
      .map((entry) => this.#told(entry))
      .filter(({ atMs }) => sinceMs <= atMs && atMs <= untilMs)
  }

  /** @returns ends it */
  onEntry(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #told(entry: JournalEntry): JournalEntry {
    return { ...entry, atMs: this.#clock.at(entry.atMs) }
  }
}
