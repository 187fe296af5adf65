import { unreachable } from '../model/index.ts'
import type { Journal, NewEntry } from './journal.ts'
import type { ReleaseNews } from './releases.ts'

/** What the journal says of connections that were dealt with, and of what it follows from. */
export function endingEvent({ line, did, connections }: ReleaseNews, journal: Journal): NewEntry {
  const cause = journal.entries({ line }).findLast(({ kind }) => CAUSES.has(kind))?.id
  const because = cause === undefined ? {} : { because: cause }
  switch (did) {
    case 'forget-unanswered':
      return {
        kind: 'repicked',
        line,
        text: `${counted(connections)} without an answer may begin again on another line`,
        ...because,
      }
    case 'forget-services':
    case 'forget-fleeting':
      return {
        kind: 'repicked',
        line,
        text: `${counted(connections)} that are no TCP go on over another line`,
        ...because,
      }
    case 'release':
    case 'recall':
    case 'tell':
      return { kind: 'released', line, text: `${counted(connections)} told that it is over`, ...because }
    case 'move':
      return { kind: 'failback', line, text: `${counted(connections)} told to begin again on better lines` }
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
