/** The same fault again and again, each time in a lab of its own, so that no death makes the next return slower. */
import { CannotPlay } from '../../src/lab/index.ts'
import type { FaultRow } from '../../src/lab/failover/fault-rows.ts'
import { recordRow } from '../../src/lab/failover/record-row.ts'
import type { RecordOptions } from '../../src/lab/failover/record-row.ts'
import type { Recorded } from '../../src/lab/failover/recorded.ts'
import { PROGRAM } from '../routers.ts'

/** The p95 of so few is nearly the longest. `RUNS=30 npm run bench:failover` for more. */
export const RUNS = Number(process.env['RUNS'] ?? 12)

/** Of most lines on land. */
export const ROUND_TRIP_MS = 50

export interface Series {
  readonly recorded: readonly Recorded[]
  /** For the title. */
  readonly roundTrip: string
}

/** Where the lab has no way to make a line longer, at the round trip that the machine has. */
export async function series(
  row: FaultRow,
  runs: number = RUNS,
  beside?: RecordOptions['beside'],
): Promise<Series> {
  const recorded: Recorded[] = []
  let roundTripMs: number | undefined = ROUND_TRIP_MS
  while (recorded.length < runs)
    try {
      recorded.push(
        await recordRow(row, {
          program: PROGRAM,
          ...(roundTripMs && { roundTripMs }),
          ...(beside && { beside }),
        }),
      )
    } catch (error) {
      if (!(error instanceof CannotPlay) || roundTripMs === undefined) throw error
      roundTripMs = undefined
    }
  return {
    recorded,
    roundTrip: roundTripMs === undefined ? 'round trip below 1 ms' : `round trip ${roundTripMs} ms`,
  }
}
