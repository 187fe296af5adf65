import { styleText } from 'node:util'

/** What a piece of text is for; colour follows from it and from nothing else. */
export type Role = 'up' | 'suspect' | 'down' | 'verdict' | 'heading' | 'quiet'

/** The 16 colours every terminal has, so that the operator's own theme holds. */
const FORMATS = {
  up: ['green'],
  suspect: ['yellow', 'bold'],
  down: ['red', 'inverse'],
  verdict: ['bold'],
  heading: ['dim'],
  quiet: ['dim'],
} as const

export type Paint = (role: Role, text: string) => string

export const plain: Paint = (_role, text) => text

/** Whether to colour was decided before, by `wantsColor`; so the stream is not asked again. */
export const coloured: Paint = (role, text) => styleText([...FORMATS[role]], text, { validateStream: false })

export type ColorWhen = 'auto' | 'always' | 'never'

/** The flag beats the environment; of that, NO_COLOR (any text but none) and a dumb terminal forbid colour. */
export function wantsColor(when: ColorWhen, env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (when !== 'auto') return when === 'always'
  const forbidden = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return isTerminal && !forbidden
}
