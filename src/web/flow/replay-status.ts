/** How the picture was at a moment of a story: states as they were noticed, traffic as it was counted. Pure. */
import type { LineHistoryDocument } from '../../api/contract.ts'
import { looksOfState } from '../../cli/looks.ts'
import type { Happening } from '../happening.ts'
import type { Story } from '../story.ts'
import type { ShownLine, ShownStatus } from '../without-news.ts'

/** What is told before and after, so that one sees where it came from and where it led. */
const LEAD_MS = 2000
const TAIL_MS = 3000

export interface ReplaySpan {
  readonly fromMs: number
  readonly toMs: number
}

export function spanOf({ cause, effects }: Story): ReplaySpan {
  const beganMs = Date.parse(cause.time)
  return { fromMs: beganMs - LEAD_MS, toMs: beganMs + (effects.at(-1)?.afterMs ?? 0) + TAIL_MS }
}

const eventsOf = ({ cause, effects }: Story): Happening[] => [cause, ...effects.map(({ event }) => event)]

/** @returns what was told last by then */
export const toldBy = (story: Story, atMs: number): Happening | undefined =>
  eventsOf(story).findLast(({ time }) => Date.parse(time) <= atMs)

/** @param pasts of those lines of which something is remembered */
export function statusAt(
  now: ShownStatus,
  story: Story,
  pasts: ReadonlyMap<string, Pick<LineHistoryDocument, 'points' | 'stepMs'>>,
  atMs: number,
): ShownStatus {
  const states = eventsOf(story).filter(({ line, event }) => line !== undefined && looksOfState(event))
  return {
    ...now,
    lines: now.lines.map((line) => {
      const past = { ...line, ...stateOf(line, states, atMs), ...trafficOf(pasts.get(line.name), atMs) }
      delete past.health // how long answers took is how it is now
      return past
    }),
  }
}

/** Of lines that the story is not about no more is known than how they are now. */
function stateOf(
  { name, state }: Pick<ShownLine, 'name' | 'state'>,
  states: readonly Happening[],
  atMs: number,
): Pick<ShownLine, 'state' | 'inReserve'> {
  const its = states.filter(({ line }) => line === name)
  const [first] = its
  if (first === undefined) return { state, inReserve: false }
  const last = its.findLast(({ time }) => Date.parse(time) <= atMs)
  const before = first.event === 'up' ? 'down' : 'up'
  return { state: (last?.event ?? before) as ShownLine['state'], inReserve: false } // they look like states
}

function trafficOf(
  past: Pick<LineHistoryDocument, 'points' | 'stepMs'> | undefined,
  atMs: number,
): Pick<ShownLine, 'downBitsPerSecond' | 'upBitsPerSecond'> {
  const point = past?.points.find(({ time }) => {
    const from = Date.parse(time)
    return from <= atMs && atMs < from + (past?.stepMs ?? 0)
  })
  const rate = (bytes: number | undefined): number | null =>
    past === undefined || bytes === undefined ? null : (bytes * 8000) / past.stepMs
  return { downBitsPerSecond: rate(point?.receivedBytes), upBitsPerSecond: rate(point?.sentBytes) }
}
