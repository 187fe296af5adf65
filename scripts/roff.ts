/**
 * A manual page from the Markdown that our pages are written in: headings, paragraphs, lists, tables of two columns,
 * code. What else Markdown has does not occur in them.
 */
import { wrap } from '../src/cli/wrap.ts'

export interface ManualPage {
  readonly name: string
  readonly section: 1 | 5 | 8
  /** After the dash of NAME. */
  readonly summary: string
  readonly version: string
  /** Begins with `## SYNOPSIS` or `## DESCRIPTION`. */
  readonly markdown: string
}

export function manualPage({ name, section, summary, version, markdown }: ManualPage): string {
  return [
    '.\\" Made by scripts/man-pages.ts; edit there.',
    `.TH ${name.toUpperCase()} ${section} "" "multihomed ${version}" "multihomed"`,
    '.SH NAME',
    `${inline(name)} \\- ${inline(summary)}`,
    ...blocks(markdown).flatMap(block).filter(isNeeded),
    '',
  ].join('\n')
}

/** A heading begins a paragraph by itself. */
const isNeeded = (line: string, i: number, all: readonly string[]): boolean =>
  line !== '.PP' || !/^\.S[HS] /.test(all[i - 1] ?? '.SH ')

/** Separated by empty lines, which a fence may hold as well. */
function blocks(markdown: string): string[][] {
  const found: string[][] = [[]]
  let fenced = false
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced
    if (line === '' && !fenced) found.push([])
    else found.at(-1)?.push(line)
  }
  return found.filter((lines) => lines.length > 0)
}

function block(lines: readonly string[]): string[] {
  const [first = ''] = lines
  if (first.startsWith('<!--') || first.startsWith('# ')) return []
  if (first.startsWith('## ')) return [`.SH ${inline(first.slice(3)).toUpperCase()}`]
  if (first.startsWith('### ')) return [`.SS ${inline(first.slice(4).replaceAll('`', ''))}`]
  if (first.startsWith('```')) return ['.PP', '.EX', ...lines.slice(1, -1).map(literal), '.EE']
  if (first.startsWith('| ')) return lines.slice(2).flatMap(tableRow)
  if (first.startsWith('- ')) return lines.flatMap((line) => ['.IP \\(bu 2', text(line.slice(2))])
  return ['.PP', text(lines.join(' '))]
}

/** The first cell is what is explained, the second says what it is. */
function tableRow(row: string): string[] {
  const [tag = '', means = ''] = row.slice(2, -2).split(/ (?<!\\)\| /)
  return ['.TP', `.B ${inline(unescaped(tag).replaceAll('`', ''))}`, text(unescaped(means))]
}

const unescaped = (cell: string): string => cell.trim().replaceAll('\\|', '|')

/** Short lines, as those who read the source expect them. */
const text = (markdown: string): string => wrap(inline(markdown), 78).split('\n').map(noRequest).join('\n')

/** A dot or an apostrophe at the beginning of a line would be a request. */
const noRequest = (line: string): string => line.replace(/^(?=[.'])/, '\\&')

const literal = (line: string): string => noRequest(escaped(line))

/** Code and strong words are bold; of a link its text stays. */
const inline = (markdown: string): string =>
  markdown
    .split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/)
    .map((piece) => {
      if (/^`.+`$/.test(piece)) return `\\fB${escaped(piece.slice(1, -1))}\\fR`
      if (/^\*\*.+\*\*$/.test(piece)) return `\\fB${escaped(piece.slice(2, -2))}\\fR`
      const link = /^\[(.+)\]\((.+)\)$/.exec(piece)
      return link === null ? escaped(piece.replaceAll(/\\([[\]*_])/g, '$1')) : inline(link[1] ?? '')
    })
    .join('')

const escaped = (plain: string): string =>
  plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/[’…→·×–]/g, (sign) => SIGNS[sign] ?? sign)

const SIGNS: Readonly<Record<string, string>> = {
  '’': '\\(cq',
  '…': '...',
  '→': '\\(->',
  '·': '\\(bu',
  '×': '\\(mu',
  '–': '\\(en',
}
