/** How states look, on every screen: shape and word say it without colour. */
import type { LineDocument } from '../api/contract.ts'
import type { Role } from './style.ts'

export interface Look {
  readonly glyph: string
  readonly word: string
  readonly role?: Role
}

const LOOKS: Readonly<Record<string, Look>> = {
  up: { glyph: '●', word: 'up', role: 'up' },
  suspect: { glyph: '▲', word: 'suspect', role: 'suspect' },
  down: { glyph: '✖', word: 'DOWN', role: 'down' },
  draining: { glyph: '▷', word: 'draining' },
  absent: { glyph: '○', word: 'absent', role: 'quiet' },
  unknown: { glyph: '○', word: 'unknown', role: 'quiet' },
}

/** A newer daemon may know states that this command does not. */
export const lookOf = (state: string): Look => LOOKS[state] ?? { glyph: '○', word: state }

/** What is told of a line by its sign. */
export interface LookedAt extends Pick<LineDocument, 'state' | 'inReserve'> {
  readonly health?: Pick<NonNullable<LineDocument['health']>, 'degraded'> | undefined
}

/** A line that is up may be so in reserve, or badly. */
export function lookOfLine({ state, inReserve, health }: LookedAt): Look {
  if (state !== 'up') return lookOf(state)
  if (inReserve) return { glyph: '●', word: 'reserve', role: 'up' }
  return health?.degraded === undefined
    ? lookOf(state)
    : { glyph: '●', word: health.degraded, role: 'suspect' }
}

/** Is it the name of a state? */
export const looksOfState = (word: string): boolean => Object.hasOwn(LOOKS, word)
