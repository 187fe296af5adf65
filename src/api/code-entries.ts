/** All there is to know about every code that is not of the file: one list for `explain`, the pages and the manual. */
import type { Advice } from '../config/index.ts'
import type { NoteCode } from '../plan/index.ts'
import { CODE_ADVICE, NOTE_ADVICE } from './advice.ts'
import { CODES, NOTE_CODES, NOTE_MEANINGS } from './codes.ts'
import type { Code } from './codes.ts'

export interface CodeEntry extends Advice {
  readonly code: `MH${number}`
  readonly means: string
  /** Of a note on the box: the code in a word. */
  readonly note?: NoteCode
}

/** In the order of the codes. */
export const codeEntries = (): CodeEntry[] =>
  [
    ...(Object.keys(CODES) as Code[]).map((code) => ({ code, means: CODES[code], ...CODE_ADVICE[code] })), // its own keys
    ...(Object.keys(NOTE_CODES) as NoteCode[]).map((note) => ({
      code: NOTE_CODES[note],
      means: NOTE_MEANINGS[note],
      note,
      ...NOTE_ADVICE[note],
    })), // its own keys
  ].toSorted((a, b) => (a.code < b.code ? -1 : 1))
