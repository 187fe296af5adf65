/** Connect, request, answer, close, as often as both CPUs can: the router's part is one among many. */
import { INTERNET, ROUTER } from '../src/lab/index.ts'
import type { Lab } from '../src/lab/index.ts'
import { figuresAgainstPlain } from './against-plain.ts'
import { alternate } from './alternate.ts'
import { busyShare, cpuTime } from './cpu-time.ts'
import type { Group } from './figure.ts'
import { forgetConnections } from './forget-connections.ts'
import type { TcpOrder } from './load/tcp-client.ts'
import { startTcpServer, startWorker } from './load/worker.ts'
import type { Worker } from './load/worker.ts'
import { ourRouter, plainRouter } from './routers.ts'
import { median } from './statistics.ts'

const ROUNDS = 45
const ROUND_MS = 200
const WISH = 0.95
/** With fewer processes on either side a CPU is idle now and then. */
const CLIENT_HOSTS = Array.from({ length: 8 }, (_, i) => `client-${i + 1}`)
const SERVER_PROCESSES = 4

export async function measureShortConnections(): Promise<Group> {
  await using plain = await plainRouter()
  await using connection = await ourRouter([1, 1], 'connection')
  await using pair = await ourRouter([1, 1], 'pair')
  await using stack = new AsyncDisposableStack()
  for (const lab of [plain, connection.lab, pair.lab])
    for (let i = 0; i < SERVER_PROCESSES; i++) stack.use(await startTcpServer(lab.host(INTERNET).name))
  const workers = CLIENT_HOSTS.map(() => stack.use(startWorker<TcpOrder>('tcp-client.ts')))

  const busy: number[] = []
  const perSecond = async (lab: Lab): Promise<number> => {
    const before = cpuTime()
    const beganMs = performance.now()
    const connections = await connectFromAll(lab, workers)
    const tookMs = performance.now() - beganMs
    busy.push(busyShare(before, cpuTime()))
    forgetConnections(lab.host(ROUTER))
    return (connections / tookMs) * 1000
  }
  const samples = await alternate(ROUNDS, {
    plain: () => perSecond(plain),
    connection: () => perSecond(connection.lab),
    pair: () => perSecond(pair.lab),
  })
  return {
    title: 'Short TCP connections',
    figures: [
      ...figuresAgainstPlain('connections', '/s', samples, ['connection', 'pair'], WISH),
      {
        what: 'CPUs busy meanwhile',
        value: 100 * median(busy),
        unit: '%',
        note: 'well below 100: the load was too weak, and the ratios say less than the truth',
      },
    ],
  }
}

async function connectFromAll(lab: Lab, workers: readonly Worker<TcpOrder>[]): Promise<number> {
  const { servers } = lab.topology
  const counts = await Promise.all(
    workers.map((worker, i) =>
      worker.carryOut({
        namespace: lab.host(CLIENT_HOSTS[i] ?? '').name,
        // Each begins elsewhere, so that they do not march in step.
        servers: [...servers.slice(5 * i), ...servers.slice(0, 5 * i)],
        forMs: ROUND_MS,
      }),
    ),
  )
  return counts.reduce((a, b) => a + b, 0)
}
