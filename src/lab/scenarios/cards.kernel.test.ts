import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import type { LabLine, Sharing } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import { placeWitness } from './witness.ts'

const NAMES: Readonly<Record<Sharing, string>> = {
  card: 'two lines on one card, each with its network',
  'card-and-network': 'two lines on one card and in one network, each with an address of ours',
  'card-and-address': 'two lines on one card and in one network, with one address of ours for both',
  'address-and-gateway': 'two cards on which address and gateway are the same',
}

/**
 * In one network the kernel gives its first address to whoever asks for none, so that it says nothing of a wish.
 */
const BOUND: Readonly<Record<Sharing, readonly (readonly [from: string, line: string])[]>> = {
  card: [
    ['198.51.100.2', 'fiber'],
    ['192.0.2.2', 'dsl'],
  ],
  'card-and-network': [['198.51.100.3', 'dsl']],
  'card-and-address': [],
  'address-and-gateway': [],
}

const MARKS: Readonly<Record<string, number>> = { fiber: 0x0100_0000, dsl: 0x0200_0000 }

const markOf = (line: string): string => `0x${(MARKS[line] ?? 0).toString(16).padStart(8, '0')}`

for (const what of Object.keys(NAMES) as Sharing[])
  describe(NAMES[what], () => {
    const router = box({
      lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what } }],
      clients: 4,
      servers: 4,
      wishes: { lines: { fiber: 2, dsl: 1 } },
    })
    before(() => serve(router))

    test('connections of the LAN are spread by weight and stay on their line', async () => {
      const flows = await openFlows(router.lab, ['client-1', 'client-2', 'client-3', 'client-4'], 8)
      const { failed, lines } = await router.lab.load({ connections: 240 })
      assert.equal(failed, 0)
      assert.ok(Math.abs((lines['fiber']?.connections ?? 0) - 160) <= 2, JSON.stringify(lines))
      await talkAll(flows)
    })

    test('who asks from outside, over TCP or UDP, is answered by the line that was asked', () =>
      assertAnswered(router))

    test("the box's own connections are spread, and stay when the group of lines changes", async () => {
      const flows = await openFlows(router.lab, [ROUTER], 24)
      for (const line of ['fiber', 'dsl'])
        for (const kind of ['TCP', 'UDP'])
          assert.ok(flowsOn(flows, line).some(({ name }) => name.startsWith(kind)), `${kind} over ${line}`) // prettier-ignore
      await router.apply({ lines: { fiber: 1, dsl: 30 } })
      await talkAll(flows)
      await regroup(router)
      // Where every line has its address, an unbound UDP socket takes the other with the next packet, as on two cards.
      const kept = what === 'card' ? flows.filter(({ name }) => name.startsWith('TCP')) : flows
      await talkAll(kept)
      await router.apply({ lines: { fiber: 2, dsl: 1 } })
      await talkAll(kept)
    })

    test("the box's own connections are counted for the line they took", async () => {
      const took = await placeWitness(router.lab, ROUTER, {
        hook: 'postrouting',
        match: 'ip daddr 203.0.113.0/24',
        of: ['oifname', 'rt ip nexthop', 'ct mark'],
      })
      const { failed } = await router.lab.load({ connections: 40, clients: [ROUTER] })
      assert.equal(failed, 0)
      assert.deepEqual(
        new Set((await took.seen()).map((words) => words.join(' '))),
        new Set(
          router.lab.topology.lines.map(
            ({ device, gateway, name }) => `"${device}" ${gateway} ${markOf(name)}`,
          ),
        ),
      )
    })

    test("a socket bound to an address that is one line's alone uses that line", async () => {
      for (const [from, line] of BOUND[what])
        for (let i = 0; i < 6; i++) {
          const { client } = await router.lab.httpGet(ROUTER, '203.0.113.11', { from })
          assert.equal(router.lab.lineOfAddress(client), line)
        }
    })

    test('a socket that is marked for a line leaves by it, from its address, whatever it is bound to', async () => {
      const addresses = new Set(router.lab.topology.lines.map(({ address }) => address))
      for (const [line, mark] of Object.entries(MARKS))
        for (const from of [undefined, ...addresses]) {
          const options = { mark, ...(from !== undefined && { from }) }
          for (const seen of [
            await router.lab.httpGet(ROUTER, '203.0.113.10', options),
            await router.lab.askUdp(ROUTER, '203.0.113.10', options),
          ])
            assert.equal(router.lab.lineOfAddress(seen.client), line, `${line} from ${from}`)
        }
    })

    test('nobody outside gets in with an address of the LAN', () => assertForgeriesDropped(router))

    test('the pages of both gateways are reached from the LAN and from the box', async () => {
      // On two cards with one network only one of them can be.
      const gateways = new Set(router.lab.topology.lines.map(({ gateway }) => gateway))
      for (const host of ['client-1', 'client-2', ROUTER])
        for (const gateway of gateways)
          assert.equal((await router.lab.ping(host, gateway)).answers, 1, gateway)
    })

    test('a gateway of which nothing is heard any more takes nothing of the other line with it', async () => {
      const flows = await openFlows(router.lab, ['client-1', ROUTER], 12)
      await router.lab.blackhole('dsl')
      await talkAll(flowsOn(flows, 'fiber'))
      await router.lab.restore('dsl')
      await talkAll(flows)
    })

    test('the next start finds all of it as it should be', async () => {
      await router.daemon.stop()
      const plan = await router.lab.command(['plan', '--exit-code'])
      assert.deepEqual([plan.code, plan.stderr], [0, ''], plan.stdout)
      await router.start()
      await assertAnswered(router)
    })

    test('a line that is taken out of the file ends its own connections, the other goes on alone', async () => {
      const flows = await openFlows(router.lab, ['client-1', 'client-2', ROUTER], 18)
      await router.apply({ lines: { fiber: 1 } })
      await Promise.all(flowsOn(flows, 'dsl').map((flow) => assert.rejects(flow.talk(500), flow.name)))
      await talkAll(flowsOn(flows, 'fiber'))
      const { failed, lines } = await router.lab.load({ connections: 40 })
      assert.deepEqual([failed, lines['fiber']?.connections], [0, 40])
      await router.apply({ lines: { fiber: 2, dsl: 1 } })
      await serve(router, 'dsl')
      await assertAnswered(router)
      await talkAll(flowsOn(flows, 'fiber'))
    })
  })

describe('one card and two networks, with addresses that others give', () => {
  const router = box({
    lines: [
      { name: 'fiber', addressing: 'by-provider' },
      { name: 'dsl', addressing: 'by-provider', sharing: { with: 'fiber', what: 'card' } },
    ],
    clients: 2,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  before(() => serve(router))

  test('each line has the address beside its gateway, and everything works as with fixed ones', async () => {
    const { lines } = await router.status()
    assert.deepEqual(
      lines.map(({ name, address, gateway }) => [name, address, gateway]),
      router.lab.topology.lines.map(({ name, address, gateway }) => [name, address, gateway]),
    )
    assert.deepEqual(lines.map((line) => line.sharesInterfaceWith), [['dsl'], ['fiber']]) // prettier-ignore
    const { failed, lines: used } = await router.lab.load({ connections: 40 })
    assert.deepEqual([failed, used['fiber']?.connections], [0, 20])
    await assertAnswered(router)
    await talkAll(await openFlows(router.lab, [ROUTER], 8))
  })

  test('a second address of a line is kept by who is bound to it, and belongs to that line', async () => {
    const { lab } = router
    const second = '198.51.100.7'
    await lab.assignAddresses('fiber', [lab.line('fiber').address, second])
    await lab.must(ROUTER, ['ip', 'address', 'add', `${second}/28`, 'dev', 'wan1'])
    const translation = (): Promise<string> => lab.must(ROUTER, ['nft', 'list', 'chain', 'inet', 'multihomed', 'nat_1']) // prettier-ignore
    await eventually(translation, (rules) => rules.includes(second), { what: 'it is known' })
    for (let i = 0; i < 6; i++)
      assert.equal((await lab.httpGet(ROUTER, '203.0.113.11', { from: second })).client, second)
    assert.equal((await lab.ping(INTERNET, second, { from: '203.0.113.11' })).answers, 1)
  })

  test('the card goes and comes back: both lines are used again', async () => {
    await router.lab.unplug('fiber')
    await router.becomes('fiber', 'absent')
    await router.becomes('dsl', 'absent')
    await router.lab.replug('fiber')
    await router.becomes('fiber', 'up')
    await router.becomes('dsl', 'up')
    const { failed, lines } = await router.lab.load({ connections: 40 })
    assert.deepEqual([failed, lines['fiber']?.connections], [0, 20])
    await assertAnswered(router)
  })
})

describe('one card and one network, in which any gateway reaches any address', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what: 'card-and-network' } }],
    clients: 0,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })

  test('the address that was asked names the line, whichever gateway brought the packet', async () => {
    const { lab } = router
    const noted = await placeWitness(lab, ROUTER, { hook: 'input', match: 'udp dport 9', of: ['ip daddr', 'ct mark'] }) // prettier-ignore
    for (const { host, number } of lab.topology.lines) {
      const from = `100.99.0.${number}`
      await lab.must(host, ['ip', 'address', 'add', `${from}/32`, 'dev', 'lo'])
      await using socket = await openUdp(lab.host(host), { from })
      socket.on('error', () => {})
      for (const { address } of lab.topology.lines) socket.send('hello', 9, address)
      await eventually(() => noted.seen(), (seen) => seen.length === 2, { what: 'both' }) // prettier-ignore
      const expected = lab.topology.lines.map(({ address, name }) => `${address} ${markOf(name)}`)
      assert.deepEqual((await noted.seen()).map((words) => words.join(' ')).toSorted(), expected)
      await noted.forget()
    }
  })
})

/** Servers on the router, at the address of each line. */
async function serve(router: Box, ...names: readonly string[]): Promise<void> {
  const { lab } = router
  const lines = lab.topology.lines.filter(({ name }) => names.length === 0 || names.includes(name))
  for (const address of new Set(lines.map((line) => line.address))) {
    const ours = await lab.must(ROUTER, ['ss', '-Htln', 'src', address])
    if (ours.includes(':8022')) continue
    await lab.listen(ROUTER, 'echo', address, 8022)
    await lab.listen(ROUTER, 'udp-echo', address, 8053)
  }
}

/** Several askers: an answer that leaves by chance would be right for half of them. */
async function assertAnswered({ lab }: Box): Promise<void> {
  const ways = lab.topology.lines.flatMap((line) => lab.topology.servers.map((from) => ({ line, from })))
  await Promise.all(
    ways.map(async ({ line: { publicAddress }, from }) => {
      const connection = await lab.openConnection(INTERNET, publicAddress, { port: 8022, from })
      assert.equal(connection.seen.client, from)
      await connection.exchange()
      assert.equal((await lab.askUdp(INTERNET, publicAddress, { port: 8053, from })).client, from)
      connection.close()
    }),
  )
}

/** The group of the box's own connections is made anew, by whoever deletes it. */
async function regroup({ lab }: Box): Promise<void> {
  await lab.must(ROUTER, ['ip', 'nexthop', 'del', 'id', '222000'])
  await eventually(
    () => lab.must(ROUTER, ['ip', 'route', 'show', 'table', '222']),
    (routes) => routes.includes('default'),
    { what: 'the group is there again' },
  )
}

async function assertForgeriesDropped({ lab }: Box): Promise<void> {
  const match = 'udp dport 8053'
  const delivered = await placeWitness(lab, ROUTER, { hook: 'input', match, of: ['ip saddr'] })
  const arrived = await placeWitness(lab, ROUTER, {
    hook: 'prerouting',
    priority: -400,
    match,
    of: ['ip saddr'],
  })
  const forge = async ({ host, address }: LabLine, source: string): Promise<void> => {
    await lab.must(host, ['ip', 'address', 'replace', `${source}/32`, 'dev', 'lo'])
    await using socket = await openUdp(lab.host(host), { from: source })
    socket.on('error', () => {})
    socket.send('hello', 8053, address)
    await eventually(() => arrived.seen(), (seen) => seen.flat().includes(source), { what: source }) // prettier-ignore
  }
  for (const line of lab.topology.lines) {
    await forge(line, `10.0.0.${90 + line.number}`)
    await forge(line, `100.99.0.${line.number}`)
  }
  await eventually(() => delivered.seen(), (seen) => seen.length === 2, { what: 'strangers are let in' }) // prettier-ignore
  assert.deepEqual((await delivered.seen()).flat().toSorted(), ['100.99.0.1', '100.99.0.2'])
}
