/** A box on which much goes on: does what must be fast stay so? */
import { get } from 'node:http'
import { ROUTER } from '../src/lab/index.ts'
import type { Lab } from '../src/lab/index.ts'
import { watchReactions } from './daemon-times.ts'
import type { ReactionWatch } from './daemon-times.ts'
import type { Group } from './figure.ts'
import type { UdpOrder } from './load/udp-sender.ts'
import { startWorker } from './load/worker.ts'
import { ourRouter } from './routers.ts'
import type { OurRouter } from './routers.ts'
import { timesFigure, timesOf } from './times.ts'

const CONNECTIONS = 100_000
/** As many as the map holds. */
const PAIRS = 65_536
const ROUNDS = 9
const CUTS = 5

export async function measureCrowdedBox(): Promise<Group> {
  await using router = await ourRouter([3, 1], 'pair')
  const watch = await watchReactions(router)
  const before = await timesUnder(router, watch)
  await crowd(router.lab)
  const { connections, pairs } = await counted(router.lab)
  if (connections < CONNECTIONS || pairs < PAIRS * 0.99)
    throw new Error(`only ${connections} connections and ${pairs} pairs`)
  const crowded = await timesUnder(router, watch)
  watch.stop()
  return {
    title: `${CONNECTIONS.toLocaleString('en')} open connections, ${PAIRS.toLocaleString('en')} pairs remembered`,
    figures: [
      timesFigure('a pass with nothing to do, before', before.pass),
      timesFigure('a pass with nothing to do', crowded.pass),
      timesFigure('multihome status, before', before.status),
      timesFigure('multihome status', crowded.status),
      timesFigure('longest that a question waits meanwhile, before', before.waited),
      timesFigure('longest that a question waits meanwhile', crowded.waited),
      timesFigure('carrier lost to the line out of the choice, before', before.out),
      timesFigure('carrier lost to the line out of the choice', crowded.out, { atMost: 50 }),
    ],
  }
}

async function timesUnder(
  router: OurRouter,
  watch: ReactionWatch,
): Promise<Record<'pass' | 'status' | 'waited' | 'out', readonly number[]>> {
  const pass: number[] = []
  const waited: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    waited.push(
      await longestWait(router.lab, async () => {
        pass.push(await router.apply([3, 1], 'pair'))
        await router.command('status')
      }),
    )
  }
  const status = await timesOf(ROUNDS, () => router.command('status'))
  const { out } = await watch.measure(CUTS)
  return { pass, status, waited, out }
}

/** How long the daemon keeps somebody waiting who asks, one question after the other, what takes no work to answer. */
export async function longestWait(lab: Lab, work: () => Promise<void>): Promise<number> {
  const done = new AbortController()
  let longestMs = 0
  const asking = (async () => {
    while (!done.signal.aborted) {
      const beganMs = performance.now()
      await askForNothing(lab.daemonPaths.socket)
      longestMs = Math.max(longestMs, performance.now() - beganMs)
    }
  })()
  await work()
  done.abort()
  await asking
  return longestMs
}

const askForNothing = (socketPath: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get({ socketPath, path: '/no-such-page', agent: false }, (response) =>
      response.resume().on('end', resolve),
    ).on('error', reject)
  })

/** UDP without answers, each to a server of its own; the kernel keeps them for as long as this takes. */
async function crowd(lab: Lab): Promise<void> {
  await lab.must(ROUTER, [
    'sysctl',
    '-qw',
    'net.netfilter.nf_conntrack_udp_timeout=600',
    `net.netfilter.nf_conntrack_max=${4 * CONNECTIONS}`,
  ])
  using sender = startWorker<UdpOrder>('udp-sender.ts')
  for (const host of ['client-1', 'client-2'])
    await sender.carryOut({
      namespace: lab.host(host).name,
      datagrams: CONNECTIONS / 2 + 1000,
      flows: 'per-datagram-and-pair',
      servers: lab.topology.servers,
    })
}

async function counted(lab: Lab): Promise<{ connections: number; pairs: number }> {
  const connections = await lab.must(ROUTER, ['sysctl', '-n', 'net.netfilter.nf_conntrack_count'])
  const listing = await lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', 'affinity'])
  return { connections: Number(connections), pairs: listing.split(' : ').length - 2 }
}
