import { unreachable, type LineReport, type LineVerdict } from '../model/index.ts'
import { isLastResort, isOfHostsAlone, presence, type LineFacts } from '../plan/index.ts'
import type { LineStateName } from './control.ts'

export interface TrackedState {
  readonly state: LineStateName
  readonly why?: string
  /** By the clock of those who told. */
  readonly sinceMs: number
}

export interface Transition {
  readonly leg: string
  readonly from: LineStateName | undefined
  readonly to: TrackedState
}

/** Since when each line is what it is, in each family, whatever the causes were meanwhile. */
export class LineTracker {
  #states = new Map<string, TrackedState>()

  /** @returns the lines whose state or cause changed, in the order of the file */
  update(lines: readonly LineFacts[], nowMs: number): Transition[] {
    const before = this.#states
    this.#states = new Map(
      lines.map((line) => {
        const { sinceMs = nowMs, ...now } = judged(stateOf(line), line.verdict)
        const was = before.get(line.leg)
        if (was?.state !== now.state) return [line.leg, { ...now, sinceMs }]
        // Down for another cause is down all the same: the cable is back, and the line still held out.
        return [line.leg, was.why === now.why ? was : { ...now, sinceMs: was.sinceMs }]
      }),
    )
    return [...this.#states].flatMap(([leg, to]) => {
      const was = before.get(leg)
      return was === to ? [] : [{ leg, from: was?.state, to }]
    })
  }

  /** By leg; a snapshot that later updates do not touch. */
  get states(): ReadonlyMap<string, TrackedState> {
    return this.#states
  }
}

type State = Omit<TrackedState, 'sinceMs'> & { readonly sinceMs?: number }

/** The kernel says what a line cannot do, and its health what it does not do although it could. */
export function judged(tracked: State, verdict: LineVerdict | LineReport | undefined): State {
  if (tracked.state !== 'up' && tracked.state !== 'draining') return tracked
  if (verdict?.health !== 'suspect' && verdict?.health !== 'down') return tracked
  const { health: state, why, sinceMs } = verdict
  return {
    state,
    ...(why === undefined ? {} : { why }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  }
}

function stateOf(line: LineFacts): State {
  switch (line.presence.is) {
    case 'absent':
      return { state: 'absent', why: presence(line.presence) }
    case 'blocked':
      return { state: isOfHostsAlone(line) ? 'unknown' : 'down', why: presence(line.presence) }
    case 'usable':
      if (line.drain === undefined) return { state: 'up' }
      return {
        state: 'draining',
        ...(isLastResort(line) ? { why: 'used all the same, for no other line is usable' } : {}),
      }
    default:
      return unreachable(line.presence)
  }
}
