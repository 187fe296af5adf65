/** Everything that `explain` can explain, gathered from the tables that hold it, and how one finds it. Pure. */
import type { Command } from 'commander'
import { codeEntries } from '../api/code-entries.ts'
import type { ExplanationDocument } from '../api/contract.ts'
import { nearest } from '../config/nearest.ts'
import { keyEntries, problemEntries } from '../config/reference.ts'
import { commandsOf, nameOf } from './command-tree.ts'
import { STATE_WORDS, WORDS } from './words.ts'
import type { Word } from './words.ts'

export type Entry = ExplanationDocument['entries'][number]

interface Explainable {
  readonly entry: Entry
  /** In lower case, all by which it is found. */
  readonly names: readonly string[]
  /** What other programs call it: asked only when no name fits. */
  readonly elsewhere?: readonly string[]
}

/** In the order in which the list shows them. @param program names the commands, whichever there are */
export const explainables = (program: Command): Explainable[] => [
  ...keys(),
  ...codes(),
  ...STATE_WORDS.map((word) => ofWord(word, 'state')),
  ...WORDS.map((word) => ofWord(word, 'word')),
  ...commandsOf(program).map(ofCommand),
]

export type Finding =
  | { readonly is: 'found'; readonly entries: readonly Entry[] }
  /** Found under the word of another program. */
  | { readonly is: 'translated'; readonly entries: readonly Entry[] }
  | { readonly is: 'missing'; readonly near?: string }

/** All that goes by a word: `lines` is a key and a command. Case does not count, nor the name of a line in a path. */
export function find(typed: string, all: readonly Explainable[]): Finding {
  const wanted = folded(typed)
  const named = all.filter(({ names }) => names.includes(wanted))
  if (named.length > 0) return { is: 'found', entries: named.map(({ entry }) => entry) }
  const called = all.filter(({ elsewhere = [] }) => elsewhere.includes(wanted))
  if (called.length > 0) return { is: 'translated', entries: called.map(({ entry }) => entry) }
  const near = nearest(
    wanted,
    all.flatMap(({ names }) => names.filter((name) => !/^\d+$/.test(name))),
  )
  return { is: 'missing', ...(near !== undefined && { near: shown(near, all) }) }
}

/** What the Tab key offers behind `explain`: the shortest name of each thing, where that is one word. */
export const shortNames = (program: Command): { value: string; means: string }[] =>
  explainables(program)
    .map(({ entry: { kind, name } }) => ({ value: shortName(kind, name), means: kind }))
    .filter(({ value }, i, all) => !value.includes(' ') && all.findIndex((one) => one.value === value) === i)

function shortName(kind: Entry['kind'], name: string): string {
  if (kind === 'command') return name.replace(/^multihome /, '')
  return kind === 'key' ? (name.split('.').at(-1) ?? name) : name
}

/** `error[MH203]:` and `MH203` are the same question, and so are `lines.fiber.weight` and `lines.NAME.weight`. */
function folded(typed: string): string {
  const code = /\bmh\d{3}\b/i.exec(typed)?.[0]
  const word = code ?? typed.trim().replaceAll(/\s+/g, ' ').replaceAll('`', '')
  return word
    .toLowerCase()
    .replace(/^lines\.[^.]+\.(?=(?:health|release)\.)/, '') // the same keys as those of the file
    .replace(/^lines\.[^.]+\./, 'lines.name.')
    .replace(/\[\d*\]/, '[]')
}

/** As the tables write it; of a command what one types. */
const shown = (name: string, all: readonly Explainable[]): string =>
  all.find(({ entry, names }) => names[0] === name && entry.kind !== 'command')?.entry.name ?? name

const keys = (): Explainable[] =>
  keyEntries().map(({ path, name, means, expects, leftOut, example, elsewhere, page }) => ({
    entry: { kind: 'key', name: path, means, expects, leftOut, example, page },
    names: lowerCase([path, name, path.replace('NAME.', ''), path.replace('[]', '')]),
    elsewhere: lowerCase(elsewhere),
  }))

const ofWord = ({ name, also = [], means, see, page }: Word, kind: 'state' | 'word'): Explainable => ({
  entry: { kind, name, means, ...(see && { see: [...see] }), ...(page !== undefined && { page }) },
  names: lowerCase([name, ...also]),
})

function ofCommand(command: Command): Explainable {
  const name = nameOf(command)
  return {
    entry: {
      kind: 'command',
      name,
      means: command.description(),
      usage: `${name} ${command.usage()}`,
      help: `\`${name} --help\`.`,
    },
    names: lowerCase([name.replace(/^multihome /, ''), name]),
  }
}

const codes = (): Explainable[] => [
  ...problemEntries().map(({ code, ...rest }) => ofCode({ kind: 'code', name: code, ...rest })),
  ...codeEntries().map(({ code, note, means, ...advice }) =>
    ofCode(
      { kind: 'code', name: code, ...(note === undefined && { severity: 'error' }), means: sentence(means), ...advice },
      note,
    ),
  ),
] // prettier-ignore

const ofCode = (entry: Entry, note?: string): Explainable => ({
  entry,
  names: lowerCase([entry.name, entry.name.slice(2), ...(note === undefined ? [] : [note])]),
})

const lowerCase = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase())

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
