/** TCP through the router, lines as fast as the machine is. */
import { INTERNET } from '../src/lab/index.ts'
import type { Lab } from '../src/lab/index.ts'
import { eventually } from '../src/lab/index.ts'
import { DIES_WITH_US, spawnIn } from '../src/lab/run.ts'
import { figuresAgainstPlain } from './against-plain.ts'
import { alternate } from './alternate.ts'
import type { Figure, Group } from './figure.ts'
import { ourRouter, plainRouter } from './routers.ts'

const ROUNDS = 21
/** Each takes about a third of a second on a quiet machine. */
const TRANSFERS = [
  { what: '1 stream', streams: 1, bytes: '400M' },
  { what: '8 streams', streams: 8, bytes: '1200M' },
] as const
const WISH = 0.98

export async function measureThroughput(): Promise<Group> {
  await using plain = await plainRouter()
  await using ours = await ourRouter([1, 1], 'connection')
  using _plainServer = await startIperfServer(plain)
  using _ourServer = await startIperfServer(ours.lab)
  const figures: Figure[] = []
  for (const { what, ...transfer } of TRANSFERS) {
    const samples = await alternate(ROUNDS, {
      plain: () => gigabitsPerSecond(plain, transfer),
      ours: () => gigabitsPerSecond(ours.lab, transfer),
    })
    figures.push(...figuresAgainstPlain(what, 'Gbit/s', samples, ['ours'], WISH))
  }
  return { title: 'Throughput', figures }
}

const serverOf = (lab: Lab): string => lab.topology.servers[0] ?? ''

async function startIperfServer(lab: Lab): Promise<Disposable> {
  const child = spawnIn(
    lab.host(INTERNET),
    [...DIES_WITH_US, 'iperf3', '--server', '--bind', serverOf(lab)],
    {
      stdio: 'ignore',
    },
  )
  await eventually(
    () => lab.must(INTERNET, ['ss', '-Hltn', 'sport', '=', ':5201']),
    (listening) => listening !== '',
    { what: 'iperf3 listens' },
  )
  return { [Symbol.dispose]: () => void child.kill() }
}

interface Transfer {
  readonly streams: number
  /** In iperf3's words. */
  readonly bytes: string
}

async function gigabitsPerSecond(lab: Lab, { streams, bytes }: Transfer): Promise<number> {
  const printed = await lab.must('client-1', [
    'iperf3',
    '--json',
    `--client=${serverOf(lab)}`,
    `--bytes=${bytes}`,
    `--parallel=${streams}`,
  ])
  const { end } = JSON.parse(printed) as { end: { sum_received: { bits_per_second: number } } }
  return end.sum_received.bits_per_second / 1e9
}
