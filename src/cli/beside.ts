import { stripVTControlCharacters } from 'node:util'

/** Two columns of rows; colours take no room. @param width of the first, with what is between them */
export const beside = (left: readonly string[], right: readonly string[], width: number): string[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const row = cutRow(left[i] ?? '', width)
    const gap = ' '.repeat(Math.max(0, width - stripVTControlCharacters(row).length))
    return `${row}${gap}${right[i] ?? ''}`.trimEnd()
  })

/** What is cut off takes its colour with it. */
export function cutRow(row: string, columns: number): string {
  if (stripVTControlCharacters(row).length <= columns) return row
  let width = 0
  let cut = ''
  for (const piece of row.split(COLOUR)) {
    const kept = piece.startsWith(ESCAPE) ? piece : piece.slice(0, columns - width)
    width += piece.startsWith(ESCAPE) ? 0 : kept.length
    cut += kept
  }
  return cut
}

const ESCAPE = '\u001b'
// oxlint-disable-next-line no-control-regex -- the colours of style.ts
const COLOUR = /(\u001b\[\d+m)/
