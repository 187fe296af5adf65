export interface Column {
  readonly title: string
  readonly align?: 'right'
  /** Gives way, down to `SHRINK_TO`, when the table is wider than the screen. */
  readonly shrinks?: boolean
}

/** Between two columns. */
export const GAP = '  '

const SHRINK_TO = 8

/**
 * Pads every cell to its column's width, the titles first. Cells stay apart, so that the caller can colour some;
 * join them with `GAP`. A cell that had to be cut keeps its beginning and its end, for names differ in either.
 */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  screen: { readonly columns: number; readonly cutMark: string },
): string[][] {
  const all = [columns.map((column) => column.title), ...rows]
  const widths = columns.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)))
  shrink(widths, columns, screen.columns)
  return all.map((row) =>
    columns.map((column, i) => {
      const width = widths[i] ?? 0
      const cell = cutMiddle(row[i] ?? '', width, screen.cutMark)
      return column.align === 'right' ? cell.padStart(width) : cell.padEnd(width)
    }),
  )
}

/** Takes what is too much from the widest column that may shrink, one character at a time. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1))
  while (total() > available) {
    const candidates = columns.flatMap((column, i) => (column.shrinks === true ? [i] : []))
    const widest = candidates.reduce(
      (a, b) => ((widths[b] ?? 0) > (widths[a] ?? 0) ? b : a),
      candidates[0] ?? -1,
    )
    const width = widths[widest] ?? 0
    if (width <= SHRINK_TO) return
    widths[widest] = width - 1
  }
}

export function cutMiddle(text: string, width: number, mark: string): string {
  if (text.length <= width) return text
  const kept = width - mark.length
  const head = Math.ceil(kept / 2)
  return `${text.slice(0, head)}${mark}${text.slice(text.length - (kept - head))}`
}
