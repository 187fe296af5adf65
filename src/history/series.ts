import { LEVELS_S, together, type LevelS, type Sample } from './sample.ts'
import { mean, quantile, type Sketch } from './sketch.ts'

export interface SeriesQuestion {
  /** Wall times; the first included, the last not. */
  readonly fromMs: number
  readonly toMs: number
  /** At most so many. */
  readonly points: number
}

/** What a line in one family did in a span; what is absent is not known, or there was none of it. */
export interface Point {
  readonly atMs: number
  readonly watchedMs: number
  readonly downMs: number
  readonly suspectMs: number
  readonly delayMs?: Spread
  readonly jitterMs?: Spread
  readonly lossRatio?: { readonly mean: number; readonly max: number }
  readonly receivedBytes: number
  readonly sentBytes: number
  readonly peakDownBitsPerSecond: number
  readonly peakUpBitsPerSecond: number
  readonly chosen: number
  readonly chosenShare?: number
}

export interface Spread {
  readonly min: number
  readonly p10: number
  readonly median: number
  readonly p90: number
  readonly max: number
}

/** Widths of a point that a reader can name. A week is the widest. */
const STEPS_S = [
  10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
]

/** The finest that gives no more points than were asked for. */
export function stepFor({ fromMs, toMs, points }: SeriesQuestion): number {
  const leastS = (toMs - fromMs) / 1000 / points
  return STEPS_S.find((step) => step >= leastS) ?? Math.ceil(leastS / 604_800) * 604_800
}

/** Of which samples a step is made: the widest that fit into it. */
export const levelFor = (stepS: number): LevelS =>
  LEVELS_S.findLast((level) => stepS % level === 0) ?? LEVELS_S[0]

export function pointOf(sample: Sample): Point {
  const { atS, delay, jitter, loss, chosenInAll, ...rest } = sample
  return {
    atMs: atS * 1000,
    ...rest,
    ...asKey('delayMs', spreadOf(delay)),
    ...asKey('jitterMs', spreadOf(jitter)),
    ...asKey('lossRatio', lossOf(loss)),
    ...(chosenInAll > 0 && { chosenShare: rest.chosen / chosenInAll }),
  }
}

const asKey = <Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> =>
  value === undefined ? {} : ({ [key]: value } as Record<Key, Value>) // one key, of that name

export function spreadOf(sketch: Sketch): Spread | undefined {
  const [min, p10, median, p90, max] = [0, 0.1, 0.5, 0.9, 1].map((share) => quantile(sketch, share))
  return min === undefined ||
    p10 === undefined ||
    median === undefined ||
    p90 === undefined ||
    max === undefined
    ? undefined
    : { min, p10, median, p90, max }
}

/** From percent to a ratio. */
export function lossOf(sketch: Sketch): { readonly mean: number; readonly max: number } | undefined {
  const [average, max] = [mean(sketch), quantile(sketch, 1)]
  return average === undefined || max === undefined
    ? undefined
    : { mean: Math.min(1, average / 100), max: Math.min(1, max / 100) }
}

/** All of them as one. */
export const summary = (samples: readonly Sample[]): Point => pointOf(together(samples, 0))
