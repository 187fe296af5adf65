import type { Thing } from '../model/index.ts'

/**
 * Two programs that put the same thing right, each in its own way, could go on for ever. So whoever repairs the same
 * thing again and again, and sees it go at once, lets it be for longer and longer. Pure: the clock is handed in.
 */
export interface Fight {
  /** When each thing was put back lately. */
  readonly repairs: ReadonlyMap<Thing, readonly number[]>
  /** Absent in peace. */
  readonly contest?: Contest
}

export interface Contest {
  /** What both sides want otherwise. */
  readonly things: ReadonlySet<Thing>
  readonly lastRepairMs: number
  /** When what was repaired last was missed again; absent while it stands. */
  readonly missedMs?: number
  /** From one repair to the next; 0: at once, because it stands for a while each time. */
  readonly pauseMs: number
}

/** So many repairs of one thing in so long are a fight. */
export const REPAIRS = 5
export const WITHIN_MS = 60_000
const FIRST_PAUSE_MS = 1000
export const LONGEST_PAUSE_MS = 30_000
/** What stands that long is worth its repair: lines work meanwhile, and the repairs cost next to nothing. */
export const STANDS_MS = 2000
/** With nothing to repair for that long it is over. */
export const QUIET_MS = 60_000

export const PEACE: Fight = { repairs: new Map() }

/** These were put back just now. */
export function repaired({ repairs, contest }: Fight, things: readonly Thing[], nowMs: number): Fight {
  const lately = (times: readonly number[]): number[] =>
    times.filter((atMs) => atMs > nowMs - WITHIN_MS).slice(-REPAIRS)
  const all = [...new Set([...repairs.keys(), ...things])].map((thing): [Thing, readonly number[]] => [
    thing,
    lately([...(repairs.get(thing) ?? []), ...(things.includes(thing) ? [nowMs] : [])]),
  ])
  const recent = new Map(all.filter(([, times]) => times.length > 0))
  const contested = things.filter(
    (thing) => contest?.things.has(thing) === true || recent.get(thing)?.length === REPAIRS,
  )
  if (contested.length === 0) return { repairs: recent, ...(contest && { contest }) }
  const stoodMs = (contest?.missedMs ?? nowMs) - (contest?.lastRepairMs ?? beforeLast(recent, contested))
  const longer = Math.max(FIRST_PAUSE_MS, (contest?.pauseMs ?? 0) * 2)
  const pauseMs = stoodMs >= STANDS_MS ? 0 : Math.min(LONGEST_PAUSE_MS, longer)
  const fought = new Set([...(contest?.things ?? []), ...contested])
  return { repairs: recent, contest: { things: fought, lastRepairMs: nowMs, pauseMs } }
}

/** The last repair but this one. */
const beforeLast = (recent: ReadonlyMap<Thing, readonly number[]>, things: readonly Thing[]): number =>
  Math.max(...things.map((thing) => recent.get(thing)?.at(-2) ?? 0))

/** These are missing. */
export function missed(fight: Fight, things: readonly Thing[], nowMs: number): Fight {
  const { contest } = fight
  if (contest === undefined || contest.missedMs !== undefined) return fight
  return things.some((thing) => contest.things.has(thing))
    ? { ...fight, contest: { ...contest, missedMs: nowMs } }
    : fight
}

/** How long these must wait for their repair; 0: not at all, because one of them is not fought over. */
export function waitMs({ contest }: Fight, things: readonly Thing[], nowMs: number): number {
  if (contest === undefined || !things.every((thing) => contest.things.has(thing))) return 0
  const { lastRepairMs, missedMs = nowMs, pauseMs } = contest
  return missedMs - lastRepairMs >= STANDS_MS ? 0 : Math.max(0, lastRepairMs + pauseMs - nowMs)
}

/** Nothing is to be repaired now. */
export const quiet = (fight: Fight, nowMs: number): Fight =>
  fight.contest !== undefined && nowMs >= fight.contest.lastRepairMs + QUIET_MS ? PEACE : fight
