import type { Degradation, HealthPolicy } from '../model/index.ts'
import {
  DELAY_PROBES,
  LOSSY_AT_ONCE_DEVIATIONS,
  LOSSY_DEVIATIONS,
  QUALITY_LEAST_PROBES,
  QUALITY_MS,
  QUALITY_PROBES,
} from './constants.ts'

/** A probe as the judge sees it. Kept as they were, so that a late answer corrects the picture. */
export interface ProbeSample {
  readonly sentAtMs: number
  /** Without an answer it counts as lost from then on, and not before. */
  readonly dueMs: number
  readonly delayMs?: number | undefined
}

export interface Quality {
  /** The middle of the last delays; absent until a probe was answered. */
  readonly rttMs?: number
  /** How much one delay differs from the next. */
  readonly jitterMs?: number
  /** 0-1; absent until enough were sent. */
  readonly lossRatio?: number
  readonly degraded?: Degradation
}

/**
 * How well a line works, by probes that nobody's silence brought about: questions and bursts are asked when something
 * is missing already, and would find more loss than there is.
 * @param samples oldest first
 * @param was what it was called so far: it gets rid of that only below half of the threshold
 */
export function judge(
  samples: readonly ProbeSample[],
  policy: HealthPolicy,
  nowMs: number,
  was?: Degradation,
): Quality {
  const judged = samples
    .filter(
      ({ sentAtMs, dueMs, delayMs }) =>
        nowMs - sentAtMs <= QUALITY_MS && (delayMs !== undefined || nowMs >= dueMs),
    )
    .slice(-QUALITY_PROBES)
  const delays = judged
    .flatMap(({ delayMs }) => (delayMs === undefined ? [] : [delayMs]))
    .slice(-DELAY_PROBES)
  const enough = judged.length >= QUALITY_LEAST_PROBES
  const rttMs = median(delays)
  const lossy = enough && isLossy(judged, policy.lossyRatio, was === 'lossy')
  const slow =
    rttMs !== undefined &&
    delays.length === DELAY_PROBES &&
    rttMs >= (was === 'slow' ? policy.slowMs / 2 : policy.slowMs)
  return {
    ...(rttMs === undefined ? {} : { rttMs }),
    ...(delays.length < 2 ? {} : { jitterMs: jitter(delays) }),
    ...(enough ? { lossRatio: missingOf(judged) / judged.length } : {}),
    ...(lossy ? { degraded: 'lossy' } : slow ? { degraded: 'slow' } : {}),
  }
}

/** Beyond chance at first, in all or just now; then until it is below half of the threshold. */
function isLossy(judged: readonly ProbeSample[], threshold: number, was: boolean): boolean {
  if (was) return judged.length < QUALITY_PROBES || missingOf(judged) >= (judged.length * threshold) / 2
  return (
    exceeds(judged, threshold, LOSSY_DEVIATIONS) ||
    exceeds(judged.slice(-QUALITY_LEAST_PROBES), threshold, LOSSY_AT_ONCE_DEVIATIONS)
  )
}

function exceeds(judged: readonly ProbeSample[], threshold: number, deviations: number): boolean {
  const spread = Math.sqrt(judged.length * threshold * (1 - threshold))
  const most = Math.min(judged.length, judged.length * threshold + deviations * spread)
  return missingOf(judged) >= Math.max(1, most)
}

const missingOf = (judged: readonly ProbeSample[]): number =>
  judged.filter(({ delayMs }) => delayMs === undefined).length

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function jitter(delays: readonly number[]): number {
  let sum = 0
  for (let i = 1; i < delays.length; i++) sum += Math.abs((delays[i] ?? 0) - (delays[i - 1] ?? 0))
  return sum / (delays.length - 1)
}
