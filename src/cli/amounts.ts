export { bytes } from '../model/index.ts'

/** What stands where a value is not known or does not apply. */
export const NOTHING = '-'

/** `75`; a share too small to see is still not 0. */
export function percent(ratio: number | null): string {
  if (ratio === null) return NOTHING
  return String(ratio > 0 ? Math.max(1, Math.round(ratio * 100)) : 0)
}

export const megabits = (bitsPerSecond: number | null): string =>
  bitsPerSecond === null ? NOTHING : inMegabits(bitsPerSecond / 1_000_000)

/** A gigabit and more: the tenths say nothing, and take room. */
const inMegabits = (value: number): string => value.toFixed(value < 999.95 ? 1 : 0)

/** `4 ms`, `0.3 ms`: tenths where they are all there is; no answer takes no time at all. */
export const milliseconds = (ms: number): string =>
  ms < 0.05 ? '< 0.1 ms' : `${ms.toFixed(ms < 9.95 && ms % 1 !== 0 ? 1 : 0)} ms`

/** `1 step`, `2 steps` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
