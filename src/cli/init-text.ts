import type { InitDocument } from '../api/contract.ts'
import type { Proposal } from '../api/documents.ts'
import { unreachable } from '../model/index.ts'
import type { Screen } from './screen.ts'
import type { NewFile } from './surroundings.ts'
import { GAP, layOut, type Column } from './table.ts'
import { wrap } from './wrap.ts'

const COLUMNS: readonly Column[] = ['INTERFACE', 'ADDRESS', 'GATEWAY', 'INTERNET?'].map((title) => ({
  title,
}))
const LOOKS_LIKE = 'LOOKS LIKE'

type Seen = Pick<InitDocument, 'interfaces' | 'remarks'> | Pick<Proposal, 'interfaces' | 'remarks'>

/**
 * What was found on this box, and what is to be said of it. Who looks after a line is told whole: in the last column,
 * which may take several lines, or where not even a word fits there, below.
 */
export function seenText({ interfaces, remarks }: Seen, screen: Screen): string {
  const rows = interfaces.map((one) => [
    one.name,
    one.address ?? '-',
    one.gateway ?? '-',
    one.internet ?? '-',
  ])
  const available = screen.columns - INDENT.length
  const [titles = '', ...cells] = layOut(COLUMNS, rows, { ...screen, columns: available }).map((row) =>
    row.join(GAP),
  )
  const looks = interfaces.map(({ looksLike }) => looksLike)
  const left = titles.length + GAP.length
  const isWide = left + longestWord([LOOKS_LIKE, ...looks]) <= available
  const table = [
    screen.paint('heading', isWide ? titles + GAP + LOOKS_LIKE : titles.trimEnd()),
    ...cells.flatMap((row, i) => {
      const told = wrap(looks[i] ?? '', available - (isWide ? left : INDENT.length)).split('\n')
      if (!isWide) return [row.trimEnd(), ...told.map((line) => INDENT + line)]
      return told.map((line, nth) => (nth === 0 ? row + GAP : ' '.repeat(left)) + line)
    }),
  ]
  return [
    ...(interfaces.length === 0 ? [] : [table.map((line) => INDENT + line).join('\n')]),
    ...remarks.map((remark) => wrap(remark, screen.columns)),
  ].join('\n\n')
}

const INDENT = '  '

const longestWord = (texts: readonly string[]): number =>
  Math.max(...texts.flatMap((text) => text.split(' ').map((word) => word.length)))

/** The whole, for whoever was not asked; the proposed file too, where that would be news. */
export const initText = (init: InitDocument, isNews: boolean, screen: Screen): string =>
  [
    seenText(init, screen),
    ...(init.config !== null && isNews ? [proposed(init.config)] : []),
    concluded(init.conclusion, screen),
  ].join('\n\n')

const proposed = (config: string): string => `Proposed:\n\n${config.trimEnd().replace(/^(?=.)/gm, INDENT)}`

/** For whoever only looked. @param isNamed by `--out` */
export const previewOf = (file: string, isNamed: boolean): string =>
  isNamed
    ? `Nothing was written. To have it there: sudo multihome init --yes --out ${file}; on a terminal it asks first.`
    : `Nothing was written. To have it in ${file}: sudo multihome init --yes; on a terminal it asks first, and --out FILE writes elsewhere.`

/** To be known before one answers. */
export const asideText = ({ path }: Written, file: string): string =>
  `${file} is there and stays as it is: this will be ${path}.\n`

/** Why there is no new file. */
export function unwritten(place: Exclude<NewFile, { is: 'writable' }>, file: string): string {
  switch (place.is) {
    case 'there':
      return `${file} says just this already. Nothing was written.`
    case 'taken':
      return `${file} is there and stays as it is, and so is ${place.path} of an earlier time. Move one of them away, or name another file: multihome init --out FILE.`
    case 'impossible':
      return `${file} cannot be written: ${place.why}.`
    case 'not-permitted':
      return `Looking is done; writing ${file} needs sudo.\nNext: sudo multihome init`
    default:
      return unreachable(place)
  }
}

/** @param next what to type now */
export function writtenText({ path, beside }: Written, file: string, config: string, next: string): string {
  const lineCount = config.trimEnd().split('\n').length
  const written = `Written: ${path} (${lineCount} lines, commented). Nothing changed yet.`
  return `${beside ? `${file} is there and stays as it is. ` : ''}${written}\n${next}`
}

export type Written = NewFile & { is: 'writable' }

/** @param box whether it is the file that a daemon here reads, whether one runs, and how one is started */
export function nextText(
  { path, beside }: Written,
  file: string,
  box: { readonly isRead: boolean; readonly isRunning: boolean; readonly hasServiceUnit: boolean },
): string {
  if (beside) return `Compare: diff -u ${file} ${path}\nTake it: mv ${path} ${file}`
  if (!box.isRead) return `Next: sudo multihome plan ${path}`
  if (box.isRunning) return 'Next: sudo multihome plan, then sudo multihome apply --confirm 60.'
  const start = box.hasServiceUnit ? 'sudo systemctl start multihomed' : 'sudo multihome run'
  return `Next: sudo multihome plan, then ${start}.`
}

/** Commands stand on lines of their own. */
export const concluded = (conclusion: string, screen: Screen): string =>
  conclusion
    .split('\n')
    .map((line) => wrap(line, screen.columns))
    .join('\n')
