import type { ExplanationDocument } from '../api/contract.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

type Entry = ExplanationDocument['entries'][number]

/** One thing below the other. */
export const explanationText = ({ entries }: ExplanationDocument, screen: Screen): string =>
  entries.map((entry) => entryText(entry, screen)).join('\n\n')

function entryText(entry: Entry, screen: Screen): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['usage', entry.usage],
    ['expected', entry.expects],
    ['left out', entry.leftOut],
    ['example', entry.example],
    ['why', entry.why],
    ['do', entry.help],
    ['see', entry.see?.join(', ')],
    ['page', entry.page === undefined ? undefined : `docs/${entry.page}`],
  ]
  const rows = facts.flatMap(([label, text]) =>
    text === undefined
      ? []
      : [wrap(`${label.padEnd(LABEL_WIDTH)}${plain(text)}`, screen.columns, LABEL_WIDTH)],
  )
  return [
    `${screen.paint('verdict', entry.name)}: ${titleOf(entry)}`,
    '',
    wrap(plain(entry.means), screen.columns),
    ...(rows.length === 0 ? [] : ['', ...rows]),
  ].join('\n')
}

const LABEL_WIDTH = 10

const KINDS = {
  key: 'a key of the configuration file',
  state: 'a state of a line',
  word: 'a word',
  command: 'a command',
  code: 'a note on this box',
} as const satisfies Record<Entry['kind'], string>

const titleOf = ({ kind, severity }: Entry): string =>
  severity === undefined ? KINDS[kind] : severity === 'error' ? 'an error' : `a ${severity}`

/** Markdown without its signs. */
const plain = (text: string): string => text.replaceAll('`', '')

/** Without a word: what one may ask for. */
export function listText({ entries }: ExplanationDocument, screen: Screen): string {
  const rows = GROUPS.map(([title, kind]) => {
    const names = entries.filter((entry) => entry.kind === kind).map((entry) => shortName(entry))
    return wrap(`${title.padEnd(LABEL_WIDTH)}${names.join(', ')}`, screen.columns, LABEL_WIDTH)
  })
  return ['multihome explain WORD tells more of', ...rows].join('\n\n')
}

const GROUPS = [
  ['Keys', 'key'],
  ['States', 'state'],
  ['Words', 'word'],
  ['Commands', 'command'],
  ['Codes', 'code'],
] as const satisfies readonly (readonly [string, Entry['kind']])[]

const shortName = ({ name }: Entry): string => name.replace(/^multihome /, '')
