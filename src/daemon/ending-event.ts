import { unreachable } from '../model/index.ts'
import type { Journal, NewEntry } from './journal.ts'
import { saidOf } from './line-events.ts'
import type { ReleaseNews } from './releases.ts'

/** What the journal says of connections that were dealt with, and of what it follows from. */
export function endingEvent({ line: leg, did, connections }: ReleaseNews, journal: Journal): NewEntry {
  const said = (text: string) => saidOf(leg, text)
  const { line, family } = said('')
  const cause = journal
    .entries({ ...(line !== undefined && { line }) })
    .findLast((entry) => CAUSES.has(entry.kind) && entry.family === family)?.id
  const because = cause === undefined ? {} : { because: cause }
  switch (did) {
    case 'forget-unanswered':
      return {
        kind: 'repicked',
        ...said(`${counted(connections)} without an answer may begin again on another line`),
        ...because,
      }
    case 'forget-services':
    case 'forget-fleeting':
      return {
        kind: 'repicked',
        ...said(`${counted(connections)} that are no TCP go on over another line`),
        ...because,
      }
    case 'release':
    case 'recall':
    case 'tell':
      return { kind: 'released', ...said(`${counted(connections)} told that it is over`), ...because }
    case 'move':
      return { kind: 'failback', ...said(`${counted(connections)} told to begin again on better lines`) }
    default:
      return unreachable(did)
  }
}

const CAUSES: ReadonlySet<string> = new Set(['down'])

function counted({ told, ended }: ReleaseNews['connections']): string {
  const all = told + ended
  const own = ended === 0 ? '' : ` (${ended} of this box)`
  return `${all} ${all === 1 ? 'connection' : 'connections'}${own}`
}
