import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenConnection } from '../kernel/index.ts'
import { ConnectionsGathering, type ConnectionsQuestion, type ConnectionsReport } from './connections.ts'

const LINES = new Map([
  [1, { name: 'fiber' }],
  [2, { name: 'dsl' }],
  [3, {}],
])
const scene = { lineOf: (mark: number) => LINES.get(mark), own: new Set(['198.51.100.2', '10.0.0.1']) }

const tcp = (rest: Partial<OpenConnection>): OpenConnection => ({
  id: 1,
  mark: 1,
  family: 'ipv4',
  protocol: 'tcp',
  state: 'open',
  ends: {
    original: { from: { address: '10.0.0.7', port: 40_000 }, to: { address: '203.0.113.1', port: 443 } },
    reply: { from: { address: '203.0.113.1', port: 443 }, to: { address: '198.51.100.2', port: 40_000 } },
  },
  bytes: { original: 10, reply: 20 },
  ...rest,
})

/** Somebody's connection to a server outside. */
const from = (address: string, mark = 1, port = 40_000): OpenConnection => {
  const { ends } = tcp({})
  return tcp({ mark, ends: { ...ends, original: { ...ends.original, from: { address, port } } } })
}

function gathered(
  pieces: readonly OpenConnection[][],
  question: Partial<ConnectionsQuestion> = {},
): ConnectionsReport {
  const gathering = new ConnectionsGathering({ limit: 100, ...question }, scene)
  for (const piece of pieces) gathering.add(piece)
  return gathering.report()
}

test('who has how many on which line, the busiest first', () => {
  const { open, clients } = gathered([
    [from('10.0.0.7'), from('10.0.0.8', 2)],
    [from('10.0.0.8', 1), from('10.0.0.8', 2), from('10.0.0.9', 3)],
  ])
  assert.equal(open, 5)
  assert.deepEqual(
    clients.map(({ address, open: ofClient, lines }) => [address, ofClient, Object.fromEntries([...lines].map(([line, { open: there }]) => [line, there]))]), // prettier-ignore
    [
      ['10.0.0.8', 3, { dsl: 2, fiber: 1 }],
      ['10.0.0.7', 1, { fiber: 1 }],
      ['10.0.0.9', 1, {}],
    ],
  )
})

test('what is closing is counted apart, and comes behind all that lives', () => {
  const closing = (address: string): OpenConnection => ({ ...from(address, 2), state: 'closing' })
  const {
    open,
    closing: ofThem,
    clients,
    connections,
  } = gathered([
    [
      closing('10.0.0.7'),
      closing('10.0.0.6'),
      closing('10.0.0.6'),
      from('10.0.0.8', 1),
      from('10.0.0.7', 2, 50_000),
    ],
  ])
  assert.deepEqual([open, ofThem], [5, 3])
  assert.deepEqual(
    clients.map(({ address, open: all, closing: over, lines }) => [address, { open: all, closing: over }, Object.fromEntries(lines)]), // prettier-ignore
    [
      ['10.0.0.7', { open: 2, closing: 1 }, { dsl: { open: 2, closing: 1 } }],
      ['10.0.0.8', { open: 1, closing: 0 }, { fiber: { open: 1, closing: 0 } }],
      ['10.0.0.6', { open: 2, closing: 2 }, { dsl: { open: 2, closing: 2 } }],
    ],
  )
  assert.deepEqual(
    connections.map(({ state, client }) => `${state} ${client?.address}`),
    ['open 10.0.0.7', 'open 10.0.0.8', 'closing 10.0.0.6', 'closing 10.0.0.6', 'closing 10.0.0.7'],
  )
})

test('our own probes and what no line of ours carries are not counted', () => {
  assert.equal(gathered([[from('10.0.0.7', 0), from('10.0.0.7', 9)]]).open, 0)
})

test('a connection to a server outside is seen as the line is, with the bytes as the client counts them', () => {
  assert.deepEqual(gathered([[tcp({})]]).connections, [
    {
      family: 'ipv4',
      protocol: 'tcp',
      state: 'open',
      line: 'fiber',
      client: { address: '10.0.0.7', port: 40_000 },
      server: { address: '203.0.113.1', port: 443 },
      begun: 'inside',
      seenAs: { address: '198.51.100.2', port: 40_000 },
      bytes: { sent: 10, received: 20 },
    },
  ])
})

test('one that somebody outside began is told from our side: our server, his bytes received', () => {
  const visitor = { address: '203.0.113.9', port: 5000 }
  const [connection] = gathered([
    [
      tcp({
        ends: {
          original: { from: visitor, to: { address: '198.51.100.2', port: 443 } },
          reply: { from: { address: '10.0.0.5', port: 8443 }, to: visitor },
        },
      }),
    ],
  ]).connections
  assert.deepEqual(
    [connection?.begun, connection?.client, connection?.server, connection?.seenAs, connection?.bytes],
    ['outside', { address: '10.0.0.5', port: 8443 }, visitor, { address: '198.51.100.2', port: 443 }, { sent: 20, received: 10 }], // prettier-ignore
  )
})

test("the box's own connections have no client, and are found by its addresses", () => {
  const own = from('198.51.100.2')
  assert.ok(!('client' in (gathered([[own]]).connections[0] ?? {})))
  assert.equal(gathered([[own, from('10.0.0.7')]], { client: '198.51.100.2' }).open, 1)
})

test('only one line, only one client', () => {
  const all = [[from('10.0.0.7', 1), from('10.0.0.7', 2), from('10.0.0.8', 2)]]
  assert.equal(gathered(all, { line: 'dsl' }).open, 2)
  assert.equal(gathered(all, { line: 'dsl', client: '10.0.0.7' }).open, 1)
})

test('page by page everybody comes once, in whatever order the kernel tells them, and however many there are', () => {
  const ports = Array.from({ length: 57 }, (_, i) => 40_000 + ((i * 31) % 57))
  const pieces = [ports.slice(0, 20), ports.slice(20, 21), ports.slice(21)].map((piece) =>
    piece.map((port) => from('10.0.0.7', 1, port)),
  )
  const seen: (number | undefined)[] = []
  let after: string | undefined
  do {
    const page = gathered(pieces, { limit: 5, ...(after !== undefined && { after }) })
    assert.ok(page.connections.length <= 5)
    assert.equal(page.open, 57, 'the counts are of all')
    seen.push(...page.connections.map(({ client }) => client?.port))
    after = page.next
    pieces.reverse()
  } while (after !== undefined)
  assert.equal(seen.length, ports.length)
  assert.deepEqual(new Set(seen), new Set(ports))
})

test('whoever follows the traffic is told the client, the number and the bytes of each connection', () => {
  const seen: unknown[] = []
  const walk = { add: (...one: unknown[]) => void seen.push(one), end: () => undefined }
  const gathering = new ConnectionsGathering({ limit: 0 }, scene, walk)
  gathering.add([
    { ...from('10.0.0.7'), id: 7 },
    { ...from('198.51.100.2'), id: 8 },
    tcp({ bytes: undefined }),
  ])
  assert.deepEqual(seen, [
    ['10.0.0.7', 7, 30],
    ['', 8, 30],
    ['10.0.0.7', 1, undefined],
  ])
  assert.deepEqual(
    gathering.report(new Map([['10.0.0.7', 800]])).clients.map(({ bitsPerSecond }) => bitsPerSecond),
    [800, undefined],
  )
})
