import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { createLab, eventually, INTERNET, PORTS, ROUTER } from './index.ts'
import type { Lab, LineOptions } from './index.ts'
import { listenTcp, openTcp, openUdp } from './sockets.ts'

const SERVER = '203.0.113.10'

const createFiberLab = (options: Partial<LineOptions> = {}): Promise<Lab> =>
  createLab({ lines: [{ name: 'fiber', addressing: 'by-provider', ...options }], clients: 0, servers: 2 })

/** The best of three: what else this machine does makes the others longer. */
async function roundTripMs(lab: Lab): Promise<number> {
  const tookMs: number[] = []
  while (tookMs.length < 3) {
    const beganAt = performance.now()
    await lab.askUdp(ROUTER, SERVER, { timeoutMs: 10_000 })
    tookMs.push(performance.now() - beganAt)
  }
  return Math.min(...tookMs)
}

async function gatewayMs(lab: Lab): Promise<number> {
  const { printed } = await lab.ping(ROUTER, lab.line('fiber').gateway, { count: 3 })
  return Number(/= ([\d.]+)\//.exec(printed)?.[1])
}

function assertAbout(actualMs: number, expectedMs: number): void {
  assert.ok(actualMs >= expectedMs - 1 && actualMs < expectedMs + 100, `${actualMs} ms, not ${expectedMs} ms`)
}

test('a distant line: the internet is far, the gateway near; a delay comes on top and goes again', async () => {
  await using lab = await createFiberLab({ delayMs: 25 })
  assertAbout(await roundTripMs(lab), 50)
  assertAbout(await gatewayMs(lab), 0)
  {
    await using _ = await lab.inflict('fiber', { kind: 'delay', ms: 200 })
    assertAbout(await roundTripMs(lab), 450)
  }
  await eventually(
    () => roundTripMs(lab),
    (ms) => ms < 250,
    { what: 'the line is as distant as before' },
  )
})

test('a delay that is mended leaves nothing behind: what was on its way arrives, the rest is as quick as ever', async () => {
  await using lab = await createFiberLab()
  const connection = await lab.openConnection(ROUTER, SERVER)
  const delay = await lab.inflict('fiber', { kind: 'delay', ms: 300 })
  const exchange = connection.exchange(5000)
  await delay.mend()
  await exchange
  assertAbout(await roundTripMs(lab), 0)
  assert.equal(await lab.run(INTERNET, ['nft', 'list', 'tables']).then(({ stdout }) => stdout), '')
})

test('a delayed line that dies takes with it what was on its way, and works again when that is mended alone', async () => {
  await using lab = await createFiberLab()
  await using _ = await lab.inflict('fiber', { kind: 'delay', ms: 50 })
  const gone = await lab.inflict('fiber', { kind: 'internet-gone' })
  assert.equal((await lab.ping(ROUTER, SERVER, { timeoutMs: 500 })).answers, 0)
  await gone.mend()
  assertAbout(await roundTripMs(lab), 100)
})

// They wait for seconds, each in a lab of its own.
describe('a queue', { concurrency: true }, () => {
  for (const way of ['up', 'down'] as const)
    test(`a queue of two seconds stands and stays (${way}): all comes through, two seconds late, until it is mended`, async () => {
      await using lab = await createFiberLab({ upBitsPerSecond: 50e6 })
      {
        await using _ = await lab.inflict('fiber', { kind: 'saturation', queueMs: 2000, way })
        const ms = await roundTripMs(lab)
        assert.ok(ms > 1500 && ms < 3000, `${ms} ms`)
        assertAbout(await gatewayMs(lab), 0)
      }
      assertAbout(await roundTripMs(lab), 0)
      assert.match(
        await lab.must('isp-fiber', ['tc', 'qdisc', 'show', 'dev', 'uplink', 'root']),
        /rate 50Mbit/,
      )
    })

  test('a queue that is mended gives out what stood in it', async () => {
    await using lab = await createFiberLab()
    const queue = await lab.inflict('fiber', { kind: 'saturation', queueMs: 30_000 })
    const answer = lab.askUdp(ROUTER, SERVER, { timeoutMs: 20_000 })
    await lab.ping(ROUTER, lab.line('fiber').gateway) // by then the question stands in the queue
    await queue.mend()
    await answer
  })

  test('a queue that stands is filled again after the provider was dead for a while', async () => {
    await using lab = await createFiberLab()
    await using _ = await lab.inflict('fiber', { kind: 'saturation', queueMs: 500, way: 'down' })
    const dead = await lab.inflict('fiber', { kind: 'gateway-gone' })
    const uplink = lab.line('fiber').uplink.internetDevice
    const backlog = (): Promise<string> =>
      lab.must(INTERNET, ['tc', '-s', 'qdisc', 'show', 'dev', uplink, 'root'])
    await eventually(backlog, (shown) => / backlog 0b /.test(shown), { what: 'what stood is lost' })
    await dead.mend()
    await eventually(
      () => roundTripMs(lab),
      (ms) => ms > 400,
      { what: 'the queue stands again', timeoutMs: 10_000 },
    )
  })
})

test('datagrams come out in the order in which they went in', async (t) => {
  await using lab = await createFiberLab({ delayMs: 20 })
  const socket = await openUdp(lab.host(ROUTER))
  t.after(() => socket.close())
  const order: number[] = []
  socket.on('message', (message) => {
    const { text } = JSON.parse(message.toString()) as { text: string }
    order.push(Number(text))
  })
  const LAST = 500
  for (let i = 1; i <= LAST; i++) {
    socket.send(String(i), PORTS['udp-echo'], SERVER)
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  // A busy machine may lose some of them, the last one too; what comes at all comes in order.
  await eventually(
    () => {
      socket.send(String(LAST), PORTS['udp-echo'], SERVER)
      return order.at(-1)
    },
    (last) => last === LAST,
    { what: 'the last one is back', timeoutMs: 20_000 },
  )
  assert.ok(order.length > LAST / 2, `${order.length} of ${LAST}`)
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
})

test('a distant line still carries a big download, as full packets and checksums go through whole', async (t) => {
  await using lab = await createFiberLab({ delayMs: 20 })
  const bytes = Buffer.alloc(20_000_000, 'multihome')
  const server = createServer((socket) => socket.end(bytes))
  server.listen({ fd: listenTcp(lab.host(INTERNET), SERVER, 5000) })
  await once(server, 'listening')
  const socket = openTcp(lab.host(ROUTER))
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  const beganAt = performance.now()
  socket.connect({ host: SERVER, port: 5000 })
  await once(socket, 'close')
  const tookMs = performance.now() - beganAt
  server.close()
  t.diagnostic(`${((bytes.length * 8) / tookMs / 1000).toFixed(0)} Mbit/s`)
  assert.ok(Buffer.concat(pieces).equals(bytes))
})
