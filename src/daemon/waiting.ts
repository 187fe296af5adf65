import type { LastCounters, LineUsage, Observation, OutageNews } from '../history/index.ts'

/** What was counted and is not on disk yet. */
export interface Waiting {
  readonly observations: readonly Observation[]
  readonly usage: readonly LineUsage[]
  readonly counters: readonly LastCounters[]
  readonly outages: readonly OutageNews[]
}

export const NOTHING: Waiting = { observations: [], usage: [], counters: [], outages: [] }

/** While the disk is full: a day of one line, some hours of many. */
const AT_MOST = 10_000

export const isNothing = (waiting: Waiting): boolean =>
  Object.values(waiting).every((some: readonly unknown[]) => some.length === 0)

export const joined = (older: Waiting, newer: Waiting): Waiting => ({
  observations: [...older.observations, ...newer.observations].slice(-AT_MOST),
  usage: summed([...older.usage, ...newer.usage]),
  counters: newer.counters.length > 0 ? newer.counters : older.counters,
  outages: [...older.outages, ...newer.outages].slice(-AT_MOST),
})

/** One for each line and day. */
const summed = (usage: readonly LineUsage[]): LineUsage[] =>
  [...Map.groupBy(usage, ({ line, day }) => `${line} ${day}`).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : more.reduce(sum, first),
  )

const sum = (all: LineUsage, one: LineUsage): LineUsage => ({
  ...all,
  receivedBytes: all.receivedBytes + one.receivedBytes,
  sentBytes: all.sentBytes + one.sentBytes,
})
