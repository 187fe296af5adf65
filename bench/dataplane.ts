/** `npm run bench:dataplane [-- --json]`; docs/performance.md says what each figure means. */
import { cpus, loadavg, release } from 'node:os'
import { parseArgs } from 'node:util'
import { requirePrivateWorld } from '../src/lab/index.ts'
import { measureCrowdedBox } from './crowded-box.ts'
import { measureDaemonSize } from './daemon-size.ts'
import { measureDaemon } from './daemon-times.ts'
import { isMet, tableText } from './figure.ts'
import type { Group } from './figure.ts'
import { measureManyLines } from './many-lines.ts'
import { measureMovingAddress } from './moving-address.ts'
import { measureNewFlows } from './new-flows.ts'
import { measureShares } from './shares.ts'
import { measureShortConnections } from './short-connections.ts'
import { measureThroughput } from './throughput.ts'

/** In the order in which they are measured and printed. */
const MEASUREMENTS = {
  shares: measureShares,
  throughput: measureThroughput,
  connections: measureShortConnections,
  flows: measureNewFlows,
  daemon: measureDaemon,
  size: measureDaemonSize,
  lines: measureManyLines,
  crowd: measureCrowdedBox,
  address: measureMovingAddress,
} as const

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !(name in MEASUREMENTS))
if (unknown.length > 0) {
  console.error(
    `bench:dataplane: unknown: ${unknown.join(' ')}; there are ${Object.keys(MEASUREMENTS).join(' ')}`,
  )
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
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
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
