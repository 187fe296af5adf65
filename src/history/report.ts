import type { Month } from '../model/index.ts'
import type { Outage } from './outages.ts'
import type { Sample } from './sample.ts'
import { summary, type Point } from './series.ts'
import type { DayUsage } from './usage.ts'

/** How a line did in one family in a time. */
export interface LegReport extends Pick<
  Point,
  'suspectMs' | 'delayMs' | 'jitterMs' | 'lossRatio' | 'peakDownBitsPerSecond' | 'peakUpBitsPerSecond'
> {
  /** How long the daemon knew how the line is, and how long it did not: of that nothing is said. */
  readonly watchedMs: number
  readonly unwatchedMs: number
  readonly downMs: number
  /** Of the time that was watched, 0-1; absent: none was. */
  readonly availability?: number
  /** That touch the time. */
  readonly outages: readonly Outage[]
}

/** A month of a line, for whoever pays for it. */
export interface LineMonth {
  readonly month: Month
  /** Where it ends for now: its end, or the moment of the report. */
  readonly untilMs: number
  /** In the only family that it has, else in IPv4. */
  readonly main: LegReport
  readonly ipv6?: LegReport
  /** Only those on which anything went through. */
  readonly days: readonly DayUsage[]
  readonly receivedBytes: number
  readonly sentBytes: number
}

/** What is remembered of a leg in that time. */
export interface LegMemory {
  readonly samples: readonly Sample[]
  readonly outages: readonly Outage[]
}

export function lineMonth(
  month: Month,
  nowMs: number,
  {
    main,
    ipv6,
    days,
  }: { readonly main: LegMemory; readonly ipv6?: LegMemory; readonly days: readonly DayUsage[] },
): LineMonth {
  const untilMs = Math.max(month.fromMs, Math.min(month.toMs, nowMs))
  return {
    month,
    untilMs,
    main: legReport(main, month.fromMs, untilMs),
    ...(ipv6 !== undefined && { ipv6: legReport(ipv6, month.fromMs, untilMs) }),
    days,
    receivedBytes: days.reduce((sum, day) => sum + day.receivedBytes, 0),
    sentBytes: days.reduce((sum, day) => sum + day.sentBytes, 0),
  }
}

/** An outage may go on, and samples end with the last look: so down is what outages say. */
function legReport({ samples, outages }: LegMemory, fromMs: number, untilMs: number): LegReport {
  const { watchedMs: sampledMs, atMs: _, downMs: __, ...point } = summary(samples)
  const downMs = outages.reduce((sum, outage) => sum + within(outage, fromMs, untilMs), 0)
  const spanMs = untilMs - fromMs
  const watchedMs = Math.min(spanMs, Math.max(sampledMs, downMs))
  return {
    ...point,
    watchedMs,
    unwatchedMs: spanMs - watchedMs,
    downMs,
    ...(watchedMs > 0 && { availability: 1 - Math.min(1, downMs / watchedMs) }),
    outages,
  }
}

/** How much of an outage lies within a time. */
export const within = ({ fromMs, toMs = Infinity }: Outage, sinceMs: number, untilMs: number): number =>
  Math.max(0, Math.min(toMs, untilMs) - Math.max(fromMs, sinceMs))
