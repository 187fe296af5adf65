import type { Family } from './prefix.ts'
import { targetFamily, witnessesBy, type ProbeTarget } from './probe.ts'

/** `backup`: takes connections only while no normal line can; the first in the file that works, alone. */
export type LineRole = 'normal' | 'backup'

/** What a degraded line gets of the new connections: its share, a quarter of it, or none while a better one works. */
export type DegradedShare = 'keep' | 'less' | 'none'

/** How a line is watched. */
export interface HealthPolicy {
  /**
   * Beyond the gateway; of two kinds at least unless the operator wants it otherwise. Of either family, see
   * `targetsOf`. Empty: it is not watched.
   */
  readonly targets: readonly ProbeTarget[]
  /** How long a line is suspected before it is called down. */
  readonly suspicionMs: number
  /** How long it must answer before it is used again, the first time it was down. */
  readonly riseMs: number
  /** `stable`: after it was down it waits far longer, unless no other line works. */
  readonly prefer: 'quick' | 'stable'
  /** From here on it is lossy, 0-1, or slow. */
  readonly lossyRatio: number
  readonly slowMs: number
  readonly degraded: DegradedShare
  /** What all probes of the line may cost, both ways; absent: as they are needed. */
  readonly budgetBytesPerMonth?: number
}

/** What becomes of the connections on a line that went down. */
export interface ReleasePolicy {
  /** Of TCP that hangs, after that time (at once without carrier); `never`: for lines that usually come back. */
  readonly afterMs: number | 'never'
  /** Whether connections without any answer yet, and what is no TCP, may begin anew on another line. */
  readonly repick: boolean
  /** Whether TCP connections of the box itself are ended along with the others. */
  readonly own: boolean
}

/** What becomes of a line's open connections once it gets no more, because better lines work again. */
export type FailbackPolicy =
  { readonly is: 'leave' } | { readonly is: 'move' } | { readonly is: 'drain'; readonly deadlineMs: number }

/** What holds for a line of which the file says nothing else. */
export const DEFAULT_HEALTH: HealthPolicy = {
  targets: (['ipv4', 'ipv6'] as const).flatMap((family) => [
    ...witnessesBy('icmp', family),
    ...witnessesBy('dns', family),
  ]),
  suspicionMs: 500,
  riseMs: 3000,
  prefer: 'quick',
  lossyRatio: 0.2,
  slowMs: 1000,
  degraded: 'less',
}

/**
 * Whom a line is asked by in one family: those with an address of it, and pages with a name, which is asked for there.
 * Where the operator thought of the other family alone, the usual ones, for else this one would be watched by nobody.
 */
export function targetsOf({ targets }: Pick<HealthPolicy, 'targets'>, family: Family): ProbeTarget[] {
  const of = (all: readonly ProbeTarget[]): ProbeTarget[] =>
    all.filter((target) => (targetFamily(target) ?? family) === family)
  const own = of(targets)
  return own.length > 0 || targets.length === 0 ? own : of(DEFAULT_HEALTH.targets)
}

/** What the probes of a metered line may cost when the file names no other limit. */
export const METERED_BUDGET_BYTES_PER_MONTH = 10_000_000

export const DEFAULT_RELEASE: ReleasePolicy = { afterMs: 3000, repick: true, own: true }

/** So that nothing stays for hours on a line that costs by volume. */
export const METERED_BACKUP_FAILBACK: FailbackPolicy = { is: 'drain', deadlineMs: 600_000 }
