import type { Store } from './store.ts'

/** What went through a line on one day, as the box counts days. */
export interface DayUsage {
  /** `2026-11-22` */
  readonly day: string
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface LineUsage extends DayUsage {
  readonly line: string
}

/** What the counters of a line's interface showed last; whoever starts within the same boot goes on from there. */
export interface LastCounters {
  readonly line: string
  readonly interface: string
  readonly boot: string
  readonly receivedBytes: number
  readonly sentBytes: number
}

/** Within a job. */
export function writeUsage(
  store: Store,
  usage: readonly LineUsage[],
  counters: readonly LastCounters[],
): void {
  for (const { line, day, receivedBytes, sentBytes } of usage) {
    store.run(
      `INSERT INTO usage VALUES (?, ?, ?, ?) ON CONFLICT (line, day)
         DO UPDATE SET received = received + excluded.received, sent = sent + excluded.sent`,
      line,
      day,
      receivedBytes,
      sentBytes,
    )
  }
  for (const { line, interface: dev, boot, receivedBytes, sentBytes } of counters)
    store.run(
      'INSERT OR REPLACE INTO counter VALUES (?, ?, ?, ?, ?)',
      line,
      dev,
      boot,
      receivedBytes,
      sentBytes,
    )
}

/** Within a job. */
export const readCounters = (store: Store): LastCounters[] =>
  store.rows('SELECT * FROM counter').map((row) => ({
    line: String(row['line']),
    interface: String(row['interface']),
    boot: String(row['boot']),
    receivedBytes: Number(row['received']),
    sentBytes: Number(row['sent']),
  }))

/** Within a job. @param fromDay included. @param toDay not included */
export const readUsage = (store: Store, line: string, fromDay: string, toDay: string): DayUsage[] =>
  store
    .rows('SELECT * FROM usage WHERE line = ? AND day >= ? AND day < ? ORDER BY day', line, fromDay, toDay)
    .map((row) => ({
      day: String(row['day']),
      receivedBytes: Number(row['received']),
      sentBytes: Number(row['sent']),
    }))
