/** Lines with their share of new connections as bars of text. Pure. */
import type { Topology } from './topology.ts'

const MOST_BAR_COLUMNS = 40
const LEAST_BAR_COLUMNS = 10

/** Of a row, all but name and bar: `  NAME  BAR 100.0 %  (wish 100.0 %)    3000`. */
const FIXED_COLUMNS = 36

/** One row per line: name, bar, share, wish, number. @param wishes in any unit. @param columns that no row is wider than; from 60 on */
export function shareBars(
  topology: Topology,
  counts: ReadonlyMap<string, number>,
  wishes: ReadonlyMap<string, number>,
  columns: number,
): string[] {
  const all = sum(counts.values())
  const allWishes = sum(wishes.values())
  const widestName = Math.max(...topology.lines.map((line) => line.name.length))
  const nameColumns = Math.min(widestName, columns - FIXED_COLUMNS - LEAST_BAR_COLUMNS)
  const barColumns = Math.min(MOST_BAR_COLUMNS, columns - FIXED_COLUMNS - nameColumns)
  return topology.lines.map(({ name }) => {
    const count = counts.get(name) ?? 0
    const share = all === 0 ? 0 : count / all
    const wish = allWishes === 0 ? 0 : (wishes.get(name) ?? 0) / allWishes
    const bar = '█'.repeat(Math.round(share * barColumns)).padEnd(barColumns, '·')
    return `  ${shorten(name, nameColumns)}  ${bar} ${percent(share)}  (wish ${percent(wish)})  ${String(count).padStart(6)}`
  })
}

const shorten = (name: string, columns: number): string =>
  name.length <= columns ? name.padEnd(columns) : `${name.slice(0, columns - 1)}…`
const percent = (ratio: number): string => `${(100 * ratio).toFixed(1).padStart(5)} %`
const sum = (numbers: Iterable<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0)
