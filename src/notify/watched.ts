import type { MessageKind } from '../model/index.ts'
import type { Incident } from './incidents.ts'
import type { Message } from './message.ts'

/** What must not be forgotten between two looks, over a restart neither. Times are the monotonic clock's. */
export interface Watched {
  /** Before the number of each message; another one for each box that lost its memory. */
  readonly seed: string
  readonly count: number
  readonly incidents: readonly Incident[]
  /** When each line went down or came back lately. */
  readonly changes: Readonly<Record<string, readonly number[]>>
  /** Of the last week. */
  readonly outages: readonly Outage[]
}

export interface Outage {
  readonly line: string
  readonly fromMs: number
  readonly toMs: number
}

/** What is told, as the file says. */
export interface Wishes {
  readonly on: readonly MessageKind[]
  readonly afterMs: number
}

/** Time of day of a moment: `14:02:11` */
export type ClockOf = (atMs: number) => string

export const unwatched = (seed: string): Watched => ({
  seed,
  count: 0,
  incidents: [],
  changes: {},
  outages: [],
})

export interface Look {
  readonly watched: Watched
  readonly messages: readonly Message[]
  /** When to look again although nothing happens; absent: never. */
  readonly nextAtMs?: number
}
