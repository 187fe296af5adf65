import { knownLeg, legId } from './legs.ts'
import type { Store } from './store.ts'

/** A time in which a line carried nothing in one family. */
export interface Outage {
  readonly fromMs: number
  /** Absent: it goes on. */
  readonly toMs?: number
  /** Nobody saw its end: the daemon was stopped before, and it is only known to have lasted until then. */
  readonly isCut: boolean
  readonly why: string
  /** Connections that were told that it is over. */
  readonly released: number
}

/** What there is to be written of them, in this order. Wall times. */
export type OutageNews =
  | { readonly is: 'begins'; readonly leg: string; readonly atMs: number; readonly why: string }
  | { readonly is: 'ends'; readonly leg: string; readonly atMs: number }
  | { readonly is: 'releases'; readonly leg: string; readonly count: number }

/** Within a job. */
export function writeOutages(store: Store, news: readonly OutageNews[]): void {
  for (const one of news) {
    const leg = legId(store, one.leg)
    switch (one.is) {
      case 'begins':
        store.run(
          `INSERT INTO outage (leg, began, seen, why) SELECT ?1, ?2, ?2, ?3
             WHERE NOT EXISTS (SELECT 1 FROM outage WHERE leg = ?1 AND ended IS NULL)`,
          leg,
          Math.round(one.atMs),
          one.why,
        )
        break
      case 'ends':
        store.run(
          'UPDATE outage SET ended = max(began, ?) WHERE leg = ? AND ended IS NULL',
          Math.round(one.atMs),
          leg,
        )
        break
      case 'releases':
        store.run(
          'UPDATE outage SET released = released + ? WHERE seq = (SELECT max(seq) FROM outage WHERE leg = ?)',
          one.count,
          leg,
        )
        break
    }
  }
}

/** Within a job. Those that go on have lasted until now. */
export const outagesSeen = (store: Store, nowMs: number): number =>
  store.run('UPDATE outage SET seen = max(seen, ?) WHERE ended IS NULL', Math.round(nowMs))

/** Within a job, when a run begins: of those that go on nobody knows when they ended. */
export const cutOutages = (store: Store): number =>
  store.run('UPDATE outage SET ended = seen, cut = 1 WHERE ended IS NULL')

/** Within a job. Those that touch a time, in its order. */
export const readOutages = (store: Store, leg: string, fromMs: number, toMs: number): Outage[] =>
  store
    .rows(
      'SELECT * FROM outage WHERE leg = ? AND began < ? AND (ended IS NULL OR ended > ?) ORDER BY began',
      knownLeg(store, leg),
      toMs,
      fromMs,
    )
    .map((row) => ({
      fromMs: Number(row['began']),
      ...(row['ended'] !== null && { toMs: Number(row['ended']) }),
      isCut: row['cut'] === 1,
      why: String(row['why']),
      released: Number(row['released']),
    }))
