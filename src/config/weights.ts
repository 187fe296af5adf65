import { SLOTS } from '../model/index.ts'

/**
 * Wishes as a ratio of small whole numbers, greatest common divisor 1.
 * `exact` is false when no such ratio up to 240 exists; then it is the one whose worst share is nearest.
 * No weight gets larger than the number of slots: a finer one could not be kept.
 * @param wishes positive numbers
 */
export function reduceWeights(wishes: readonly number[]): { weights: readonly number[]; exact: boolean } {
  const weights = wholeRatio(wishes)
  const largest = weights.reduce((a, b) => (a > b ? a : b), 1n)
  if (largest <= BigInt(SLOTS)) return { weights: weights.map(Number), exact: true }
  return { weights: nearestRatio(wishes), exact: false }
}

/** Shares of a whole, 0-1. */
export function sharesOf(parts: readonly number[]): readonly number[] {
  const total = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => part / total)
}

function wholeRatio(wishes: readonly number[]): readonly bigint[] {
  const decimals = wishes.map(decimalOf)
  const places = Math.max(...decimals.map((decimal) => decimal.places))
  const scaled = decimals.map((decimal) => decimal.digits * 10n ** BigInt(places - decimal.places))
  const divisor = scaled.reduce(greatestCommonDivisor)
  return scaled.map((value) => value / divisor)
}

/** The decimal number as typed: 0.1 is one tenth, not the nearest binary fraction. */
function decimalOf(value: number): { digits: bigint; places: number } {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}

function nearestRatio(wishes: readonly number[]): readonly number[] {
  const wanted = sharesOf(wishes)
  const largest = Math.max(...wishes)
  let best: { weights: readonly number[]; error: number } | undefined
  for (let top = 1; top <= SLOTS; top++) {
    const weights = wishes.map((wish) => Math.max(1, Math.round((wish / largest) * top)))
    const error = worstDifference(sharesOf(weights), wanted)
    if (best === undefined || error < best.error) best = { weights, error }
  }
  const weights = best?.weights ?? []
  const divisor = Number(weights.map(BigInt).reduce(greatestCommonDivisor))
  return weights.map((weight) => weight / divisor)
}

export const worstDifference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))))

const greatestCommonDivisor = (a: bigint, b: bigint): bigint =>
  b === 0n ? a : greatestCommonDivisor(b, a % b)
