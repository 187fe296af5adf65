/** What was measured, as a table. Pure. */

/** A row of the report. */
export interface Measured {
  readonly what: string
  readonly value: string
  readonly wish: string
  readonly holds: boolean
}

/** One line a row where that fits, else two: what, and below it value and wish. */
export function reportLines(measured: readonly Measured[], columns: number): string[] {
  const widest = (pick: (row: Measured) => string): number =>
    Math.max(0, ...measured.map((row) => pick(row).length))
  const whatColumns = widest((row) => row.what)
  const valueColumns = widest((row) => row.value)
  const head = ({ holds, what }: Measured): string => `  ${holds ? '●' : '✖'} ${what}`
  const end = ({ holds, value, wish }: Measured): string =>
    `${value.padEnd(valueColumns)}  ${holds ? 'as wished' : 'NOT AS WISHED'}: ${wish}`
  const table = measured.map((row) => `${head(row).padEnd(whatColumns + 4)}  ${end(row)}`)
  if (table.every((line) => line.length <= columns)) return table
  return measured.flatMap((row) => [head(row), `      ${end(row)}`])
}
