import { lineOfLeg, unreachable } from '../model/index.ts'
import type { Journal, NewEntry } from './journal.ts'
import { ofFamily } from './line-events.ts'
import type { ReleaseNews } from './releases.ts'

/** What the journal says of connections that were dealt with, and of what it follows from. */
export function endingEvent({ line: leg, did, connections }: ReleaseNews, journal: Journal): NewEntry {
  const line = lineOfLeg(leg)
  const said = (text: string): string => ofFamily(leg, text)
  const cause = journal.entries({ line }).findLast(({ kind }) => CAUSES.has(kind))?.id
  const because = cause === undefined ? {} : { because: cause }
  switch (did) {
    case 'forget-unanswered':
      return {
        kind: 'repicked',
        line,
        text: said(`${counted(connections)} without an answer may begin again on another line`),
        ...because,
      }
    case 'forget-services':
    case 'forget-fleeting':
      return {
        kind: 'repicked',
        line,
        text: said(`${counted(connections)} that are no TCP go on over another line`),
        ...because,
      }
    case 'release':
    case 'recall':
    case 'tell':
      return {
        kind: 'released',
        line,
        text: said(`${counted(connections)} told that it is over`),
        ...because,
      }
    case 'move':
      return {
        kind: 'failback',
        line,
        text: said(`${counted(connections)} told to begin again on better lines`),
      }
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
