import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import * as libc from '../../kernel/ffi.ts'
import type { Endings, Forgettable } from '../../kernel/port.ts'
import { openConnection } from '../connection.ts'
import { eventually, inNamespace, INTERNET, PORTS, ROUTER } from '../index.ts'
import type { Connection, Lab, Namespace, Seen } from '../index.ts'
import { closeNamespace, openNamespace } from '../namespace.ts'
import { mustRun } from '../run.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { openRouterThread } from './router-thread.ts'
import type { RouterThread } from './router-thread.ts'

/** How the ruleset numbers the line of these tests, and the interface it has. */
const FIBER = { family: 'ipv4', mark: 0x100_0000, mask: 0x3f00_0000, dev: 'wan1' } as const

let router: Box
let thread: RouterThread
/** By the test that is running. */
const opened: { close(): void }[] = []

/** Nothing comes back from fiber's servers any more, and what is sent to them is answered by a reset. */
async function fiberDies(): Promise<void> {
  // Everybody only waits: what is acknowledged later would be answered by a reset without anybody being told.
  await eventually(
    async () => (await entries(router.lab)).filter((entry) => entry.includes('ESTABLISHED')),
    (open) => open.every((entry) => Number(entry.split(/\s+/)[4]) > UNACKNOWLEDGED_S),
    { what: 'all is acknowledged' },
  )
  await router.lab.blackhole('fiber')
  await steer(router.lab, 'over', [2])
}

describe('connections are ended', () => {
  router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 3,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  // Nobody probes, repairs or decides: what is steered is steered by the tests, what ends is ended by what they try.
  before(async () => {
    await router.daemon.kill()
    thread = openRouterThread(router.lab)
  })
  after(() => thread.close())
  beforeEach(async () => {
    await router.lab.restore('fiber')
    await steer(router.lab, 'stay', [1, 2])
  })
  afterEach(async () => {
    for (const connection of opened.splice(0)) connection.close()
    await thread.must('conntrack.ts', 'endConnections', {
      family: 'ipv4',
      mark: 0,
      mask: 0,
    })
  })

  test('a client that only waits is reset, and nobody on the other line notices', async () => {
    const { fiber, dsl } = await connect('client-1', 20)
    await fiberDies()
    assert.deepEqual(await tell(), { told: fiber.length, ended: 0, left: 0 })
    await areOver(fiber, 'ECONNRESET')
    await work(dsl)
  })

  test('so is one whose own firewall drops what is invalid', async () => {
    await router.lab.must('client-2', [
      'nft',
      'table inet strict { chain in { type filter hook input priority 0; ct state invalid drop; }; }',
    ])
    const { fiber, dsl } = await connect('client-2', 20)
    await fiberDies()
    assert.deepEqual(await tell(), { told: fiber.length, ended: 0, left: 0 })
    await areOver(fiber, 'ECONNRESET')
    await work(dsl)
  })

  test('so is one behind a second router', async () => {
    await using hidden = await hostBehind(router, 'client-3')
    const { fiber } = await connect(hidden, 20)
    await fiberDies()
    assert.deepEqual(await tell(), { told: fiber.length, ended: 0, left: 0 })
    await areOver(fiber, 'ECONNRESET')
  })

  test('a server of ours that waits for somebody out there is reset, too', async () => {
    await forwardPort(router.lab)
    const inbound = await router.lab.openConnection(INTERNET, router.lab.line('fiber').address, FORWARDED)
    await inbound.exchange()
    await fiberDies()
    assert.deepEqual(await tell(), { told: 1, ended: 0, left: 0 })
    await eventually(() => openTo(router.lab, 'client-1', WEB_PORT), (open) => open === 0, { what: 'its server knows' }) // prettier-ignore
  })

  test("the box's own programs that wait get an error at once, whatever kind of socket they have", async () => {
    const own = await connect(ROUTER, 12)
    const mapped = await Promise.all(Array.from({ length: 12 }, () => connectMapped(router.lab.host(ROUTER))))
    const mappedOnFiber = byLine(mapped, ({ client }) => client).fiber
    await fiberDies()
    const count = own.fiber.length + mappedOnFiber.length
    assert.deepEqual(await tell(), { told: 0, ended: count, left: 0 })
    await areOver(own.fiber, 'ECONNABORTED')
    await areOver(mappedOnFiber, 'ECONNABORTED')
    await work(own.dsl)
  })

  test('forgotten, a connection that is just beginning and a first datagram: they get through by the other line', async () => {
    const { lab } = router
    await steer(lab, 'stay', [1])
    const { fiber } = await connect('client-1', 3)
    const talker = await lab.openUdpTalker('client-1')
    await talker.ask(server())
    await lab.blackhole('fiber')
    const beginning = lab.openConnection('client-1', server(), { timeoutMs: 15_000 })
    const silent = await lab.openUdpTalker('client-1')
    await assert.rejects(silent.ask(server(), { timeoutMs: 100 }))
    const unanswered = await eventually(
      async () =>
        (await entries(lab)).filter(
          (entry) => entry.includes('UNREPLIED') && entry.includes(`mark=${FIBER.mark} `),
        ),
      (found) => found.some((entry) => entry.includes('tcp')) && found.some((entry) => entry.includes('udp')),
      { what: 'both are sent and not answered' },
    )
    await steer(lab, 'stay', [2])
    assert.equal(await forget('unanswered'), unanswered.length)
    assert.equal((await silent.ask(server())).client, lab.line('dsl').address)
    assert.equal((await beginning).seen.client, lab.line('dsl').address)

    // Answered ones were left alone: they are on their line, and go on once it is back.
    await lab.restore('fiber')
    await work(fiber)
    assert.equal((await talker.ask(server())).client, lab.line('fiber').address)
  })

  test('a program of the box that was just connecting learns it at once, and does not try for two minutes', async () => {
    const { lab } = router
    await lab.blackhole('fiber')
    const attempt = lab.openConnection(ROUTER, server(), {
      from: lab.line('fiber').address,
      timeoutMs: 20_000,
    })
    attempt.catch(() => {})
    await eventually(
      async () => (await entries(lab)).some((entry) => entry.includes('SYN_SENT')),
      (is) => is,
      { what: 'it is sent and not answered' },
    )
    assert.equal(await forget('unanswered'), 1)
    await assert.rejects(attempt, { code: 'ECONNABORTED' })
    await lab.restore('fiber')
  })

  test('forgotten but for TCP, a call goes on by the other line, connections wait for theirs', async () => {
    const { lab } = router
    await steer(lab, 'stay', [1])
    const { fiber } = await connect('client-1', 3)
    const talker = await lab.openUdpTalker('client-1')
    const ask = async (): Promise<string> => (await talker.ask(server())).client
    assert.equal(await ask(), lab.line('fiber').address)
    await lab.ping('client-1', server())
    await steer(lab, 'stay', [2])
    const other = await connect('client-1', 3)
    // A high port is taken for that of a call, which waits longer than DNS or a ping.
    const call = await lab.openUdpTalker('client-1')
    await lab.listen(INTERNET, 'udp-echo', server(), 16_384)
    await steer(lab, 'stay', [1])
    const first = await call.ask(server(), { port: 16_384 })
    assert.equal(first.client, lab.line('fiber').address)
    await steer(lab, 'stay', [2])
    assert.equal(await forget('services'), 2)
    assert.equal(await ask(), lab.line('dsl').address)
    assert.deepEqual(await call.ask(server(), { port: 16_384 }), first)
    assert.equal(await forget('fleeting'), 1)
    assert.equal((await call.ask(server(), { port: 16_384 })).client, lab.line('dsl').address)
    await work([...fiber, ...other.dsl])
  })

  test('moved from a line that works, what began inside is told and may begin anew; what others began stays, and so does the other line', async () => {
    const { lab } = router
    await forwardPort(lab)
    const { fiber, dsl } = await connect('client-1', 20)
    const own = await lab.openConnection(ROUTER, server(), { from: lab.line('fiber').address })
    const inbound = await lab.openConnection(INTERNET, lab.line('fiber').address, FORWARDED)
    await steer(lab, 'stay', [2])
    assert.deepEqual(await thread.must(ENDINGS, 'endFlows', FIBER, { own: true }), {
      told: fiber.length,
      ended: 1,
      left: 0,
    })
    await areOver(fiber, 'ECONNRESET')
    await areOver([own], 'ECONNABORTED')
    await work([inbound, ...dsl])
    // Connection tracking saw nothing of what we said in the server's name.
    const began = (await entries(lab)).map((entry) => /src=(\S+) dst=10\./.exec(entry)?.[1])
    assert.ok(!began.includes(server()))
  })
})

const server = (): string => router.lab.topology.servers[0] ?? assert.fail()

type ByLine<T> = Readonly<Record<'fiber' | 'dsl', readonly T[]>>

async function connect(host: string | Namespace, howMany: number): Promise<ByLine<Connection>> {
  const from = typeof host === 'string' ? router.lab.host(host) : host
  const all = await Promise.all(
    Array.from({ length: howMany }, () => openConnection(from, server(), PORTS.echo)),
  )
  opened.push(...all)
  return byLine(all, ({ seen }) => seen.client)
}

function byLine<T>(all: readonly T[], clientOf: (one: T) => string): ByLine<T> {
  const on = (line: string): T[] => all.filter((one) => router.lab.lineOfAddress(clientOf(one)) === line)
  return { fiber: on('fiber'), dsl: on('dsl') }
}

const work = (connections: readonly Connection[]): Promise<unknown> =>
  Promise.all(connections.map((connection) => connection.exchange()))

async function areOver(connections: readonly Pick<Connection, 'ended'>[], why: string): Promise<void> {
  assert.ok(connections.length > 0)
  const ends = await Promise.all(connections.map(({ ended }) => ended))
  assert.deepEqual([...new Set(ends)], [why])
}

/** What becomes of packets of fiber's connections, and which lines take new ones. */
const steer = (lab: Lab, fiber: 'stay' | 'over', lines: readonly number[]): Promise<string> =>
  lab.must(ROUTER, ['nft', '-f', '-'], {
    input: `delete element inet multihomed pinned { ${FIBER.mark} }
add element inet multihomed pinned { ${FIBER.mark} : goto ${fiber}_1 }
flush map inet multihomed slots
add element inet multihomed slots { ${Array.from({ length: SLOTS }, (_, i) => `${i} : goto pick_${lines[i % lines.length]}`).join(', ')} }
`,
  })
const SLOTS = 240
/** `nf_conntrack_tcp_timeout_unacknowledged`: until then the entry lives that long at most. */
const UNACKNOWLEDGED_S = 300

/** As `/proc` lists them. */
const entries = async (lab: Lab): Promise<string[]> =>
  (await lab.must(ROUTER, ['cat', '/proc/net/nf_conntrack'])).split('\n')

const WEB_PORT = 7
const FORWARDED = { port: 8080 }

async function forwardPort(lab: Lab): Promise<void> {
  await (forwarding ??= lab
    .listen('client-1', 'echo', '10.0.0.11', WEB_PORT)
    .then(() =>
      lab.must(ROUTER, [
        'nft',
        `table ip forwardings { chain in { type nat hook prerouting priority dstnat; iifname "wan1" tcp dport ${FORWARDED.port} dnat to 10.0.0.11:${WEB_PORT}; }; }`,
      ]),
    ))
}
let forwarding: Promise<unknown> | undefined

/** How many connections a host has open at a port of its own. */
const openTo = async (lab: Lab, host: string, port: number): Promise<number> =>
  (await lab.must(host, ['ss', '-tnH', 'state', 'established', 'sport', '=', `:${port}`])).split('\n')
    .length - 1

const ENDINGS = 'endings.ts'
const tell = (): Promise<Endings> => thread.must(ENDINGS, 'tellStranded', FIBER, { own: true })
const forget = (which: Forgettable): Promise<number> =>
  thread.must(ENDINGS, 'forgetConnections', FIBER, which, { own: true })

/** A host in a network of its own behind another, which translates its address. */
async function hostBehind({ lab }: Box, host: string): Promise<Namespace & AsyncDisposable> {
  const name = `behind-${lab.host(host).name}`
  await mustRun(undefined, ['ip', 'netns', 'add', name])
  const namespace = openNamespace(name)
  await lab.must(host, ['ip', 'link', 'add', 'behind', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name])
  await lab.must(host, ['ip', '-batch', '-'], {
    input: 'address add 10.9.9.1/24 dev behind\nlink set behind up\n',
  })
  await mustRun(namespace, ['ip', '-batch', '-'], {
    input: 'address add 10.9.9.2/24 dev eth0\nlink set eth0 up\nroute add default via 10.9.9.1\n',
  })
  await lab.must(host, ['sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  await lab.must(host, [
    'nft',
    'table ip second { chain nat { type nat hook postrouting priority srcnat; oifname "eth0" masquerade; }; }',
  ])
  return {
    ...namespace,
    async [Symbol.asyncDispose]() {
      closeNamespace(namespace)
      await mustRun(undefined, ['ip', 'netns', 'del', name])
    },
  }
}

interface Waiting {
  /** What the server saw. */
  readonly client: string
  readonly ended: Promise<string | undefined>
}

/** A connection of a program that serves both families: its socket is one of IPv6. */
async function connectMapped(host: Namespace): Promise<Waiting> {
  const fd = inNamespace(host, () => libc.socket(AF_INET6, libc.SOCK.stream, 0))
  const adopted: ConstructorParameters<typeof Socket>[0] & { manualStart: true } = { fd, manualStart: true }
  const socket = new Socket(adopted)
  opened.push({ close: () => socket.destroy() })
  const ended = new Promise<string | undefined>((resolve) => {
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
    socket.on('close', () => resolve(undefined))
  })
  socket.connect({ host: `::ffff:${server()}`, port: PORTS.echo })
  const [greeting] = (await once(socket, 'data')) as [Buffer]
  return { client: (JSON.parse(greeting.toString()) as Seen).client, ended }
}

const AF_INET6 = 10
