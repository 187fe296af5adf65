import type { Family } from './prefix.ts'

/**
 * A line in one family. The families of a line fail separately, so health is judged for each leg by itself; that of
 * IPv4 has the line's own name, which contains no slash.
 */
export const legName = (line: string, family: Family): string =>
  family === 'ipv4' ? line : `${line}/${family}`

/** Whose leg it is. */
export const lineOfLeg = (leg: string): string => leg.split('/', 1)[0] ?? leg
