import { legWords, unreachable, type LinePresence, type Place } from '../model/index.ts'
import type { LineFacts } from './lines.ts'

/** How a line is, in a few words. */
export function condition({ presence: seen, standing, verdict }: LineFacts): string {
  if (seen.is !== 'usable') return presence(seen)
  const { health, degraded, why } = verdict
  const because = why === undefined ? '' : `: ${why}`
  if (!standing.takes)
    return {
      unusable: presence(seen),
      drained: 'drained, no new connections',
      suspect: `suspect${because}`,
      down: `down${because}`,
      reserve: 'a backup, in reserve',
      degraded: `${degraded ?? 'degraded'} and spared${because}`,
    }[standing.because]
  switch (standing.as) {
    case 'wished':
      return degraded === undefined ? 'usable' : `${degraded}${because}`
    case 'stand-in':
      return 'a backup, used because no other line works'
    case 'degraded':
      return `${degraded ?? 'degraded'}, and used because no better line works${because}`
    case 'last-resort':
      return 'drained, and used because no other line works'
    case 'suspected':
      return `suspect, and used because no other line works${because}`
    case 'fail-open':
      return `${health}, and used all the same because no line works${because}`
    default:
      return unreachable(standing.as)
  }
}

/** The same of a line by its name. */
export const sentence = (line: LineFacts): string =>
  `${legWords(line.leg)}${isJudgedOn(line) ? ' is ' : ': '}${condition(line)}`

/** Its condition is health's word on it. */
const isJudgedOn = ({ presence: seen, standing, verdict: { health, degraded } }: LineFacts): boolean =>
  seen.is === 'usable' &&
  (standing.takes ? standing.as !== 'last-resort' : standing.because !== 'drained') &&
  (health === 'suspect' || health === 'down' || degraded !== undefined)

/** What the kernel shows of a line in a few words, the same in plans, logs and status. */
export function presence(of: LinePresence): string {
  switch (of.is) {
    case 'absent':
      return 'its interface is not there'
    case 'usable':
      return 'usable'
    case 'blocked':
      if (of.by === 'no-way') return noWay(of.ways)
      return {
        'link-off': 'its interface is switched off',
        'no-carrier': 'no carrier',
        'no-address': 'no address yet',
        'no-gateway': 'no gateway known yet',
        'no-source': 'this box has no address of the prefix that is routed here, so it cannot ask over it',
      }[of.by]
    default:
      return unreachable(of)
  }
}

function noWay(legs: readonly string[]): string {
  const ways = legs.map(legWords)
  const [only] = ways
  if (only === undefined) return 'no other line is there to carry it'
  return ways.length === 1 ? `its way, ${only}, is down` : `its ways, ${ways.join(' and ')}, are down`
}

export const place = (at: Place): string => `${at.file.split('/').at(-1) ?? at.file}:${at.line}`
