import type { Family, FailbackPolicy, LineHealth, ReleasePolicy } from '../model/index.ts'

/** A line in one family, as the last pass left it. The families of a line fail, and are dealt with, separately. */
export interface LineNow {
  /** Tells it from all others; whatever is ordered is ordered by it. */
  readonly name: string
  readonly family: Family
  /** The kernel cannot send by it. */
  readonly isGone: boolean
  /** Its device or carrier is gone: certain, and nothing to wait for. An address may be back in a moment. */
  readonly isUnplugged: boolean
  readonly health: LineHealth
  /** New connections take it, and it is trusted to carry them: not because there is nothing better. */
  readonly isRefuge: boolean
  /** In the kernel, new connections avoid it. */
  readonly isAvoided: boolean
  /** In the kernel, whoever sends by it is told that it is over. */
  readonly isReleased: boolean
  /** It is called dead and answers again: what hangs on it may go on in a moment. */
  readonly isReturning: boolean
  readonly isBackup: boolean
  /** Works, and gets no connections because better lines do. */
  readonly isInReserve: boolean
  readonly release: ReleasePolicy
  readonly failback: FailbackPolicy
}

/**
 * What is done to the connections of a line. `forget-unanswered`, `forget-services`, `forget-fleeting`: their next packet begins anew on
 * a line that works. `release`: from now on whoever sends is told. `tell`: those that only wait, too. `recall`: the
 * line is back, nobody is told any more. `move`: what was begun here begins anew on better lines.
 */
export type Ending =
  'forget-unanswered' | 'forget-services' | 'forget-fleeting' | 'release' | 'tell' | 'recall' | 'move'

export interface Order {
  readonly line: string
  readonly do: Ending
}

/** How far a line's connections were dealt with. */
interface Progress {
  readonly is: 'over' | 'in-reserve' | 'standing-in'
  readonly sinceMs: number
  readonly done: readonly Ending[]
  /** What it was before it stood in, where that may go on. */
  readonly before?: Progress
}

/** By line; lines that carry their connections are not in it. */
export type ProgressByLine = ReadonlyMap<string, Progress>

export interface Decision {
  readonly progress: ProgressByLine
  readonly orders: readonly Order[]
  /** When to decide again though nothing happened. */
  readonly wakeAtMs?: number
}

/**
 * Answered calls and games stand a gap of a second better than another address: they are given that long. A line is
 * called down about half a second after it was suspected.
 */
const CALLS_WAIT_MS = 500

/** A backup that stood in for no longer goes on being drained: else doubts of a normal line would put that off for ever. */
const SHORT_STAND_IN_MS = 60_000

/**
 * Steering is cheap, ending is not: first the choice of the kernel, then what hangs on the line, and nothing at all
 * while there is nowhere to go. Nothing is ordered twice for one failure. Pure.
 */
export function decideEndings(before: ProgressByLine, lines: readonly LineNow[], nowMs: number): Decision {
  const progress = new Map<string, Progress>()
  const orders: Order[] = []
  const due: number[] = []
  for (const line of lines) {
    const was = before.get(line.name)
    const state = stateOf(line, was)
    if (was !== undefined && was.is !== state && was.done.some((done) => CALLED_OFF.includes(done)))
      orders.push({ line: line.name, do: 'recall' })
    if (state === undefined) continue
    const its = progressOf(state, was, nowMs)
    const hasRefuge = lines.some((other) => isRefugeFor(line, other))
    const wanted = line.isAvoided && hasRefuge ? wantedOf(line, its) : []
    const open = wanted.filter(({ what }) => !its.done.includes(what))
    const now = open.filter(({ atMs }) => atMs <= nowMs)
    due.push(...open.filter(({ atMs }) => atMs > nowMs).map(({ atMs }) => atMs))
    orders.push(...now.map(({ what }) => ({ line: line.name, do: what })))
    progress.set(line.name, { ...its, done: [...its.done, ...now.map(({ what }) => what)] })
  }
  return { progress, orders, ...(due.length > 0 && { wakeAtMs: Math.min(...due) }) }
}

/**
 * Programs that lose IPv6 fall back to IPv4, of the same line too: most servers have only that, or both. What IPv4 alone
 * can reach no IPv6 carries.
 */
const isRefugeFor = (line: LineNow, other: LineNow): boolean =>
  other.isRefuge && other.name !== line.name && (other.family === line.family || line.family === 'ipv6')

/** What goes on for a while, or holds until it is taken back. */
const CALLED_OFF: readonly Ending[] = ['release', 'move']

function stateOf(line: LineNow, was: Progress | undefined): Progress['is'] | undefined {
  if (line.isGone || line.health === 'down') return 'over'
  if (line.isInReserve) return 'in-reserve'
  if (line.isBackup && !line.isAvoided) return 'standing-in'
  // Suspected while it waits: it still waits.
  return was?.is === 'in-reserve' && line.isAvoided ? 'in-reserve' : undefined
}

function progressOf(is: Progress['is'], was: Progress | undefined, nowMs: number): Progress {
  if (was?.is === is) return was
  if (is === 'standing-in')
    return { is, sinceMs: nowMs, done: [], ...(was?.is === 'in-reserve' && { before: was }) }
  const isBack = is === 'in-reserve' && was?.is === 'standing-in' && nowMs - was.sinceMs < SHORT_STAND_IN_MS
  if (isBack && was.before !== undefined && was.before.done.length === 0) return was.before
  return { is, sinceMs: nowMs, done: [] }
}

interface Wanted {
  readonly what: Ending
  readonly atMs: number
}

function wantedOf(line: LineNow, { is, sinceMs }: Progress): readonly Wanted[] {
  if (is === 'standing-in') return []
  if (is === 'in-reserve') {
    if (line.failback.is === 'leave') return []
    return [{ what: 'move', atMs: sinceMs + (line.failback.is === 'move' ? 0 : line.failback.deadlineMs) }]
  }
  const { afterMs, repick } = line.release
  const wait = (ms: number): number => sinceMs + (line.isUnplugged ? 0 : ms)
  // Without an address it is not dead yet: that may be back, and then everything goes on.
  const repickMs = line.isGone ? wait(CALLS_WAIT_MS) : sinceMs
  return [
    ...(repick
      ? ([
          { what: 'forget-unanswered', atMs: repickMs },
          { what: 'forget-services', atMs: repickMs },
          { what: 'forget-fleeting', atMs: wait(CALLS_WAIT_MS) },
        ] as const)
      : []),
    ...(afterMs === 'never' || line.isReturning ? [] : [{ what: 'release', atMs: wait(afterMs) } as const]),
    ...(line.isReleased ? [{ what: 'tell', atMs: sinceMs } as const] : []),
  ]
}
