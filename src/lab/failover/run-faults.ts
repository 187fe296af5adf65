/** `multihome lab faults`: every fault in turn, each in a lab of its own, with traffic of every kind. */
import { unlessAborted } from '../interruption.ts'
import { CannotPlay } from '../cannot-play.ts'
import type { ShowOutcome } from '../show.ts'
import type { Stage } from '../stage.ts'
import { FAULT_ROWS } from './fault-rows.ts'
import type { FaultRow } from './fault-rows.ts'
import { LEGEND, rowLines, tableHead, verdictText } from './fault-table.ts'
import type { PlayedRow } from './fault-table.ts'
import { outcomeOf } from './outcome.ts'
import { recordRow } from './record-row.ts'
import { unmet } from './wishes.ts'

export interface FaultsOptions {
  readonly rows: readonly FaultRow[]
  /** Nothing but one document at the end. */
  readonly json: boolean
  readonly signal: AbortSignal
}

/** @throws {RangeError} for a name that is none; all rows when none is given */
export function rowsNamed(names: readonly string[]): readonly FaultRow[] {
  const known = FAULT_ROWS.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new RangeError(`the lab knows no fault "${unknown}"; it knows ${known.join(', ')}`)
  return names.length === 0 ? FAULT_ROWS : FAULT_ROWS.filter(({ name }) => names.includes(name))
}

export async function runFaults(stage: Stage, { rows, json, signal }: FaultsOptions): Promise<ShowOutcome> {
  const say = (lines: readonly string[]): void =>
    json ? undefined : lines.forEach((line) => stage.say(line))
  say([tableHead()])
  const played: PlayedRow[] = []
  for (const row of rows) {
    const done = await unlessAborted(signal, () => playRow(row, signal))
    if (done === undefined) return 'interrupted'
    played.push(done)
    say(rowLines(done))
  }
  say(['', ...LEGEND, '', verdictText(played)])
  if (json) stage.say(JSON.stringify({ rows: played, verdict: verdictText(played) }))
  const isGood = ({ result }: PlayedRow): boolean => result.is === 'as-wished' || result.is === 'not-playable'
  return played.every(isGood) ? 'as-wished' : 'not-as-wished'
}

/** What breaks a row off is told in it, and the next one begins anew. */
async function playRow(row: FaultRow, signal: AbortSignal): Promise<PlayedRow> {
  const { name, what, wishes } = row
  try {
    const recorded = await recordRow(row, { signal })
    const outcome = outcomeOf(recorded)
    const missed = unmet(outcome, wishes)
    const events = recorded.changes.map((change) => ({ ...change, atMs: change.atMs - recorded.faultAtMs }))
    if (missed.length > 0) return { name, what, result: { is: 'not-as-wished', outcome, missed }, events }
    return { name, what, result: { is: 'as-wished', outcome }, events }
  } catch (error) {
    if (signal.aborted) throw error
    const why = error instanceof Error ? error.message : String(error)
    return { name, what, result: { is: error instanceof CannotPlay ? 'not-playable' : 'broken', why } }
  }
}
