/**
 * The largest TCP segment that two ends may agree on over a line. `auto`: what fits through it, where something may not.
 * A number: so many bytes, both ways. `off`: whatever they like.
 */
export type SegmentLimit = 'auto' | 'off' | number

/** How fast a line is made to be, each way as far as the file says; a little less than it is. */
export interface Shape {
  readonly upBitsPerSecond?: number
  readonly downBitsPerSecond?: number
}

/** `20 Mbit`: as in the file. */
export function formatRate(bitsPerSecond: number): string {
  const [unit, factor] = RATES.find(([, size]) => bitsPerSecond >= size) ?? ['bit', 1]
  return `${Number((bitsPerSecond / factor).toFixed(3))} ${unit}`
}

const RATES = [
  ['Gbit', 1e9],
  ['Mbit', 1e6],
  ['kbit', 1e3],
] as const
