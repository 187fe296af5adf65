/** What the show reads out of recorded connections. Pure. */
import type { LoadRecord } from './load.ts'

/** A first packet that was lost is sent again after a second (RFC 6298): whoever took as long had to wait. */
const SENT_AGAIN_MS = 900

export interface Reaction {
  /** Connections begun after the event. */
  readonly begun: number
  readonly failed: number
  /** Went through, but only after their first packet was sent again. */
  readonly waited: number
  /** From the event to the begin of the last one that failed or waited; 0: none did. */
  readonly settledAfterMs: number
}

/** How new connections fared after something happened at `eventAtMs` (on the load's own clock). */
export function reactionTo(records: readonly LoadRecord[], eventAtMs: number): Reaction {
  const begun = records.filter((record) => record.startedAtMs >= eventAtMs)
  const failed = begun.filter((record) => !record.outcome.ok)
  const waited = begun.filter((record) => record.outcome.ok && record.tookMs >= SENT_AGAIN_MS)
  const lastTroubledMs = Math.max(eventAtMs, ...[...failed, ...waited].map((record) => record.startedAtMs))
  return {
    begun: begun.length,
    failed: failed.length,
    waited: waited.length,
    settledAfterMs: lastTroubledMs - eventAtMs,
  }
}

/** Successful connections per line among those begun since `sinceMs`, and their number. */
export function countByLine(
  records: readonly Pick<LoadRecord, 'startedAtMs' | 'outcome'>[],
  sinceMs = 0,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { startedAtMs, outcome } of records)
    if (startedAtMs >= sinceMs && outcome.ok && outcome.line !== undefined)
      counts.set(outcome.line, (counts.get(outcome.line) ?? 0) + 1)
  return counts
}

/** Largest distance of a line's share from its wish, in percentage points. */
export function shareErrorPoints(
  counts: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, number>,
): number {
  const connections = sum(counts.values())
  const weight = sum(weights.values())
  const errors = Array.from(
    weights,
    ([line, its]) => 100 * Math.abs((counts.get(line) ?? 0) / connections - its / weight),
  )
  return Math.max(...errors)
}

const sum = (numbers: Iterable<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0)
