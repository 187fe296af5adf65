/** Of a few noisy samples: the middle ones. Pure. */

/** @throws {RangeError} without samples */
export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

export const lowerQuartile = (samples: readonly number[]): number => quantile(samples, 0.25)

/** The middle half of the samples lies between these. */
export const quartiles = (samples: readonly number[]): readonly [number, number] => [
  lowerQuartile(samples),
  quantile(samples, 0.75),
]

/**
 * Of every round what one got of the other. Both ran within the same second, so that a noisy neighbour, who stays for
 * many rounds, spoils neither the ratios nor their median.
 */
export function pairedRatios(of: readonly number[], to: readonly number[]): number[] {
  if (of.length !== to.length) throw new RangeError(`${of.length} rounds against ${to.length}`)
  return of.map((sample, i) => sample / (to[i] ?? Number.NaN))
}

/** What all but one in twenty keep to; of ten samples nearly the longest. */
export const percentile95 = (samples: readonly number[]): number => quantile(samples, 0.95)

/** Between two samples: in proportion. */
function quantile(samples: readonly number[], part: number): number {
  if (samples.length === 0) throw new RangeError('no samples')
  const sorted = samples.toSorted((a, b) => a - b)
  const at = part * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}
