/** A line died while nobody used it: how does the first one fare who comes? */
import { setTimeout as sleep } from 'node:timers/promises'
import { createLab } from '../../src/lab/index.ts'
import { routerConfig } from '../../src/lab/failover/router-config.ts'
import { untilKnown } from '../../src/lab/failover/until-known.ts'
import type { Group } from '../figure.ts'
import { PROGRAM } from '../routers.ts'
import { countFigure, delayFigures } from './figures.ts'
import { ROUND_TRIP_MS, RUNS } from './series.ts'

const LINES = ['fiber', 'dsl'].map((name) => ({ name, delayMs: ROUND_TRIP_MS / 2 }))
/** Each opens two at once; so that half of them, four, meet the dead line. */
const CLIENTS = 4
const QUIET_MS = 3000

export async function measureFirstUse(): Promise<Group> {
  const slowest: number[] = []
  const failed: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const tookMs = await firstConnections()
    slowest.push(Math.max(...tookMs.filter((ms) => ms !== undefined)))
    failed.push(tookMs.filter((ms) => ms === undefined).length)
  }
  return {
    title: `A line that died while idle, first connections, ${2 * CLIENTS} at once on two lines`,
    figures: [
      ...delayFigures('slowest of them', slowest, { medianMs: 1200, p95Ms: 1200 }),
      countFigure('failed', failed),
    ],
  }
}

/** @returns how long each took; `undefined`: it failed */
async function firstConnections(): Promise<(number | undefined)[]> {
  await using lab = await createLab({ lines: LINES, clients: CLIENTS })
  await lab.startDaemon({ config: routerConfig(lab.topology, LINES), program: PROGRAM })
  await untilKnown(
    lab,
    LINES.map(({ name }) => name),
  )
  await sleep(QUIET_MS)
  await lab.inflict('fiber', { kind: 'internet-gone' })
  await sleep(200 + Math.random() * 300)
  const pairs = lab.topology.clients.flatMap(({ host }) =>
    lab.topology.servers.slice(0, 2).map((server) => ({ host, server })),
  )
  return await Promise.all(
    pairs.map(async ({ host, server }) => {
      const beganMs = performance.now()
      const connection = await lab.openConnection(host, server, { timeoutMs: 10_000 }).catch(() => undefined)
      return connection && performance.now() - beganMs
    }),
  )
}
