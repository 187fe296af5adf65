import type { LineConfig, LineHealth, LinePresence, LineVerdict } from '../model/index.ts'
import type { Drain } from './memory.ts'

/**
 * What a line is to new connections.
 *
 * Those that take them: `wished`, as the file says; `stand-in`: a backup, because no normal line can; `degraded`: it
 * was to be spared, and no better line is there; `last-resort`: the same of a drained one; `suspected`: perhaps it
 * works, and of the others nobody thinks so; `fail-open`: no line works as far as anybody knows.
 *
 * Those that take none: `reserve`: a backup that waits; the others say themselves why.
 */
export type Standing =
  | {
      readonly takes: true
      readonly as: 'wished' | 'stand-in' | 'degraded' | 'last-resort' | 'suspected' | 'fail-open'
    }
  | {
      readonly takes: false
      readonly because: 'unusable' | 'drained' | 'suspect' | 'down' | 'reserve' | 'degraded'
    }

/** What of a line decides it. */
export interface Candidate {
  readonly config: LineConfig
  readonly presence: LinePresence
  readonly verdict: LineVerdict
  readonly drain?: Drain
}

type TakenAs = Extract<Standing, { takes: true }>['as']

/** From the most to the least welcome. The first row that fits any line decides; all behind it take nothing. */
const PREFERENCE: readonly { readonly as: TakenAs; readonly fits: (line: Candidate) => boolean }[] = [
  { as: 'wished', fits: (line) => isGood(line) && !isSpared(line) && line.drain === undefined },
  { as: 'degraded', fits: (line) => isGood(line) && line.drain === undefined },
  { as: 'last-resort', fits: (line) => isGood(line) },
  { as: 'suspected', fits: ({ verdict: { health } }) => health === 'suspect' },
  { as: 'fail-open', fits: () => true },
]

/** What of a line follows from what all of them are. */
export interface Standings {
  readonly standing: Standing
  /**
   * Its part of the new connections, in proportion to those of the others; 0 while it takes none. A whole number,
   * because nexthop groups know no others.
   */
  readonly weight: number
}

/**
 * @param lines in the order of the file, of one family
 * @param working whether a normal line works in the other family too, to which every program turns that finds this one
 * closed: then no backup stands in for this one alone, and none is used that surely does not work
 */
export function withStandings<Line extends Candidate>(
  lines: readonly Line[],
  working: 'elsewhere' | 'nowhere-else' = 'nowhere-else',
): (Line & Standings)[] {
  const isSpare = working === 'elsewhere'
  const possible = lines.filter(
    ({ presence, drain, config }) =>
      presence.is === 'usable' && drain?.force !== true && !(isSpare && config.role === 'backup'),
  )
  const rows = PREFERENCE.filter(({ as }) => !(isSpare && as === 'fail-open'))
  const row = rows.find(({ fits }) => possible.some(fits))
  const fitting = row === undefined ? [] : possible.filter(row.fits)
  const takers = row?.as === 'fail-open' ? fitting : normalOrFirstBackup(fitting)
  const isAnyBetter = !takers.every(getsLess)
  return lines.map((line) => {
    if (row === undefined || !takers.includes(line))
      return { ...line, standing: { takes: false, because: reasonAgainst(line) }, weight: 0 }
    const isStandIn = row.as === 'wished' && line.config.role === 'backup'
    const weight = line.config.weight * (isAnyBetter && !getsLess(line) ? LESS : 1)
    return { ...line, standing: { takes: true, as: isStandIn ? 'stand-in' : row.as }, weight }
  })
}

/** A normal line that takes connections because it works. */
export const isInRegularUse = ({ config, standing }: Candidate & Standings): boolean =>
  config.role === 'normal' && standing.takes && (standing.as === 'wished' || standing.as === 'degraded')

/** Backups come one at a time: a second one that costs by volume helps nobody. */
function normalOrFirstBackup<Line extends Candidate>(lines: readonly Line[]): readonly Line[] {
  const normal = lines.filter((line) => line.config.role === 'normal')
  return normal.length > 0 ? normal : lines.slice(0, 1)
}

const isGood = ({ verdict: { health } }: Candidate): boolean => WORKING.includes(health)
/** As long as nobody has judged it, what the kernel shows of a line counts. */
const WORKING: readonly LineHealth[] = ['unknown', 'up']

const isSpared = ({ verdict, config }: Candidate): boolean =>
  verdict.degraded !== undefined && config.health.degraded === 'none'

function reasonAgainst(line: Candidate): Extract<Standing, { takes: false }>['because'] {
  if (line.presence.is !== 'usable') return 'unusable'
  if (line.drain !== undefined) return 'drained'
  const { health } = line.verdict
  if (health === 'suspect' || health === 'down') return health
  return isSpared(line) ? 'degraded' : 'reserve'
}

/** So much less of the new connections a degraded line gets, unless all are degraded. */
const LESS = 4

const getsLess = ({ verdict, config }: Candidate): boolean =>
  verdict.degraded !== undefined && config.health.degraded === 'less'
