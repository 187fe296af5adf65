import type { Family } from '../model/index.ts'
import type { Store } from './store.ts'

/** Something that happened, in this run of the daemon or an earlier one. */
export interface KeptEvent {
  /** Of the daemon; `id` and `because` count within it. */
  readonly run: string
  readonly id: number
  readonly kind: string
  /** Absent: the box as a whole. */
  readonly line?: string
  /** Absent: IPv4, or whatever the line has. */
  readonly family?: Family
  readonly text: string
  readonly because?: number
  /** Wall time. */
  readonly atMs: number
}

export interface EventsQuestion {
  /** Wall times, both included. */
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly line?: string
  /** Of those that fit the newest so many. */
  readonly limit: number
}

export interface EventsAnswer {
  /** In the order in which they were told. */
  readonly events: readonly KeptEvent[]
  /** Older ones that fit were left out. */
  readonly isCut: boolean
}

/** Within a job. @returns how many */
export function writeEvents(store: Store, events: readonly KeptEvent[]): number {
  for (const { run, id, atMs, kind, line, family, text, because } of events) {
    store.run(
      'INSERT INTO event (run, id, at, kind, line, family, text, because) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      run,
      id,
      Math.round(atMs),
      kind,
      line ?? null,
      family ?? null,
      text,
      because ?? null,
    )
  }
  return events.length
}

/** Within a job. */
export function readEvents(store: Store, question: EventsQuestion): EventsAnswer {
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, line, limit } = question
  const ofLine = line === undefined ? '' : 'AND line = ?'
  const rows = store.rows(
    `SELECT * FROM event WHERE at BETWEEN ? AND ? ${ofLine} ORDER BY at DESC, seq DESC LIMIT ?`,
    sinceMs,
    untilMs,
    ...(line === undefined ? [] : [line]),
    limit + 1,
  )
  const events = rows
    .slice(0, limit)
    .toSorted((a, b) => Number(a['seq']) - Number(b['seq']))
    .map((row): KeptEvent => ({
      run: String(row['run']),
      id: Number(row['id']),
      kind: String(row['kind']),
      ...(row['line'] !== null && { line: String(row['line']) }),
      ...(row['family'] !== null && { family: row['family'] === 'ipv6' ? 'ipv6' : 'ipv4' }),
      text: String(row['text']),
      ...(row['because'] !== null && { because: Number(row['because']) }),
      atMs: Number(row['at']),
    }))
  return { events, isCut: rows.length > limit }
}

/** As many as the journal of a run holds. */
const CORRECTED_AT_MOST = 5000

/** Within a job. The clock was set: what this run told before was at another time. @returns how many were moved */
export const moveEvents = (store: Store, run: string, byMs: number): number =>
  store.run(
    'UPDATE event SET at = at + ? WHERE run = ? AND seq > (SELECT max(seq) FROM event) - ?',
    Math.round(byMs),
    run,
    CORRECTED_AT_MOST,
  )

/** Within a job. @returns whether there were any */
export const forgetOldestEvents = (store: Store, count: number): boolean =>
  store.run('DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT ?)', count) > 0
