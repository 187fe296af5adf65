/** A line that dies with very many connections on it, beside ten times as many that are none of its business. */
import { closeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLab, INTERNET, ROUTER } from '../../src/lab/index.ts'
import type { Lab } from '../../src/lab/index.ts'
import { routerConfig } from '../../src/lab/failover/router-config.ts'
import { listenTcp, openTcp } from '../../src/lab/sockets.ts'
import { longestWait } from '../crowded-box.ts'
import type { Group } from '../figure.ts'
import type { UdpOrder } from '../load/udp-sender.ts'
import { startWorker } from '../load/worker.ts'
import { PROGRAM } from '../routers.ts'
import { delayFigures } from './figures.ts'

const STRANDED = 10_000
const OTHERS = 90_000
const CLIENTS = 100
const LINES = [{ name: 'fiber' }, { name: 'dsl' }]
const AT_A_TIME = 200
const ROUNDS = 3
const PATIENCE_MS = 20_000

export async function measureRelease(): Promise<Group> {
  const rounds: Release[] = []
  for (let i = 0; i < ROUNDS; i++) rounds.push(await releaseOnce())
  return {
    title: `Carrier lost under ${STRANDED.toLocaleString('en')} TCP connections that only wait, among ${(STRANDED + OTHERS).toLocaleString('en')}`,
    figures: [
      ...delayFigures(
        'the last one is told',
        rounds.map(({ lastToldMs }) => lastToldMs),
        { medianMs: 1000 },
      ),
      ...delayFigures(
        'nine in ten are told',
        rounds.map(({ mostToldMs }) => mostToldMs),
      ),
      ...delayFigures(
        'longest that a question to the daemon waits meanwhile',
        rounds.map(({ longestWaitMs }) => longestWaitMs),
      ),
      {
        what: 'other connections that are gone',
        value: Math.max(...rounds.map(({ othersGone }) => othersGone)),
        unit: `of ${OTHERS.toLocaleString('en')}`,
        wish: { atMost: 0 },
      },
    ],
  }
}

interface Release {
  /** `undefined`: not within the patience. */
  readonly lastToldMs: number | undefined
  readonly mostToldMs: number | undefined
  readonly longestWaitMs: number
  readonly othersGone: number
}

async function releaseOnce(): Promise<Release> {
  await using lab = await createLab({ lines: LINES, clients: CLIENTS, servers: 40 })
  await lab.startDaemon({ config: routerConfig(lab.topology, LINES), program: PROGRAM })
  await lab.must(ROUTER, [
    'sysctl',
    '-qw',
    'net.netfilter.nf_conntrack_udp_timeout=600',
    'net.netfilter.nf_conntrack_max=400000',
  ])
  const command = async (...args: string[]): Promise<void> => {
    const { code, stderr, stdout } = await lab.command(args, PROGRAM)
    if (code !== 0) throw new Error(`multihome ${args.join(' ')}: ${stderr}${stdout}`)
  }
  await command('drain', 'fiber')
  await openOthers(lab)
  await command('undrain', 'fiber')
  await command('drain', 'dsl')
  using _ = listenEverywhere(lab)
  const stranded = await openStranded(lab)
  await command('undrain', 'dsl')
  const before = await connectionsOf(lab)

  let beganMs = 0
  const longestWaitMs = await longestWait(lab, async () => {
    beganMs = performance.now()
    await lab.cut('fiber')
    await Promise.race([Promise.all(stranded.map(({ over }) => over)), sleep(PATIENCE_MS)])
  })
  const after = await connectionsOf(lab)
  const told = stranded.flatMap(({ endedAtMs }) => endedAtMs() ?? []).toSorted((a, b) => a - b)
  for (const { close } of stranded) close()
  const toldMs = (part: number): number | undefined => {
    const atMs = told[Math.ceil(part * STRANDED) - 1]
    return atMs === undefined ? undefined : atMs - beganMs
  }
  return {
    lastToldMs: toldMs(1),
    mostToldMs: toldMs(0.9),
    longestWaitMs,
    othersGone: Math.max(0, before - after - STRANDED),
  }
}

interface Stranded {
  readonly over: Promise<void>
  endedAtMs(this: void): number | undefined
  close(this: void): void
}

/** Nobody accepts them, the kernels of both ends hold them: ten thousand more files are too many for one process. */
const listenEverywhere = (lab: Lab): Disposable => {
  const files = lab.topology.servers.map((server) => listenTcp(lab.host(INTERNET), server, PORT))
  return { [Symbol.dispose]: () => files.forEach((file) => closeSync(file)) }
}

const PORT = 9000

async function openStranded(lab: Lab): Promise<Stranded[]> {
  const opened: Stranded[] = []
  const { clients, servers } = lab.topology
  const one = async (number: number): Promise<void> => {
    const host = clients[number % clients.length]?.host ?? ''
    const server = servers[Math.floor(number / clients.length) % servers.length] ?? ''
    const socket = openTcp(lab.host(host))
    const over = Promise.withResolvers<void>()
    const connected = Promise.withResolvers<void>()
    let endedAtMs: number | undefined
    socket.on('error', connected.reject)
    socket.on('close', () => {
      endedAtMs = performance.now()
      over.resolve()
    })
    socket.connect({ host: server, port: PORT }, connected.resolve)
    await connected.promise
    socket.resume() // an end is heard of only by who reads
    opened.push({ over: over.promise, endedAtMs: () => endedAtMs, close: () => socket.destroy() })
  }
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun < STRANDED) await one(begun++)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return opened
}

/** UDP without answers, each to a server of its own; the kernel keeps them for as long as this takes. */
async function openOthers(lab: Lab): Promise<void> {
  using sender = startWorker<UdpOrder>('udp-sender.ts')
  await sender.carryOut({
    namespace: lab.host('client-1').name,
    datagrams: OTHERS,
    flows: 'per-datagram-and-pair',
    servers: lab.topology.servers,
  })
}

const connectionsOf = async (lab: Lab): Promise<number> =>
  Number(await lab.must(ROUTER, ['sysctl', '-n', 'net.netfilter.nf_conntrack_count']))
