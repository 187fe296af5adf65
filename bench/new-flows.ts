/**
 * One client, one datagram after the other, counted and dropped as they reach the provider. The sender's CPU carries
 * each of them all the way before the next is sent, so that what differs between routers is what the routers cost.
 */
import { ROUTER } from '../src/lab/index.ts'
import type { Lab } from '../src/lab/index.ts'
import { figuresAgainstPlain } from './against-plain.ts'
import { alternate } from './alternate.ts'
import type { Figure, Group } from './figure.ts'
import { forgetConnections } from './forget-connections.ts'
import type { UdpOrder } from './load/udp-sender.ts'
import { startWorker } from './load/worker.ts'
import type { Worker } from './load/worker.ts'
import { ourRouter, plainRouter } from './routers.ts'
import { median } from './statistics.ts'

const ROUNDS = 41
const DATAGRAMS = 5000
const CLIENT = 'client-1'
/** What the sender's ports are above, and nobody else's in the lab. */
const LEAST_PORT = 10_000

export async function measureNewFlows(): Promise<Group> {
  await using plain = await plainRouter()
  await using connection = await ourRouter([1, 1], 'connection')
  await using pair = await ourRouter([1, 1], 'pair')
  using sender = startWorker<UdpOrder>('udp-sender.ts')
  for (const lab of [plain, connection.lab, pair.lab]) await countAtProviders(lab)
  let sent = 0
  const perSecond = (lab: Lab, flows: UdpOrder['flows']) => () => {
    sent += DATAGRAMS
    return datagramsPerSecond(lab, sender, flows)
  }

  const fresh = await alternate(ROUNDS, {
    plain: perSecond(plain, 'per-datagram'),
    connection: perSecond(connection.lab, 'per-datagram'),
    pair: perSecond(pair.lab, 'per-datagram'),
    'pair, never met': async () => {
      await pair.lab.must(ROUTER, ['nft', 'flush', 'map', 'inet', 'multihomed', 'affinity'])
      return perSecond(pair.lab, 'per-datagram-and-pair')()
    },
  })
  const known = await alternate(ROUNDS, {
    plain: perSecond(plain, 'one'),
    ours: perSecond(connection.lab, 'one'),
  })
  const reached = (await Promise.all([plain, connection.lab, pair.lab].map(arrived))).reduce((a, b) => a + b)
  if (reached < 0.999 * sent) throw new Error(`only ${reached} of ${sent} datagrams reached a provider`)
  return {
    title: "The router's own part",
    figures: [
      ...figuresAgainstPlain('new flows', '/s', fresh, ['connection', 'pair', 'pair, never met']),
      cost('a new flow costs more: connection', fresh.plain, fresh.connection),
      cost('a new flow costs more: pair', fresh.plain, fresh.pair),
      ...figuresAgainstPlain('packets of a known flow', '/s', known, ['ours']),
      cost('a packet of a known flow costs more', known.plain, known.ours),
    ],
  }
}

/** Per second of both, microseconds of one: what the router's own rules take. */
function cost(what: string, plain: readonly number[], ours: readonly number[]): Figure {
  const more = ours.map((sample, i) => 1e6 / sample - 1e6 / (plain[i] ?? Number.NaN))
  return { what, value: median(more), unit: 'µs' }
}

/** Before the provider looks at anything, so that it costs little and answers nothing. */
async function countAtProviders(lab: Lab): Promise<void> {
  for (const { host } of lab.topology.lines)
    await lab.must(host, ['nft', '-f', '-'], {
      input: `table ip arrivals {
  counter arrived { }
  chain prerouting {
    type filter hook prerouting priority -400
    iifname "customer" udp dport >= ${LEAST_PORT} counter name arrived drop
  }
}
`,
    })
}

async function arrived(lab: Lab): Promise<number> {
  const counts = lab.topology.lines.map(async ({ host }) => {
    const listing = await lab.must(host, ['nft', 'list', 'counter', 'ip', 'arrivals', 'arrived'])
    return Number(/packets (\d+)/.exec(listing)?.[1])
  })
  return (await Promise.all(counts)).reduce((a, b) => a + b, 0)
}

async function datagramsPerSecond(
  lab: Lab,
  sender: Worker<UdpOrder>,
  flows: UdpOrder['flows'],
): Promise<number> {
  const order = {
    namespace: lab.host(CLIENT).name,
    datagrams: DATAGRAMS,
    flows,
    servers: lab.topology.servers,
  }
  const eachUs = await sender.carryOut(order)
  forgetConnections(lab.host(ROUTER))
  return 1e6 / eachUs
}
