import type { ClientUsage, LastCounters, LineUsage, Observation, OutageNews } from '../history/index.ts'

/** What was counted and is not on disk yet. */
export interface Waiting {
  readonly observations: readonly Observation[]
  readonly usage: readonly LineUsage[]
  readonly counters: readonly LastCounters[]
  readonly outages: readonly OutageNews[]
  readonly clients: readonly ClientUsage[]
}

export const NOTHING: Waiting = { observations: [], usage: [], counters: [], outages: [], clients: [] }

/** While the disk is full: a day of one line, some hours of many. */
const AT_MOST = 10_000

export const isNothing = (waiting: Waiting): boolean =>
  Object.values(waiting).every((some: readonly unknown[]) => some.length === 0)

export const joined = (older: Waiting, newer: Waiting): Waiting => ({
  observations: [...older.observations, ...newer.observations].slice(-AT_MOST),
  usage: summed([...older.usage, ...newer.usage], ({ line, day }) => `${line} ${day}`),
  counters: newer.counters.length > 0 ? newer.counters : older.counters,
  outages: [...older.outages, ...newer.outages].slice(-AT_MOST),
  clients: summed(
    [...older.clients, ...newer.clients],
    ({ line, day, client }) => `${line} ${day} ${client}`,
  ).slice(-AT_MOST),
})

/** One for each key. */
const summed = <T extends Volume>(usage: readonly T[], keyOf: (one: T) => string): T[] =>
  [...Map.groupBy(usage, keyOf).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : more.reduce((all, one) => ({ ...all, ...sum(all, one) }), first),
  )

type Volume = Pick<LineUsage, 'receivedBytes' | 'sentBytes'>

const sum = (a: Volume, b: Volume): Volume => ({
  receivedBytes: a.receivedBytes + b.receivedBytes,
  sentBytes: a.sentBytes + b.sentBytes,
})
