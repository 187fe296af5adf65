import type { NoteDocument } from '../api/contract.ts'
import type { Screen } from './screen.ts'
import type { Role } from './style.ts'
import { wrap } from './wrap.ts'

/** In the error grammar, one below the other; empty without notes. */
export const notesText = (notes: readonly NoteDocument[], screen: Screen): string =>
  merged(notes)
    .map((note) => noteText(note, screen))
    .join('\n')

function noteText(note: NoteDocument, screen: Screen): string {
  const text = wrap(`${note.severity}[${note.code}]: ${note.text}`, screen.columns, 4)
  const head = `${note.severity}[${note.code}]:`
  // A mere note asks for nothing.
  const help = note.help ?? (note.severity === 'note' ? undefined : `multihome explain ${note.code}`)
  const role = ROLES[note.severity]
  return [
    role === undefined ? text : screen.paint(role, head) + text.slice(head.length),
    ...(help === undefined ? [] : [wrap(`    = help: ${help}`, screen.columns, 6)]),
  ].join('\n')
}

const ROLES: Readonly<Record<string, Role>> = { warning: 'suspect', error: 'down' }

/** Harmless and there on every line with DHCP, so told once for all of them, where the first of them stood. */
const TOLD_ONCE = 'leftover-default'

function merged(notes: readonly NoteDocument[]): readonly NoteDocument[] {
  const [first, ...more] = notes.filter((note) => note.name === TOLD_ONCE)
  if (first === undefined || more.length === 0) return notes
  const one = { ...first, text: inOneSentence([first, ...more].map((note) => note.text)) }
  return notes.flatMap((note) => (note === first ? [one] : note.name === TOLD_ONCE ? [] : [note]))
}

/** `by wan1 is there`, `by wan2 is there` → `by wan1 and wan2 is there`: the words they share stand once. */
function inOneSentence(texts: readonly string[]): string {
  const sentences = [...new Set(texts)].map((text) => text.split(' '))
  const [first = []] = sentences
  const shortest = Math.min(...sentences.map((words) => words.length))
  const lasts = (back: number) => (words: readonly string[]) => words.at(-1 - back) === first.at(-1 - back)
  let head = 0
  while (head < shortest && sentences.every((words) => words[head] === first[head])) head++
  let tail = 0
  while (tail < shortest - head && sentences.every(lasts(tail))) tail++
  const middles = sentences.map((words) => words.slice(head, words.length - tail).join(' '))
  const listed = [middles.slice(0, -1).join(', '), ...middles.slice(-1)].filter((part) => part !== '')
  return [...first.slice(0, head), listed.join(' and '), ...first.slice(first.length - tail)]
    .filter((part) => part !== '')
    .join(' ')
}
