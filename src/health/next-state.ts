import { unreachable, type HealthPolicy, type LineHealth } from '../model/index.ts'
import { LIFE_VETO_MS, MUTE_MS, MUTE_PACKETS } from './constants.ts'
import { missesForDown } from './loss.ts'

export interface WatchState {
  readonly is: LineHealth
  readonly sinceMs: number
}

/** What is known of a line at a moment, as far as it decides. */
export interface Evidence {
  /** An answer, or a SYN-ACK, since the last look: both ways work. */
  readonly proven: boolean
  readonly lastProofMs: number
  /** Received packets: in three of the last five samples since this state began; in the last one. */
  readonly lively: boolean
  readonly lifeNow: boolean
  /** Every probe of a question is past its time. */
  readonly questionMissed: boolean
  readonly missedInARow: number
  readonly lossRatio: number
  /** Nothing ever answered here, or what did is benched: silence is no proof then. */
  readonly hasWitness: boolean
  /** Packets of users that heard nothing, and since when. */
  readonly unanswered: number
  readonly unansweredSinceMs: number | undefined
  /** A probe sent before the verdict was answered after it. */
  readonly refuted: boolean
  /** It answered well enough for long enough. */
  readonly cameBack: boolean
}

/** Silence asks, missing answers steer, a burst decides. */
export function nextState(
  state: WatchState,
  evidence: Evidence,
  policy: HealthPolicy,
  nowMs: number,
): WatchState {
  const is = next(state, evidence, policy, nowMs)
  return is === state.is ? state : { is, sinceMs: nowMs }
}

function next(state: WatchState, evidence: Evidence, policy: HealthPolicy, nowMs: number): LineHealth {
  switch (state.is) {
    case 'unknown':
    case 'up':
      if (evidence.proven || isAliveAllTheSame(evidence)) return 'up'
      return evidence.questionMissed ? 'suspect' : state.is
    case 'suspect':
      if (evidence.proven || isLifted(evidence, nowMs)) return 'up'
      return isDown(state.sinceMs, evidence, policy, nowMs) ? 'down' : 'suspect'
    case 'down':
      return evidence.refuted || evidence.cameBack || isAliveAllTheSame(evidence) ? 'up' : 'down'
    default:
      return unreachable(state.is)
  }
}

/** Received packets prove the way in; the way out only together with an answer not long ago, if there is anybody to answer. */
const isLifted = (evidence: Evidence, nowMs: number): boolean =>
  evidence.lively && (!evidence.hasWitness || answeredLately(evidence, nowMs))

function isDown(sinceMs: number, evidence: Evidence, policy: HealthPolicy, nowMs: number): boolean {
  if (!evidence.hasWitness) {
    return (
      evidence.unanswered >= MUTE_PACKETS &&
      evidence.unansweredSinceMs !== undefined &&
      nowMs - evidence.unansweredSinceMs >= MUTE_MS
    )
  }
  return (
    nowMs - sinceMs >= policy.suspicionMs &&
    evidence.missedInARow >= missesForDown(evidence.lossRatio) &&
    !(evidence.lifeNow && answeredLately(evidence, nowMs))
  )
}

/** Nobody ever answered us there, but users are answered. */
const isAliveAllTheSame = ({ hasWitness, proven, lively }: Evidence): boolean =>
  !hasWitness && (proven || lively)

const answeredLately = ({ lastProofMs }: Evidence, nowMs: number): boolean =>
  nowMs - lastProofMs < LIFE_VETO_MS
