/** What watching costs: packets on a line that nobody uses, and CPU where eight lines are busy. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createLab } from '../../src/lab/index.ts'
import { PROVIDER_DEVICES } from '../../src/lab/topology.ts'
import type { Lab, LabLine } from '../../src/lab/index.ts'
import { routerConfig } from '../../src/lab/failover/router-config.ts'
import { startTraffic } from '../../src/lab/failover/traffic.ts'
import { TICKS_PER_SECOND } from '../cpu-time.ts'
import { ticksOf } from '../daemon-size.ts'
import type { Figure, Group } from '../figure.ts'
import { PROGRAM } from '../routers.ts'

const SECONDS = 120
const BUSY_SECONDS = 60
const SETTLED_MS = 5000
const EIGHT_LINES = Array.from({ length: 8 }, (_, i) => ({ name: `line-${i + 1}` }))
/** What is read as busy: as many short connections at a time, besides lasting ones of every kind. */
const AT_A_TIME = 34

export const measureCost = async (): Promise<Group> => ({
  title: 'What watching costs',
  figures: [await idleBytes(), await busyCpu()],
})

async function idleBytes(): Promise<Figure> {
  const lines = [{ name: 'fiber' }, { name: 'dsl' }]
  await using lab = await createLab({ lines, clients: 1 })
  await lab.startDaemon({ config: routerConfig(lab.topology, lines), program: PROGRAM })
  await sleep(SETTLED_MS)
  const line = lab.line('fiber')
  await countAll(lab, line)
  await sleep(SECONDS * 1000)
  const bytes = await counted(lab, line)
  return {
    what: 'probes on an idle line, both ways',
    value: (bytes * 3600) / SECONDS / 1000,
    unit: 'kB/h',
    wish: { atMost: 100 },
    note: `${bytes} bytes at IP level in ${SECONDS} s, seen by the provider`,
  }
}

/** Whatever passes between the provider and its customer. */
const countAll = (lab: Lab, { host }: LabLine): Promise<string> =>
  lab.must(host, ['nft', '-f', '-'], {
    input: `table inet cost {
  counter passed { }
  chain from_customer {
    type filter hook prerouting priority -400
    iifname "${PROVIDER_DEVICES.customer}" counter name passed
  }
  chain to_customer {
    type filter hook postrouting priority 400
    oifname "${PROVIDER_DEVICES.customer}" counter name passed
  }
}
`,
  })

async function counted(lab: Lab, { host }: LabLine): Promise<number> {
  const listing = await lab.must(host, ['nft', 'list', 'counter', 'inet', 'cost', 'passed'])
  return Number(/bytes (\d+)/.exec(listing)?.[1])
}

async function busyCpu(): Promise<Figure> {
  await using lab = await createLab({ lines: EIGHT_LINES })
  const daemon = await lab.startDaemon({
    config: routerConfig(lab.topology, EIGHT_LINES),
    program: PROGRAM,
  })
  using traffic = await startTraffic(lab, { lines: EIGHT_LINES.map(({ name }) => name) })
  const stopping = new AbortController()
  const load = lab.load({
    connections: Infinity,
    concurrency: AT_A_TIME,
    pauseMs: 200,
    signal: stopping.signal,
  })
  await sleep(SETTLED_MS)
  const before = ticksOf(daemon.pid)
  await sleep(BUSY_SECONDS * 1000)
  const ticks = ticksOf(daemon.pid) - before
  stopping.abort()
  const { perSecond } = await load
  await traffic.stop()
  return {
    what: 'daemon with 8 busy lines',
    value: (ticks * 100) / (BUSY_SECONDS * TICKS_PER_SECOND),
    unit: '%',
    wish: { atMost: 1 },
    note: `of one core, ${BUSY_SECONDS} s, ${Math.round(perSecond)} new connections a second besides lasting ones`,
  }
}
