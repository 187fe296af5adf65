import type { Family } from './prefix.ts'

/**
 * A line in one family: lines are used and judged in each by itself, because a provider's broken IPv6 says nothing of
 * its IPv4. The name of a leg is its line's for IPv4, `fiber`, and `fiber/ipv6`; names of lines have no slash.
 */
export const legName = (line: string, family: Family): string => (family === 'ipv4' ? line : line + IPV6_LEG)

/** @param leg as `legName` made it */
export const lineOfLeg = (leg: string): string =>
  leg.endsWith(IPV6_LEG) ? leg.slice(0, -IPV6_LEG.length) : leg

export const familyOfLeg = (leg: string): Family => (leg.endsWith(IPV6_LEG) ? 'ipv6' : 'ipv4')

const IPV6_LEG = '/ipv6'

/** For people, where the family has to be said: `fiber`, `fiber over IPv6`. */
export const legWords = (leg: string): string =>
  familyOfLeg(leg) === 'ipv6' ? `${lineOfLeg(leg)} over IPv6` : leg
