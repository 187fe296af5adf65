import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'
import { ip } from './tunnel.ts'

const SERVER = '10.0.0.11'
const ASKER = '203.0.113.10'

const wishes: Wishes = {
  lines: { fiber: 1, dsl: 1, lte: 1 },
  health: { rise: '0s' },
  forward: [
    { port: 'tcp/443', to: `${SERVER}:7` },
    { line: ['fiber', 'lte'], port: 'udp/51820', to: `${SERVER}:7` },
    { line: 'dsl', port: 'udp/51820', to: `${SERVER}:7` },
    { line: 'dsl', port: ['tcp/8000-8002', 'udp/8000-8002'], to: `${SERVER}:9000-9002` },
    { line: 'dsl', port: 'tcp/8100-8110', to: `${SERVER}:7` },
    { line: 'dsl', port: 'tcp/7', to: SERVER },
  ],
}
const dropping: Wishes = { ...wishes, firewall: { inbound: 'drop', open: ['tcp/22'] } }

describe('ports of lines that lead to a server in the LAN', () => {
  const router = box({
    lines: [
      { name: 'fiber', addressing: 'by-provider' },
      { name: 'dsl' },
      { name: 'lte', sharing: { with: 'dsl', what: 'card-and-network' } },
    ],
    clients: 2,
    wishes,
  })
  const addressOf = (line: string): string => router.lab.line(line).address
  const addresses = (): string[] => router.lab.topology.lines.map(({ address }) => address)

  before(async () => {
    const { lab } = router
    for (const port of [7, 9000, 9001, 9002]) {
      await lab.listen('client-1', 'echo', SERVER, port)
      await lab.listen('client-1', 'udp-echo', SERVER, port)
    }
    await router.knows('fiber', 'dsl', 'lte')
  })

  const open = (to: string, port: number, from = ASKER, host = INTERNET) =>
    router.lab.openConnection(host, to, { port, from, timeoutMs: 2000 })

  test('who asks several lines for one server at once, from one port, is answered by each at the address it asked', async () => {
    const { lab } = router
    const connections = await Promise.all(
      addresses().map((to) => lab.openConnection(INTERNET, to, { port: 443, from: ASKER, fromPort: 4433 })),
    )
    for (const { seen } of connections) assert.equal(seen.client, ASKER, 'the server sees who asks')
    await Promise.all(connections.map((connection) => connection.exchange()))
    for (const connection of connections) connection.close()

    await using socket = await openUdp(lab.host(INTERNET), { from: ASKER, fromPort: 4434 })
    const answers = new Map<string, number>()
    socket.on('message', (_, { address }) => answers.set(address, (answers.get(address) ?? 0) + 1))
    for (const wanted of [1, 2]) {
      for (const to of addresses()) socket.send('anybody there?', 51_820, to)
      await eventually(
        () => addresses().map((address) => answers.get(address)),
        (counts) => counts.every((count) => count === wanted),
        { what: `answer ${wanted} from every address` },
      )
    }
  })

  test('a range keeps its order at other ports, or leads to one port', async () => {
    const to = addressOf('dsl')
    for (const port of [8000, 8001, 8002]) {
      assert.equal((await open(to, port)).seen.serverPort, port + 1000)
      assert.equal((await router.lab.askUdp(INTERNET, to, { port, from: ASKER })).serverPort, port + 1000)
    }
    for (const port of [8100, 8110]) assert.equal((await open(to, port)).seen.serverPort, 7)
    await assert.rejects(open(to, 8003), { code: 'ECONNREFUSED' })
  })

  test('what is forwarded on one line is none of the others', async () => {
    for (const line of ['fiber', 'lte']) await assert.rejects(open(addressOf(line), 7), { code: 'ECONNREFUSED' }) // prettier-ignore
    await (await open(addressOf('dsl'), 7)).exchange()
  })

  test('the LAN, the server itself and this box reach it at the public address too', async () => {
    const { lab } = router
    for (const host of ['client-2', 'client-1', ROUTER])
      for (const to of addresses()) {
        const connection = await lab.openConnection(host, to, { port: 443, timeoutMs: 2000 })
        await connection.exchange()
        assert.equal(connection.seen.client, LAN.router, `${host} at ${to}`)
        assert.equal((await lab.askUdp(host, to, { port: 51_820 })).server, SERVER)
      }
    await assert.rejects(open(addressOf('fiber'), 7, '10.0.0.12', 'client-2'), { code: 'ECONNREFUSED' })
    assert.equal((await lab.httpGet('client-2', ASKER)).server, ASKER, 'the same port elsewhere is not ours')
  })

  test('what one line brought stays there when another dies, and ends with its own', async () => {
    const { lab } = router
    const [fiber, dsl] = [await open(addressOf('fiber'), 443), await open(addressOf('dsl'), 443)]
    await lab.cut('fiber')
    await router.becomes('fiber', 'down')
    await dsl.exchange()
    // A cable that is back sooner ends nothing.
    await eventually(
      async () => (await router.status()).lines[0]?.released,
      (released) => released !== undefined,
      { what: 'those on fiber are told' },
    )
    await lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await dsl.exchange()
    await assert.rejects(fiber.exchange())
    assert.equal(await fiber.ended, 'ECONNRESET')
    await (await open(addressOf('fiber'), 443)).exchange()
  })

  test('inbound: drop lets in what is forwarded, and nothing else', async () => {
    await router.apply(dropping)
    for (const to of addresses()) await (await open(to, 443)).exchange()
    assert.equal((await open(addressOf('dsl'), 8002)).seen.serverPort, 9002)
    await assert.rejects(
      router.lab.openConnection(INTERNET, addressOf('fiber'), { port: 7, from: ASKER, timeoutMs: 300 }),
    )
    await (await open(addressOf('dsl'), 443, '10.0.0.12', 'client-2')).exchange()
  })

  test('an address that changes is followed, from outside and from inside', async () => {
    const { lab } = router
    await lab.assignAddresses('fiber', ['198.51.100.9'])
    await ip(
      lab,
      'address add 198.51.100.9/28 dev wan1',
      'route change default via 198.51.100.1 dev wan1 proto dhcp metric 100 src 198.51.100.9',
      'address del 198.51.100.2/28 dev wan1',
    )
    await eventually(
      async () => (await router.status()).lines[0]?.address,
      (address) => address === '198.51.100.9',
      { what: 'fiber has its new address' },
    )
    await (await open('198.51.100.9', 443)).exchange()
    for (const host of ['client-2', ROUTER]) {
      const connection = await lab.openConnection(host, '198.51.100.9', { port: 443 })
      assert.equal(connection.seen.server, SERVER)
    }
  })

  test('one that is taken out ends nothing that is open, and brings nothing new; of the last nothing is left', async () => {
    const tables = (): Promise<string> =>
      router.lab.must(ROUTER, ['nft', 'list', 'table', 'inet', 'multihomed'])
    const opened = await open(addressOf('dsl'), 443)
    const [, ...others] = wishes.forward ?? []
    const { groups } = await router.apply({ ...wishes, forward: others })
    assert.match(groups.map(({ effect }) => effect).join(), /what is led to servers/)
    await assert.rejects(open(addressOf('dsl'), 443), { code: 'ECONNREFUSED' })
    await (await open(addressOf('dsl'), 7)).exchange()
    await opened.exchange()
    await router.apply({ ...wishes, forward: [] })
    await assert.rejects(open(addressOf('dsl'), 7), { code: 'ECONNREFUSED' })
    await opened.exchange()
    assert.doesNotMatch(await tables(), /forwards|dstnat|hairpin|shift_|public4/)
  })
})
