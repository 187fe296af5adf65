/** A line's past as columns of numbers, with holes where nothing is known. Pure. */
import type { LineHistoryDocument } from '../../api/contract.ts'

type Column = (number | null)[]

export interface PastSeries {
  /** Seconds since 1970, as the charts want them. */
  readonly times: number[]
  readonly median: Column
  readonly low: Column
  readonly high: Column
  readonly loss: Column
  /** Mbit/s, the mean of a step. */
  readonly down: Column
  /** Below the axis, so negative. */
  readonly up: Column
  /** The oldest first, as far as they lie within. */
  readonly outages: readonly ShownOutage[]
}

/** Seconds since 1970. */
export interface ShownOutage {
  readonly from: number
  readonly to: number
}

/** On an axis of logarithms there is no nothing. */
const LEAST_MS = 0.1

/** @param inIpv6 delay, loss and outages of the other family; bytes are of the line as a whole */
export function pastSeries(history: LineHistoryDocument, inIpv6 = false): PastSeries {
  const { points, stepMs, from, to } = history
  const asked = inIpv6 ? (history.ipv6?.points ?? []) : points
  const askedByTime = new Map(asked.map((point) => [Math.floor(Date.parse(point.time) / stepMs), point]))
  const byTime = new Map(points.map((point) => [Math.floor(Date.parse(point.time) / stepMs), point]))
  const first = Math.floor(Date.parse(from) / stepMs)
  const last = Math.floor((Date.parse(to) - 1) / stepMs)
  const steps = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const found = steps.map((step) => byTime.get(step))
  const answered = steps.map((step) => askedByTime.get(step))
  const rate = (bytes: number | undefined, watchedMs: number): number | null =>
    bytes === undefined || watchedMs === 0 ? null : (bytes * 8) / watchedMs / 1000
  const ms = (value: number | undefined): number | null =>
    value === undefined ? null : Math.max(LEAST_MS, value)
  return {
    times: steps.map((step) => (step * stepMs) / 1000),
    median: answered.map((point) => ms(point?.delayMs?.median)),
    low: answered.map((point) => ms(point?.delayMs?.p10)),
    high: answered.map((point) => ms(point?.delayMs?.p90)),
    loss: answered.map((point) => (point?.lossRatio == null ? null : point.lossRatio.max * 100)), // oxlint-disable-line eqeqeq -- neither null nor absent
    down: found.map((point) => (point === undefined ? null : rate(point.receivedBytes, point.watchedMs))),
    up: found.map((point) => {
      const sent = point === undefined ? null : rate(point.sentBytes, point.watchedMs)
      return sent === null ? null : -sent
    }),
    outages: outagesWithin(history, inIpv6),
  }
}

/** One that goes on lasts to the end of what is shown. */
function outagesWithin({ from, to, outages, ipv6 }: LineHistoryDocument, inIpv6: boolean): ShownOutage[] {
  const [first, last] = [Date.parse(from) / 1000, Date.parse(to) / 1000]
  return (inIpv6 ? (ipv6?.outages ?? []) : outages)
    .map((outage) => ({
      from: Math.max(first, Date.parse(outage.from) / 1000),
      to: Math.min(last, outage.to === null ? last : Date.parse(outage.to) / 1000),
    }))
    .filter((outage) => outage.from < outage.to)
    .toSorted((a, b) => a.from - b.from)
}

/** Of these steps, in seconds. */
export function downFor({ times, outages }: PastSeries, from: number, to: number): number {
  const [first = 0, second = 0] = times
  const began = times[from] ?? 0
  const ended = (times[to - 1] ?? 0) + second - first
  return outages.reduce(
    (sum, outage) => sum + Math.max(0, Math.min(ended, outage.to) - Math.max(began, outage.from)),
    0,
  )
}

const known = (column: Column): number[] => column.filter((value) => value !== null)

/** Of what is known; `null`: nothing is. */
export function medianOf(column: Column): number | null {
  const sorted = known(column).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

export const mostOf = (column: Column): number | null => {
  const values = known(column)
  return values.length === 0 ? null : Math.max(...values)
}

/** A row for every so many steps, for a table that one can read. */
export function rowsOf(series: PastSeries, most: number): { readonly at: number; readonly to: number }[] {
  const each = Math.max(1, Math.ceil(series.times.length / most))
  return Array.from({ length: Math.ceil(series.times.length / each) }, (_, i) => ({
    at: i * each,
    to: Math.min(series.times.length, (i + 1) * each),
  }))
}
