/** Lines with their share of new connections as bars of text. Pure. */
import type { Topology } from './topology.ts'

const BAR_COLUMNS = 40

/** One row per line: name, bar, share, wish, number. */
export function shareBars(
  topology: Topology,
  counts: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, number>,
): string[] {
  const all = sum(counts.values())
  const allWeights = sum(weights.values())
  const nameColumns = Math.max(...topology.lines.map((line) => line.name.length))
  return topology.lines.map(({ name }) => {
    const count = counts.get(name) ?? 0
    const share = all === 0 ? 0 : count / all
    const wish = (weights.get(name) ?? 0) / allWeights
    const bar = '█'.repeat(Math.round(share * BAR_COLUMNS)).padEnd(BAR_COLUMNS, '·')
    return `  ${name.padEnd(nameColumns)}  ${bar} ${percent(share)}  (wish ${percent(wish)})  ${String(count).padStart(6)}`
  })
}

const percent = (ratio: number): string => `${(100 * ratio).toFixed(1).padStart(5)} %`
const sum = (numbers: Iterable<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0)
