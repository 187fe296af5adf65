/**
 * The largest TCP segment that two ends may agree on over a line. `auto`: what fits through it, where something may not.
 * A number: so many bytes, both ways. `off`: whatever they like.
 */
export type SegmentLimit = 'auto' | 'off' | number
