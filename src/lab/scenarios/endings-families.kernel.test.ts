/** The families of a line fail separately, and so does what hangs on them end. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import type { Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import { after, afterEach, before, describe, test } from 'node:test'
import { array, integer, sample } from 'fast-check'
import * as libc from '../../kernel/ffi.ts'
import type { Endings, Forgettable, Stranded } from '../../kernel/port.ts'
import { parseAddress } from '../../model/index.ts'
import type { Family } from '../../model/index.ts'
import { eventually, inNamespace, INTERNET, LAN, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { plugIpv6, V6 } from './ipv6.ts'
import { openRouterThread } from './router-thread.ts'
import type { RouterThread } from './router-thread.ts'

const FAMILIES = ['ipv4', 'ipv6'] as const
const LINES = ['fiber', 'dsl'] as const
const MARKS = { fiber: 0x100_0000, dsl: 0x200_0000 } as const
const MASK = 0x3f00_0000
type Line = (typeof LINES)[number]

/** To which port somebody connects decides by which line. */
const PORT: Readonly<Record<Line, number>> = { fiber: 7001, dsl: 7002 }
/** A server by fiber that does not answer. */
const SILENT = 7003

const CLIENT = 'client-1'
let router: Box
let thread: RouterThread
const closing: (() => unknown)[] = []

describe('what hangs on one family of a line is ended', () => {
  router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 1,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  const servers: { close(): void }[] = []
  before(async () => {
    const { lab } = router
    await plugIpv6(lab)
    await router.daemon.kill()
    thread = openRouterThread(lab)
    // What is steered is steered here: by the port, without a way of its own for each line.
    await nft(lab, RULES)
    for (const family of FAMILIES)
      for (const line of LINES) servers.push(...(await serve(family, PORT[line])))
    await lab.must(INTERNET, [
      'nft',
      `table inet silent { chain in { type filter hook input priority 0; tcp dport ${SILENT} drop; }; }`,
    ])
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) close()
    await nft(router.lab, 'flush chain inet endings dead')
    for (const family of FAMILIES) await endConnections(family, 0, 0)
  })
  after(async () => {
    for (const server of servers) server.close()
    await thread.close()
  })

  for (const family of FAMILIES) {
    const other = family === 'ipv4' ? 'ipv6' : 'ipv4'
    const fiber = { family, mark: MARKS.fiber, mask: MASK, dev: 'wan1' }

    test(`${family}: who only waits is told, in the LAN and on the box; the other family and the other line notice nothing`, async () => {
      const { lab } = router
      const inLan = await connectAll(CLIENT, 5)
      const own = await connectAll(ROUTER, 3)
      const mapped = await connect(ROUTER, 'ipv4', PORT.fiber, 'ipv6')
      await nft(lab, `add rule inet endings dead meta nfproto ${family} reject with tcp reset`)
      assert.deepEqual(await thread.must<Endings>(ENDINGS, 'tellStranded', fiber, { own: true }), {
        told: 5,
        ended: family === 'ipv4' ? 4 : 3,
        left: 0,
      })
      await areOver(inLan[family].fiber, 'ECONNRESET')
      await areOver(own[family].fiber, 'ECONNABORTED')
      const others = [inLan, own].flatMap((all) => [
        ...all[family].dsl,
        ...all[other].fiber,
        ...all[other].dsl,
      ])
      await work(family === 'ipv4' ? others : [...others, mapped])
    })

    test(`${family}: forgotten, calls and questions of that family alone begin anew, and an attempt of the box ends`, async () => {
      const { lab } = router
      const tcp = await connectAll(CLIENT, 1)
      for (const each of FAMILIES) for (const line of LINES) await ask(each, PORT[line])
      const attempt = Promise.all(FAMILIES.map((each) => outcomeOf(ROUTER, each, SILENT)))
      await eventually(
        async () => (await entries(lab)).filter((entry) => entry.includes(`dport=${SILENT}`)),
        (found) => found.length === 2,
        { what: 'both attempts are sent' },
      )
      assert.equal(await forget(fiber, 'unanswered'), 1)
      assert.equal(await forget(fiber, 'fleeting'), 1)
      const left = await entries(lab)
      assert.deepEqual(
        left
          .filter((entry) => / udp .*dport=700/.test(entry))
          .map(classOf)
          .toSorted(),
        [`${family} dsl`, `${other} fiber`, `${other} dsl`].toSorted(),
      )
      assert.deepEqual(left.filter((entry) => entry.includes(`dport=${SILENT}`)).map(familyOf), [other])
      await forget({ ...fiber, family: other }, 'unanswered')
      assert.deepEqual(await attempt, ['ECONNABORTED', 'ECONNABORTED'])
      await work(FAMILIES.flatMap((each) => LINES.flatMap((line) => tcp[each][line])))
    })

    test(`${family}: moved from a line that works, only that family begins anew`, async () => {
      const { lab } = router
      const inLan = await connectAll(CLIENT, 3)
      const own = await connectAll(ROUTER, 2)
      assert.deepEqual(await thread.must<Endings>(ENDINGS, 'endFlows', fiber, { own: true }), {
        told: 3,
        ended: 2,
        left: 0,
      })
      await areOver(own[family].fiber, 'ECONNABORTED')
      await work([inLan, own].flatMap((all) => [...all[family].dsl, ...all[other].fiber, ...all[other].dsl]))
      // Each was made to send something, by which it came back to connection tracking; what we said did not.
      const back = (await entries(lab)).filter((entry) => classOf(entry) === `${family} fiber`)
      const began = back.map((entry) => parseAddress(/src=(\S+)/.exec(entry)?.[1] ?? '')?.address)
      assert.equal(began.filter((address) => address === HOST[family].client).length, 3)
      assert.ok(!began.includes(HOST[family].server))
    })
  }

  test('however many there are of each kind: each is listed once, where it belongs, and what is deleted is what was meant', async () => {
    const [counts = []] = sample(array(integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 4 }), 1)
    const kinds = FAMILIES.flatMap((family) => LINES.map((line) => ({ family, line })))
    const opened = await Promise.all(
      kinds.map(({ family, line }, i) =>
        Promise.all(Array.from({ length: counts[i] ?? 0 }, () => connect(CLIENT, family, PORT[line]))),
      ),
    )
    const listed = async (family: Family, line: Line): Promise<string[]> => {
      const of = { family, mark: MARKS[line], mask: MASK }
      const stranded = await thread.must<Stranded[]>(ENDINGS, 'strandedConnections', of)
      return stranded.map(({ original: { from, to } }) => `${from.address} ${from.port} ${to.address} ${to.port}`)
    } // prettier-ignore
    for (const [i, { family, line }] of kinds.entries()) {
      const wanted = (opened[i] ?? []).map(({ localPort }) => `${HOST[family].client} ${localPort} ${HOST[family].server} ${PORT[line]}`) // prettier-ignore
      assert.deepEqual((await listed(family, line)).toSorted(), wanted.toSorted(), `${family} ${line}`)
    }
    const [a = 0, b = 0, c = 0, d = 0] = counts
    assert.deepEqual(await open(), [a + c, b + d])
    await endConnections('ipv6', MARKS.dsl, MASK)
    assert.deepEqual(await open(), [a + c, b])
    await endConnections('ipv4', MARKS.fiber, MASK)
    assert.deepEqual(await open(), [c, b])
  })
})

const HOST = {
  ipv4: { client: '10.0.0.11', server: '203.0.113.10' },
  ipv6: V6,
} as const

/** `V6.server` */
const SERVER6 = '20010db8000f00000000000000000010'

const RULES = `
delete table inet multihomed
table inet endings {
  chain lines { ct state new th dport { ${PORT.fiber}, ${SILENT} } ct mark set ${MARKS.fiber}; ct state new th dport ${PORT.dsl} ct mark set ${MARKS.dsl}; }
  chain dead { }
  chain prerouting { type filter hook prerouting priority mangle; jump lines; iifname "${LAN.device}" ct mark ${MARKS.fiber} meta l4proto tcp jump dead; }
  chain output { type filter hook output priority mangle; jump lines; }
  chain bogus { type filter hook output priority raw; meta mark & 0x40000000 != 0 notrack; }
  chain nat { type nat hook postrouting priority srcnat; meta nfproto ipv4 oifname "wan*" masquerade; }
}
`
const nft = (lab: Lab, text: string): Promise<string> =>
  lab.must(ROUTER, ['nft', '-f', '-'], { input: `${text}\n` })

const ENDINGS = 'endings.ts'
const forget = (of: object, which: Forgettable): Promise<number> =>
  thread.must(ENDINGS, 'forgetConnections', of, which, { own: true })
const endConnections = (family: Family, mark: number, mask: number): Promise<void> =>
  thread.must('conntrack.ts', 'endConnections', { family, mark, mask })

/** How many each line carries, of both families. */
async function open(): Promise<number[]> {
  const counts = await thread.call<ReadonlyMap<number, number>>('conntrack.ts', 'openConnections', MASK)
  return LINES.map((line) => counts.get(MARKS[line]) ?? 0)
}

/** As `/proc` lists them. */
const entries = async (lab: Lab): Promise<string[]> =>
  (await lab.must(ROUTER, ['cat', '/proc/net/nf_conntrack'])).split('\n')
const familyOf = (entry: string): string => entry.split(/\s+/, 1)[0] ?? ''
const classOf = (entry: string): string =>
  `${familyOf(entry)} ${LINES.find((line) => entry.includes(`mark=${MARKS[line]} `))}`

function socketOf(host: string, family: Family, type: number): number {
  return inNamespace(router.lab.host(host), () => libc.socket(AF[family], type, 0))
}
const AF = { ipv4: libc.AF.inet, ipv6: libc.AF.inet6 } as const

/** Answers whatever it is told, by TCP and by UDP. */
async function serve(family: Family, port: number): Promise<{ close(): void }[]> {
  const address =
    family === 'ipv4'
      ? libc.socketAddress4(HOST.ipv4.server, port)
      : libc.socketAddress6(Buffer.from(SERVER6, 'hex'), port)
  const [stream, datagrams] = [libc.SOCK.stream, libc.SOCK.dgram].map((type) => {
    const fd = socketOf(INTERNET, family, type)
    libc.bind(fd, address)
    return fd
  })
  assert.ok(stream !== undefined && datagrams !== undefined)
  libc.listen(stream, 128)
  const tcp = createServer((socket) =>
    socket
      .on('error', () => {})
      .unref()
      .pipe(socket),
  )
  tcp.listen({ fd: stream })
  await once(tcp, 'listening')
  const udp = await adopted(family, datagrams)
  udp.on('message', (text, from) => udp.send(text, from.port, from.address))
  return [tcp, udp]
}

interface Open {
  readonly localPort: number
  exchange(): Promise<void>
  readonly ended: Promise<string | undefined>
}

function begin(host: string, family: Family, port: number, kind: Family = family): Socket {
  const fd = socketOf(host, kind, libc.SOCK.stream)
  const adopted: ConstructorParameters<typeof Socket>[0] & { manualStart: true } = { fd, manualStart: true }
  const socket = new Socket(adopted)
  closing.push(() => socket.destroy())
  const to = HOST[family].server
  return socket.connect({ host: kind === family ? to : `::ffff:${to}`, port })
}

/** @param kind of the socket: one of IPv6 serves both families */
async function connect(host: string, family: Family, port: number, kind?: Family): Promise<Open> {
  const socket = begin(host, family, port, kind)
  const ended = new Promise<string | undefined>((resolve) => {
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
    socket.on('close', () => resolve(undefined))
  })
  await once(socket, 'connect')
  const exchange = async (): Promise<void> => {
    const heard = once(socket, 'data')
    socket.write('hello')
    await heard
  }
  await exchange()
  return { localPort: socket.localPort ?? assert.fail(), exchange, ended }
}

type Opened = Readonly<Record<Family, Readonly<Record<Line, readonly Open[]>>>>

async function connectAll(host: string, howMany: number): Promise<Opened> {
  const some = (family: Family, line: Line): Promise<Open[]> =>
    Promise.all(Array.from({ length: howMany }, () => connect(host, family, PORT[line])))
  const both = async (family: Family): Promise<Record<Line, Open[]>> => ({
    fiber: await some(family, 'fiber'),
    dsl: await some(family, 'dsl'),
  })
  return { ipv4: await both('ipv4'), ipv6: await both('ipv6') }
}

const work = (connections: readonly Open[]): Promise<unknown> =>
  Promise.all(connections.map((connection) => connection.exchange()))

async function areOver(connections: readonly Open[], why: string): Promise<void> {
  assert.ok(connections.length > 0)
  const ends = await Promise.all(connections.map(({ ended }) => ended))
  assert.deepEqual([...new Set(ends)], [why])
}

async function outcomeOf(host: string, family: Family, port: number): Promise<string | undefined> {
  const socket = begin(host, family, port)
  return new Promise((resolve) => {
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
    socket.on('connect', () => resolve('connected'))
  })
}

/** By UDP, until it is answered. */
async function ask(family: Family, port: number): Promise<void> {
  const fd = socketOf(CLIENT, family, libc.SOCK.dgram)
  libc.bind(fd, family === 'ipv4' ? libc.socketAddress4('0.0.0.0', 0) : libc.socketAddress6(Buffer.alloc(16), 0)) // prettier-ignore
  const socket = await adopted(family, fd)
  closing.push(() => socket.close())
  const answered = once(socket, 'message')
  socket.send('hello', port, HOST[family].server)
  await answered
}

async function adopted(family: Family, fd: number): Promise<UdpSocket> {
  const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6')
  await new Promise<void>((resolve) => socket.bind({ fd }, resolve))
  return socket
}
