/** What the bench says: figures in groups, as a table for people. Pure. */

export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** `value` should be at most or at least this. */
  readonly wish?: { readonly atMost: number } | { readonly atLeast: number }
  /** How far the samples lay apart, or what the figure does not say by itself. */
  readonly note?: string
}

export interface Group {
  readonly title: string
  readonly figures: readonly Figure[]
}

/** `undefined`: nothing was wished. */
export function isMet({ value, wish }: Figure): boolean | undefined {
  if (wish === undefined) return undefined
  return 'atMost' in wish ? value <= wish.atMost : value >= wish.atLeast
}

/** A table in Markdown that reads well as plain text too. */
export function tableText({ title, figures }: Group): string {
  const rows = [
    ['', 'measured', 'wish', '', 'note'],
    ...figures.map((figure) => [
      figure.what,
      `${numberText(figure.value)} ${figure.unit}`.trim(),
      wishText(figure),
      { true: 'ok', false: 'MISSED', undefined: '' }[`${isMet(figure)}`],
      figure.note ?? '',
    ]),
  ]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly (string | undefined)[]): string =>
    `| ${widths.map((width, column) => aligned(cells[column] ?? '', width, column)).join(' | ')} |`
  const rule = line(widths.map((width, column) => `${'-'.repeat(width - 1)}${column === 1 ? ':' : '-'}`))
  return [`## ${title}`, '', line(rows[0] ?? []), rule, ...rows.slice(1).map(line), ''].join('\n')
}

const aligned = (text: string, width: number, column: number): string =>
  column === 1 ? text.padStart(width) : text.padEnd(width)

function wishText({ wish }: Figure): string {
  if (wish === undefined) return ''
  return 'atMost' in wish ? `≤ ${wish.atMost}` : `≥ ${wish.atLeast}`
}

/** Three digits say what such measurements know; whole numbers from 100 on. */
export const numberText = (value: number): string =>
  value === 0 || Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)))
