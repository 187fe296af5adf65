import type { LineHealth, LineReport } from '../model/index.ts'
import type { LineEvidence, Silence } from './evidence.ts'
import type { GatewaySays } from './gateway-check.ts'
import type { Quality } from './judge.ts'
import { told } from './told.ts'
import type { Verdict } from './verdict.ts'
import type { WatchedLine } from './watched-line.ts'

/** Everything about a line that is worth telling. */
export interface Known {
  readonly line: WatchedLine
  readonly health: LineHealth
  readonly verdict: Verdict
  readonly evidence: LineEvidence
  readonly quality: Quality
  readonly silence: Silence
  /** A login page in the way. */
  readonly portal: { readonly why: string; readonly sinceMs: number } | undefined
  readonly gateway: GatewaySays
  /** Why no probe leaves this box. */
  readonly refusal: string | undefined
  /** All other lines are as silent, and there are some. */
  readonly everywhere: boolean
  readonly nextProbeAtMs: number | undefined
}

export function lineReport(known: Known, nowMs: number): LineReport {
  const { line, health, verdict, evidence, quality, portal, nextProbeAtMs } = known
  const { rttMs, jitterMs, lossRatio, degraded } = quality
  const backAtMs = verdict.backAtMs(line.policy)
  const byPortal = portal !== undefined && verdict.state.is !== 'down'
  return {
    line: line.name,
    health,
    sinceMs: byPortal ? portal.sinceMs : verdict.sinceMs,
    ...(health === 'up' && degraded !== undefined ? { degraded } : {}),
    ...told({
      ...known.silence,
      health,
      portal: portal?.why,
      gateway: known.gateway,
      refusal: known.refusal,
      everywhere: known.everywhere,
      family: line.family,
      namesFail: evidence.witnesses.namesFail,
      degraded,
      policy: line.policy,
      heldMs: verdict.heldMs(line.policy),
    }),
    ...(rttMs === undefined ? {} : { rttMs }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(lossRatio === undefined ? {} : { lossRatio }),
    ...(backAtMs === undefined ? {} : { backAtMs }),
    penalty: verdict.penalty(nowMs),
    ...(nextProbeAtMs === undefined ? {} : { nextProbeAtMs }),
    probes: evidence.book.counts,
    targets: evidence.witnesses.all
      .filter(({ reserve, known: answered }) => !reserve || answered)
      .map((one) => one.report()),
  }
}
