import type { NoteDocument } from '../api/contract.ts'
import type { Screen } from './screen.ts'
import type { Role } from './style.ts'
import { wrap } from './wrap.ts'

/** In the error grammar, one below the other; empty without notes. */
export const notesText = (notes: readonly NoteDocument[], screen: Screen): string =>
  notes.map((note) => noteText(note, screen)).join('\n')

function noteText(note: NoteDocument, screen: Screen): string {
  const text = wrap(`${note.severity}[${note.code}]: ${note.text}`, screen.columns, 4)
  const head = `${note.severity}[${note.code}]:`
  const role = ROLES[note.severity]
  return [
    role === undefined ? text : screen.paint(role, head) + text.slice(head.length),
    ...(note.help === undefined ? [] : [wrap(`    = help: ${note.help}`, screen.columns, 6)]),
  ].join('\n')
}

const ROLES: Readonly<Record<string, Role>> = { warning: 'suspect', error: 'down' }
