import {
  targetsOf,
  type Family,
  type HealthPolicy,
  type OffloadKind,
  type ProbeTarget,
} from '../model/index.ts'
import { budgetOf, MONTH_MS } from './account.ts'
import {
  BUSY_PROBE_MS,
  METERED_BUSY_PROBE_MS,
  OTHER_KIND_EVERY,
  PORTAL_MS,
  QUESTION_PROBES,
  SAMPLE_MS,
  STREAM_SILENT_SAMPLES,
  TIMEOUT_LEAST_MS,
} from './constants.ts'
import { portalPagesOf } from './portal-check.ts'
import { bytesOf } from './probe-bytes.ts'
import { idleProbeMs } from './schedule.ts'

/** What watching a line costs, and what it gives. */
export interface WatchCost {
  /** Probes of a line that nobody uses, both ways. */
  readonly idleBytesPerMonth: number
  /** With users for eight hours a day, and a question every ten seconds of them. */
  readonly busyBytesPerMonth: number
  /** A whole sentence: how soon a line is noticed that falls silent though its carrier stays. */
  readonly noticed: string
}

const BUSY_SHARE = 8 / 24
const BUSY_QUESTION_MS = 10_000

/**
 * What the settings cost in all families of a line, which keep to one budget together. Typical: no answer is longer
 * than usual, and nothing is wrong.
 */
export function costOf(
  policy: HealthPolicy,
  metered: boolean,
  families: readonly Family[],
  offload: OffloadKind = 'off',
): WatchCost {
  const budget = budgetOf(policy, metered)
  const idleMs = idleProbeMs(metered, budget)
  const costs = families.flatMap((family) => {
    const targets = targetsOf(policy, family)
    return targets.length === 0 ? [] : [costIn(family, targets, metered, idleMs)]
  })
  if (costs.length === 0) {
    return { idleBytesPerMonth: 0, busyBytesPerMonth: 0, noticed: 'a silent failure is not noticed' }
  }
  const inAll = (which: keyof Spent): number => {
    const sum = costs.reduce((sofar, cost) => sofar + cost[which], 0)
    return Math.round(Math.min(sum, budget ?? Number.POSITIVE_INFINITY))
  }
  return {
    idleBytesPerMonth: inAll('idle'),
    busyBytesPerMonth: inAll('busy'),
    noticed: `a silent failure is noticed within ${inUseSeconds()} s while in use${offload === 'off' || metered ? '' : ' by more than what offload hands on'}; while idle, when the next probe (within ${idleMs / 1000} s) or the first packet goes unanswered`,
  }
}

interface Spent {
  readonly idle: number
  readonly busy: number
}

function costIn(family: Family, targets: readonly ProbeTarget[], metered: boolean, idleMs: number): Spent {
  const probe = scheduledBytes(targets)
  const pages = metered ? [] : portalPagesOf(targets, family)
  const portal = (pages.reduce((sum, page) => sum + bytesOf(page), 0) * MONTH_MS) / PORTAL_MS
  const idle = (probe * MONTH_MS) / idleMs + portal
  const busyMs = metered ? METERED_BUSY_PROBE_MS : BUSY_PROBE_MS
  const busyMonthMs = MONTH_MS * BUSY_SHARE
  const busy =
    idle * (1 - BUSY_SHARE) +
    (probe * busyMonthMs) / busyMs +
    (QUESTION_PROBES * meanBytes(targets) * busyMonthMs) / BUSY_QUESTION_MS
  return { idle, busy }
}

/** Echoes, and now and then another kind. */
function scheduledBytes(targets: readonly ProbeTarget[]): number {
  const bytes = targets.map(bytesOf)
  const cheapest = Math.min(...bytes)
  const others = bytes.filter((each) => each > cheapest)
  return others.length === 0 ? cheapest : cheapest + (mean(others) - cheapest) / OTHER_KIND_EVERY
}

const meanBytes = (targets: readonly ProbeTarget[]): number => mean(targets.map(bytesOf))

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** With round trips up to 50 ms: what was on its way still comes, silence, a sample at either end, and the question. */
function inUseSeconds(): number {
  const ms = 50 + (STREAM_SILENT_SAMPLES + 2) * SAMPLE_MS + TIMEOUT_LEAST_MS
  return Math.ceil(ms / 100) / 10
}
