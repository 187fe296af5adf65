import type { FailbackPolicy, LineHealth, ReleasePolicy } from '../model/index.ts'

/** A line as the last pass left it. */
export interface LineNow {
  readonly name: string
  /** What the kernel cannot send by: no device, no carrier, no address. It is certain, and nothing to wait for. */
  readonly isGone: boolean
  readonly health: LineHealth
  /** New connections take it, and it is trusted to carry them: not because there is nothing better. */
  readonly isRefuge: boolean
  /** In the kernel, new connections avoid it. */
  readonly isAvoided: boolean
  /** In the kernel, whoever sends by it is told that it is over. */
  readonly isReleased: boolean
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
  readonly is: 'over' | 'in-reserve'
  readonly sinceMs: number
  readonly done: readonly Ending[]
}

/** By line; lines that carry their connections are not in it. */
export type Endings = ReadonlyMap<string, Progress>

export interface Decision {
  readonly endings: Endings
  readonly orders: readonly Order[]
  /** When to decide again though nothing happened. */
  readonly wakeAtMs?: number
}

/**
 * Answered calls and games stand a gap of a second better than another address: they are given that long. A line is
 * called down about half a second after it was suspected.
 */
const CALLS_WAIT_MS = 500

/**
 * Steering is cheap, ending is not: first the choice of the kernel, then what hangs on the line, and nothing at all
 * while there is nowhere to go. Nothing is ordered twice for one failure. Pure.
 */
export function decideEndings(before: Endings, lines: readonly LineNow[], nowMs: number): Decision {
  const endings = new Map<string, Progress>()
  const orders: Order[] = []
  const due: number[] = []
  for (const line of lines) {
    const state = stateOf(line)
    const was = before.get(line.name)
    if (was?.is === 'over' && state !== 'over' && was.done.includes('release'))
      orders.push({ line: line.name, do: 'recall' })
    if (state === undefined) continue
    const progress: Progress = was?.is === state ? was : { is: state, sinceMs: nowMs, done: [] }
    const hasRefuge = lines.some((other) => other.name !== line.name && other.isRefuge)
    const wanted = line.isAvoided && hasRefuge ? wantedOf(line, progress) : []
    const open = wanted.filter(({ what }) => !progress.done.includes(what))
    const now = open.filter(({ atMs }) => atMs <= nowMs)
    due.push(...open.filter(({ atMs }) => atMs > nowMs).map(({ atMs }) => atMs))
    orders.push(...now.map(({ what }) => ({ line: line.name, do: what })))
    endings.set(line.name, { ...progress, done: [...progress.done, ...now.map(({ what }) => what)] })
  }
  return { endings, orders, ...(due.length > 0 && { wakeAtMs: Math.min(...due) }) }
}

function stateOf(line: LineNow): Progress['is'] | undefined {
  if (line.isGone || line.health === 'down') return 'over'
  return line.isInReserve ? 'in-reserve' : undefined
}

interface Wanted {
  readonly what: Ending
  readonly atMs: number
}

function wantedOf(line: LineNow, { is, sinceMs }: Progress): readonly Wanted[] {
  if (is === 'in-reserve') {
    if (line.failback.is === 'leave') return []
    return [{ what: 'move', atMs: sinceMs + (line.failback.is === 'move' ? 0 : line.failback.deadlineMs) }]
  }
  const { afterMs, repick } = line.release
  const wait = (ms: number): number => sinceMs + (line.isGone ? 0 : ms)
  return [
    ...(repick
      ? ([
          { what: 'forget-unanswered', atMs: sinceMs },
          { what: 'forget-services', atMs: sinceMs },
          { what: 'forget-fleeting', atMs: wait(CALLS_WAIT_MS) },
        ] as const)
      : []),
    ...(afterMs === 'never' ? [] : [{ what: 'release', atMs: wait(afterMs) } as const]),
    ...(line.isReleased ? [{ what: 'tell', atMs: sinceMs } as const] : []),
  ]
}
