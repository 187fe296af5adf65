import type { Store } from './store.ts'

/** What a client had over a line on one day. */
export interface ClientUsage {
  readonly line: string
  /** Its address; `''`: all those together that were too many. */
  readonly client: string
  /** `2026-11-22`, as the box counts days. */
  readonly day: string
  readonly receivedBytes: number
  readonly sentBytes: number
}

export type ClientSum = Omit<ClientUsage, 'line' | 'day'>

/** Within a job. */
export function writeClientUsage(store: Store, usage: readonly ClientUsage[]): void {
  for (const { line, client, day, receivedBytes, sentBytes } of usage)
    store.run(
      `INSERT INTO client_usage VALUES (?, ?, ?, ?, ?) ON CONFLICT (line, day, client)
         DO UPDATE SET received = received + excluded.received, sent = sent + excluded.sent`,
      line,
      day,
      client,
      receivedBytes,
      sentBytes,
    )
}

/** Within a job. Those with the most first. @param fromDay included. @param toDay not included */
export const readClientUsage = (store: Store, line: string, fromDay: string, toDay: string): ClientSum[] =>
  store
    .rows(
      `SELECT client, SUM(received) AS received, SUM(sent) AS sent FROM client_usage
         WHERE line = ? AND day >= ? AND day < ?
         GROUP BY client ORDER BY SUM(received) + SUM(sent) DESC, client`,
      line,
      fromDay,
      toDay,
    )
    .map((row) => ({
      client: String(row['client']),
      receivedBytes: Number(row['received']),
      sentBytes: Number(row['sent']),
    }))

/** Within a job. @param day those before it. @returns whether there were any */
export const forgetClientsBefore = (store: Store, day: string): boolean =>
  store.run('DELETE FROM client_usage WHERE day < ?', day) > 0

/** Within a job: a day of them. @returns whether there were any */
export const forgetOldestClients = (store: Store): boolean =>
  store.run('DELETE FROM client_usage WHERE day = (SELECT MIN(day) FROM client_usage)') > 0
