import {
  BUSY_DOUBT_PROBE_MS,
  BUSY_PROBE_MS,
  DOUBT_PROBE_MS,
  DOWN_PROBE_MS,
  DOWN_PROBE_OFTEN_MS,
  DOWN_PROBE_SLOW_MS,
  IDLE_PROBE_MS,
  METERED_BUSY_PROBE_MS,
  METERED_DOWN_PROBE_MS,
  METERED_IDLE_PROBE_MS,
  METERED_PACKETS_PER_PROBE,
  SMALL_BUDGET_BYTES,
  SMALL_BUDGET_PROBE_MS,
} from './constants.ts'

export interface Occasion {
  readonly metered: boolean
  readonly budgetBytesPerMonth: number | undefined
  /** Users' packets go to and fro. */
  readonly busy: boolean
  /** The budget has something to spare. */
  readonly mayBeBusy: boolean
  readonly packetsSinceProbe: number
  /** A witness missed the last probe. */
  readonly doubted: boolean
  readonly degraded: boolean
}

export const idleProbeMs = (metered: boolean, budgetBytesPerMonth: number | undefined): number => {
  if (!metered) return IDLE_PROBE_MS
  const small = budgetBytesPerMonth !== undefined && budgetBytesPerMonth < SMALL_BUDGET_BYTES
  return small ? SMALL_BUDGET_PROBE_MS : METERED_IDLE_PROBE_MS
}

/** From one scheduled probe to the next while a line works. What is not as it should be is worth a closer look. */
export function probeGapMs(occasion: Occasion): number {
  const { metered, busy, doubted, degraded } = occasion
  if (!metered) {
    if (busy) return doubted && !degraded ? BUSY_DOUBT_PROBE_MS : BUSY_PROBE_MS
    return doubted || degraded ? DOUBT_PROBE_MS : IDLE_PROBE_MS
  }
  const idleMs = idleProbeMs(metered, occasion.budgetBytesPerMonth)
  if (!busy || !occasion.mayBeBusy) return idleMs
  if (doubted) return DOUBT_PROBE_MS
  return occasion.packetsSinceProbe >= METERED_PACKETS_PER_PROBE ? METERED_BUSY_PROBE_MS : idleMs
}

/** From one probe to the next while it is down, by the time since it went down or began to answer. */
export function downGapMs(sinceMs: number, metered: boolean, rising: boolean): number {
  if (sinceMs < DOWN_PROBE_OFTEN_MS) return DOWN_PROBE_MS
  return metered && !rising ? METERED_DOWN_PROBE_MS : DOWN_PROBE_SLOW_MS
}
