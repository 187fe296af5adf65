/** The days of a line in cells: the worst that happened in each. Pure. */
import type { PastOfLegDocument } from '../../api/contract.ts'

export interface Cell {
  readonly fromMs: number
  readonly toMs: number
  readonly worst: 'up' | 'suspect' | 'down' | 'unknown'
  /** Of the time that was watched, how much it was not down. */
  readonly workedRatio: number
}

/** @param most so many cells at most; each is of whole steps, so that none is empty for want of a point */
export function cellsOf(
  { points, stepMs }: Pick<PastOfLegDocument, 'points' | 'stepMs'>,
  fromMs: number,
  toMs: number,
  most: number,
): Cell[] {
  const cellMs = stepMs * Math.max(1, Math.floor((toMs - fromMs) / stepMs / most))
  const first = Math.floor(fromMs / cellMs)
  const count = Math.floor((toMs - 1) / cellMs) - first + 1
  const sums = Array.from({ length: count }, () => ({ watchedMs: 0, downMs: 0, suspectMs: 0 }))
  for (const point of points) {
    const sum = sums[Math.floor(Date.parse(point.time) / cellMs) - first]
    if (sum === undefined) continue
    sum.watchedMs += point.watchedMs
    sum.downMs += point.downMs
    sum.suspectMs += point.suspectMs
  }
  return sums.map(({ watchedMs, downMs, suspectMs }, i) => ({
    fromMs: (first + i) * cellMs,
    toMs: (first + i + 1) * cellMs,
    worst: watchedMs === 0 ? 'unknown' : downMs > 0 ? 'down' : suspectMs > 0 ? 'suspect' : 'up',
    workedRatio: watchedMs === 0 ? 0 : 1 - downMs / watchedMs,
  }))
}

export interface Worked {
  readonly watchedMs: number
  /** Of the time that was watched; `null`: none. */
  readonly ratio: number | null
  readonly outages: number
}

export function workedIn({ points, outages }: Pick<PastOfLegDocument, 'points' | 'outages'>): Worked {
  const watchedMs = points.reduce((sum, point) => sum + point.watchedMs, 0)
  const downMs = points.reduce((sum, point) => sum + point.downMs, 0)
  return { watchedMs, ratio: watchedMs === 0 ? null : 1 - downMs / watchedMs, outages: outages.length }
}

/** `99.98 %`: nearly all is never told as all. */
export function availability(ratio: number): string {
  if (ratio === 1) return '100 %'
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`
}
