/** What a line did lately, as one row of blocks: from its history, and from what was heard since. Pure. */
import type { LineDocument, LineHistoryDocument } from '../api/contract.ts'

/** What was known of a line for a while. */
export interface Sample {
  readonly atMs: number
  readonly forMs: number
  readonly delayMs: number | null
  readonly downBitsPerSecond: number | null
  readonly upBitsPerSecond: number | null
  readonly watchedMs: number
  readonly downMs: number
  /** It is so since then; absent: nobody asked. */
  readonly sinceMs?: number
}

/** What stands in one cell; what is absent is not known. */
export interface Cell {
  readonly delayMs?: number
  readonly downBitsPerSecond?: number
  readonly upBitsPerSecond?: number
  /** Of the time that was watched. */
  readonly workedRatio?: number
}

/** So long is what was heard taken for how it is: until the next news, and a bit. */
const HEARD_FOR_MS = 2500

export function sampleOf(line: LineDocument, atMs: number): Sample {
  const isDown = line.state === 'down' || line.state === 'absent'
  return {
    atMs,
    forMs: HEARD_FOR_MS,
    delayMs: isDown ? null : (line.health?.delayMs ?? null),
    downBitsPerSecond: line.downBitsPerSecond,
    upBitsPerSecond: line.upBitsPerSecond,
    watchedMs: line.state === 'unknown' ? 0 : HEARD_FOR_MS,
    downMs: isDown ? HEARD_FOR_MS : 0,
    sinceMs: Date.parse(line.since),
  }
}

/** The next one is there: the former held until then, and no longer. */
export function untilNext(sample: Sample, nextAtMs: number): Sample {
  const forMs = Math.min(HEARD_FOR_MS, nextAtMs - sample.atMs)
  return {
    ...sample,
    forMs,
    watchedMs: sample.watchedMs === 0 ? 0 : forMs,
    downMs: sample.downMs === 0 ? 0 : forMs,
  }
}

export const samplesOf = ({ points, stepMs }: LineHistoryDocument): readonly Sample[] =>
  points.map((point) => ({
    atMs: Date.parse(point.time),
    forMs: stepMs,
    delayMs: point.delayMs?.median ?? null,
    downBitsPerSecond: point.peakDownBitsPerSecond ?? null,
    upBitsPerSecond: point.peakUpBitsPerSecond ?? null,
    watchedMs: point.watchedMs,
    downMs: point.downMs,
  }))

/**
 * The newest cell last. In each the worst delay and the most traffic stand: a row that shows more time must not hide
 * what a shorter one showed. Cells begin at whole multiples of their width, so that they do not change as time goes on.
 */
export function cellsOf(
  past: readonly Sample[],
  heard: readonly Sample[],
  { nowMs, spanMs, count }: { readonly nowMs: number; readonly spanMs: number; readonly count: number },
): readonly Cell[] {
  const widthMs = spanMs / count
  const endMs = Math.ceil(nowMs / widthMs) * widthMs
  const samples = joined(past, heard)
  return Array.from({ length: count }, (_, i) => {
    const fromMs = endMs - (count - i) * widthMs
    return cellOf(samples.filter(({ atMs, forMs }) => atMs < fromMs + widthMs && atMs + forMs > fromMs))
  })
}

/** What was heard is finer than what is remembered of the same time. */
function joined(past: readonly Sample[], heard: readonly Sample[]): readonly Sample[] {
  const before = past.filter(({ atMs }) => atMs < (heard[0]?.atMs ?? Infinity))
  return [...before, ...seam(before.at(-1), heard[0]), ...heard]
}

/** What is remembered comes every ten seconds, and may be as old. */
const SEAM_AT_MOST_MS = 25_000

/** What was so in between, if the line is as it was since before: its traffic then is not known. */
function seam(last: Sample | undefined, first: Sample | undefined): readonly Sample[] {
  if (last === undefined || first?.sinceMs === undefined || first.watchedMs === 0) return []
  const atMs = last.atMs + last.forMs
  const forMs = first.atMs - atMs
  if (forMs <= 0 || forMs > SEAM_AT_MOST_MS || first.sinceMs > atMs) return []
  const downMs = first.downMs === 0 ? 0 : forMs
  return [{ ...first, atMs, forMs, watchedMs: forMs, downMs, downBitsPerSecond: null, upBitsPerSecond: null }]
}

/** Of the time that was watched; absent: none was. */
export function workedRatioOf(past: readonly Sample[], heard: readonly Sample[]): number | undefined {
  const samples = joined(past, heard)
  const watchedMs = sum(samples.map((sample) => sample.watchedMs))
  return watchedMs === 0 ? undefined : 1 - sum(samples.map((sample) => sample.downMs)) / watchedMs
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function cellOf(samples: readonly Sample[]): Cell {
  const most = (values: readonly (number | null)[]): number | undefined => {
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? undefined : Math.max(...known)
  }
  const delayMs = most(samples.map((sample) => sample.delayMs))
  const down = most(samples.map((sample) => sample.downBitsPerSecond))
  const up = most(samples.map((sample) => sample.upBitsPerSecond))
  const workedRatio = workedRatioOf([], samples)
  return {
    ...(delayMs !== undefined && { delayMs }),
    ...(down !== undefined && { downBitsPerSecond: down }),
    ...(up !== undefined && { upBitsPerSecond: up }),
    ...(workedRatio !== undefined && { workedRatio }),
  }
}

const BLOCKS = '▁▂▃▄▅▆▇█'
const TOP = BLOCKS.length - 1
/** Nothing is known of that time. */
const NO_NEWS = '·'
const DEAD = '✖'

const block = (level: number): string => BLOCKS[Math.min(TOP, Math.max(0, level))] ?? ''

/**
 * On a scale that is the same for all lines and times, from a millisecond to half a second and each step 2.4 times the
 * one before: so a line that trembles between 4 and 5 ms lies flat, and a slow one stands out beside it. An outage is
 * seen however short it was.
 */
export const delaySparks = (cells: readonly Cell[]): string =>
  cells
    .map(({ delayMs, workedRatio }) => {
      if (workedRatio !== undefined && workedRatio < 1) return DEAD
      return delayMs === undefined ? NO_NEWS : block(Math.floor((Math.log10(delayMs) / 3) * BLOCKS.length))
    })
    .join('')

/** @param top what fills a cell */
export const rateSparks = (values: readonly (number | undefined)[], top: number): string =>
  values
    .map((value) => (value === undefined ? NO_NEWS : block(top > 0 ? Math.round((value / top) * TOP) : 0)))
    .join('')

/** How much of each cell worked; only one that worked all the time is full, and one that never did is an ✖. */
export const workedSparks = (cells: readonly Cell[]): string =>
  cells
    .map(({ workedRatio: worked }) => {
      if (worked === undefined) return NO_NEWS
      if (worked === 0) return DEAD
      return worked === 1 ? block(TOP) : block(Math.min(TOP - 1, Math.floor(worked * BLOCKS.length)))
    })
    .join('')
