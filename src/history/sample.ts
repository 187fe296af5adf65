import { added, type Sketch } from './sketch.ts'

/** What a line in one family did in a span of time. What belongs to the line as a whole is in that of its first. */
export interface Sample {
  /** When the span began, in seconds since 1970. */
  readonly atS: number
  /** How long the daemon knew how it is, and how much of that it was down or suspected. */
  readonly watchedMs: number
  readonly downMs: number
  readonly suspectMs: number
  /** Through its interface. */
  readonly receivedBytes: number
  readonly sentBytes: number
  /** The most of ten seconds. */
  readonly peakDownBitsPerSecond: number
  readonly peakUpBitsPerSecond: number
  /** New connections that were given to it, and to all lines. */
  readonly chosen: number
  readonly chosenInAll: number
  /** In milliseconds. */
  readonly delay: Sketch
  readonly jitter: Sketch
  /** In percent, of the checks of the last window at each moment. */
  readonly loss: Sketch
}

/** Widths of what is kept, in seconds. */
export const LEVELS_S = [10, 60, 3600] as const
export type LevelS = (typeof LEVELS_S)[number]

/** Several spans as one, whatever their order. @param atS when it begins */
export const together = (samples: readonly Sample[], atS: number): Sample => {
  const sum = (key: SumKey): number => samples.reduce((all, sample) => all + sample[key], 0)
  const most = (key: PeakKey): number => samples.reduce((all, sample) => Math.max(all, sample[key]), 0)
  return {
    atS,
    watchedMs: sum('watchedMs'),
    downMs: sum('downMs'),
    suspectMs: sum('suspectMs'),
    receivedBytes: sum('receivedBytes'),
    sentBytes: sum('sentBytes'),
    peakDownBitsPerSecond: most('peakDownBitsPerSecond'),
    peakUpBitsPerSecond: most('peakUpBitsPerSecond'),
    chosen: sum('chosen'),
    chosenInAll: sum('chosenInAll'),
    delay: added(samples.map(({ delay }) => delay)),
    jitter: added(samples.map(({ jitter }) => jitter)),
    loss: added(samples.map(({ loss }) => loss)),
  }
}

type PeakKey = 'peakDownBitsPerSecond' | 'peakUpBitsPerSecond'
type SumKey = Exclude<keyof Sample, PeakKey | 'atS' | 'delay' | 'jitter' | 'loss'>

/** One sample for each span of that width in which there is any, in the order of time. */
export function rolledUp(samples: readonly Sample[], widthS: number): Sample[] {
  const spans = Map.groupBy(samples, ({ atS }) => Math.floor(atS / widthS) * widthS)
  return [...spans].toSorted(([a], [b]) => a - b).map(([atS, of]) => together(of, atS))
}
