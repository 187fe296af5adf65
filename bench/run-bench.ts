/** What every bench does with its arguments and its figures. */
import { cpus, loadavg, release } from 'node:os'
import { parseArgs } from 'node:util'
import { requirePrivateWorld } from '../src/lab/index.ts'
import { isMet, tableText } from './figure.ts'
import type { Group } from './figure.ts'

/**
 * Prints a table as each is done, or with `--json` one document at the end.
 * @param measurements by the names that are typed, in the order in which they are measured
 */
export async function runBench(
  bench: string,
  measurements: Readonly<Record<string, () => Promise<Group>>>,
): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const unknown = positionals.filter((name) => !(name in measurements))
  if (unknown.length > 0) {
    console.error(`${bench}: unknown: ${unknown.join(' ')}; there are ${Object.keys(measurements).join(' ')}`)
    process.exit(2)
  }
  requirePrivateWorld()

  const machine = {
    date: new Date().toISOString().slice(0, 10),
    kernel: release(),
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  }
  const head = `${machine.date}, kernel ${machine.kernel}, ${machine.cpu}, Node ${machine.node}, load before ${machine.loadBefore.toFixed(2)}`
  if (!values.json) console.log(`${head}\n`)

  const groups: Group[] = []
  for (const [name, measure] of Object.entries(measurements)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const group = await measure()
    groups.push(group)
    if (!values.json) console.log(tableText(group))
  }
  if (values.json) {
    const withVerdicts = groups.map(({ title, figures }) => ({
      title,
      figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })),
    }))
    console.log(JSON.stringify({ machine, groups: withVerdicts }, undefined, 2))
  }
}
