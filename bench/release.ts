/** A line dies under many connections: how long until all of them know, and does the loop go on meanwhile? */
import { once } from 'node:events'
import { join } from 'node:path'
import { ROUTER } from '../src/lab/index.ts'
import type { Lab } from '../src/lab/index.ts'
import { printedLines } from '../src/lab/printed-lines.ts'
import type { PrintedLines } from '../src/lab/printed-lines.ts'
import { DIES_WITH_US, spawnIn } from '../src/lab/run.ts'
import type { Figure, Group } from './figure.ts'
import type { EndingRecord } from './load/ending.ts'
import type { UdpOrder } from './load/udp-sender.ts'
import { startWorker } from './load/worker.ts'
import { ourRouter } from './routers.ts'
import { median } from './statistics.ts'

const STRANDED = 10_000
const CONNECTIONS = 100_000
const HOSTS = ['client-1', 'client-2', 'client-3', 'client-4']
const ROUNDS = 3
const SLOTS = 240

const FIBER = { id: 1, mark: 0x100_0000, dev: 'wan1' } as const
const DSL = { id: 2, mark: 0x200_0000, dev: 'wan2' } as const

export async function measureRelease(): Promise<Group> {
  const told: EndingRecord[] = []
  const knewMs: number[] = []
  const forgot: EndingRecord[] = []
  for (let i = 0; i < ROUNDS; i++) {
    await using router = await ourRouter([1, 1], 'connection')
    // Nobody decides anything any more, and nobody else takes the time that is measured.
    await router.daemon.stop()
    const { lab } = router
    await crowd(lab)
    await using hosts = await waitingHosts(lab)
    await lab.blackhole('fiber')
    await steer(lab, 'over', DSL.id)
    const record = await onRouter(lab, 'tell', FIBER)
    told.push(record)
    knewMs.push((await hosts.lastEndedAtMs()) - record.beganAtMs)
    forgot.push(await onRouter(lab, 'forget', DSL))
  }
  return {
    title: `${STRANDED.toLocaleString('en')} connections of a dead line among ${CONNECTIONS.toLocaleString('en')}, ${HOSTS.length} clients that only wait`,
    figures: [
      figure('until the last client knows', knewMs, 1000),
      figure('the same with a second look at who did not answer', told.map(({ tookMs }) => tookMs)), // prettier-ignore
      figure('processor time of it', told.map(({ cpuMs }) => cpuMs)), // prettier-ignore
      figure('longest that the event loop stood still', told.map(({ longestStallMs }) => longestStallMs)), // prettier-ignore
      figure(
        `${(CONNECTIONS - STRANDED).toLocaleString('en')} unanswered ones forgotten`,
        forgot.map(({ tookMs }) => tookMs),
      ),
      figure('longest that the event loop stood still then', forgot.map(({ longestStallMs }) => longestStallMs)), // prettier-ignore
    ],
  }
}

function figure(what: string, samplesMs: readonly number[], atMost?: number): Figure {
  const note = `${ROUNDS} rounds: ${samplesMs.map((ms) => ms.toFixed(1)).join(', ')}`
  return { what, value: median(samplesMs), unit: 'ms', note, ...(atMost === undefined ? {} : { wish: { atMost } }) } // prettier-ignore
}

/** UDP without answers by the other line; the kernel keeps it for as long as this takes. */
async function crowd(lab: Lab): Promise<void> {
  await lab.must(ROUTER, [
    'sysctl',
    '-qw',
    'net.netfilter.nf_conntrack_udp_timeout=600',
    `net.netfilter.nf_conntrack_max=${4 * CONNECTIONS}`,
  ])
  await steer(lab, 'stay', DSL.id)
  using sender = startWorker<UdpOrder>('udp-sender.ts')
  for (const host of ['client-5', 'client-6'])
    await sender.carryOut({
      namespace: lab.host(host).name,
      datagrams: (CONNECTIONS - STRANDED) / 2,
      flows: 'per-datagram-and-pair',
      servers: lab.topology.servers,
    })
  await steer(lab, 'stay', FIBER.id)
}

/** What becomes of fiber's connections, and which line takes all new ones. */
const steer = (lab: Lab, fiber: 'stay' | 'over', line: number): Promise<string> =>
  lab.must(ROUTER, ['nft', '-f', '-'], {
    input: `delete element inet multihomed pinned { ${FIBER.mark} }
add element inet multihomed pinned { ${FIBER.mark} : goto ${fiber}_${FIBER.id} }
flush map inet multihomed slots
add element inet multihomed slots { ${Array.from({ length: SLOTS }, (_, i) => `${i} : goto pick_${line}`).join(', ')} }
`,
  })

interface WaitingHosts extends AsyncDisposable {
  lastEndedAtMs(): Promise<number>
}

async function waitingHosts(lab: Lab): Promise<WaitingHosts> {
  const program = join(import.meta.dirname, 'load/waiting-clients.ts')
  const [server = ''] = lab.topology.servers
  const children = HOSTS.map((host) =>
    spawnIn(
      lab.host(host),
      [...DIES_WITH_US, process.execPath, program, server, String(STRANDED / HOSTS.length)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  )
  const gone = children.map((child) => once(child, 'close'))
  const printed = children.flatMap(({ stdout }): PrintedLines[] =>
    stdout === null ? [] : [printedLines(stdout, 'waiting-clients.ts')],
  )
  await Promise.all(printed.map((lines) => lines.waitFor(/^open$/, { timeoutMs: 60_000 })))
  return {
    async lastEndedAtMs() {
      const ends = await Promise.all(printed.map((lines) => lines.waitFor(/^ended at/)))
      return Math.max(...ends.map((line) => Number(line.split(' ').at(-1))))
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(gone)
    },
  }
}

async function onRouter(
  lab: Lab,
  ending: string,
  { mark, dev }: typeof FIBER | typeof DSL,
): Promise<EndingRecord> {
  const program = join(import.meta.dirname, 'load/ending.ts')
  const printed = await lab.must(ROUTER, [process.execPath, program, ending, String(mark), dev])
  const record = JSON.parse(printed) as EndingRecord
  if (!record.outcome.ok) throw new Error(printed)
  return record
}
