import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import type { LabLine } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import { placeWitness } from './witness.ts'
import type { Witness } from './witness.ts'

describe('what the internet asks for', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, affinity: 'pair' },
  })
  const client = '10.0.0.11'
  /** Several askers: an answer that leaves by chance would be right for half of them. */
  const askers = (): readonly string[] => router.lab.topology.servers
  const everyWay = (): { line: LabLine; from: string }[] =>
    router.lab.topology.lines.flatMap((line) => askers().map((from) => ({ line, from })))

  before(async () => {
    const { lab } = router
    for (const { address } of lab.topology.lines) {
      await lab.listen(ROUTER, 'echo', address, 8022)
      await lab.listen(ROUTER, 'udp-echo', address, 8053)
    }
    await lab.listen(ROUTER, 'echo', LAN.router, 8081)
    await lab.listen(ROUTER, 'udp-echo', LAN.router, 8081)
    await lab.listen('client-1', 'echo', client, 80)
    await lab.listen('client-1', 'udp-echo', client, 80)
    // Port forwardings as an operator writes them.
    await lab.must(ROUTER, ['nft', '-f', '-'], {
      input: `table ip forwardings {
  chain in {
    type nat hook prerouting priority dstnat;
    iifname { "wan1", "wan2" } tcp dport 8080 dnat to ${client}:80
    iifname { "wan1", "wan2" } udp dport 8080 dnat to ${client}:80
    iifname { "wan1", "wan2" } udp dport 8079 dnat to ${client}:9
    iifname { "wan1", "wan2" } meta l4proto { tcp, udp } th dport 8081 dnat to ${LAN.router}
  }
}
`,
    })
  })

  /** TCP and UDP to a port of every line, from several places; connections stay open over each other. */
  async function assertReached(tcpPort: number, udpPort: number): Promise<void> {
    const { lab } = router
    await Promise.all(
      everyWay().map(async ({ line: { address }, from }) => {
        const connection = await lab.openConnection(INTERNET, address, { port: tcpPort, from })
        assert.equal(connection.seen.client, from)
        await connection.exchange()
        const seen = await lab.askUdp(INTERNET, address, { port: udpPort, from })
        assert.equal(seen.client, from)
      }),
    )
  }

  test("servers on the router answer by the line that was asked, at the asker's own address", () =>
    assertReached(8022, 8053))

  test('a server in the LAN behind a port forwarding answers on every line', () => assertReached(8080, 8080))

  test("a forwarding to the router's own LAN address answers on every line", () => assertReached(8081, 8081))

  test('flows: who asks for a server of the LAN is told on the line he asked, and not taken for a client', async () => {
    const { lab, client: daemon } = router
    const [line, asker] = [lab.line('dsl'), askers()[0] ?? assert.fail()]
    const connection = await lab.openConnection(INTERNET, line.address, { port: 8080, from: asker })
    const answer = await daemon.connections({ client, limit: 1000 })
    assert.ok(answer.ok)
    const told = answer.value.connections.find(
      (one) =>
        one.protocol === 'tcp' && one.state === 'open' && one.server.address === asker && one.line === 'dsl',
    )
    assert.deepEqual([told?.begun, told?.client, told?.seenAs], ['outside', { address: client, port: 80 }, { address: line.address, port: 8080 }]) // prettier-ignore
    await connection.exchange()
  })

  test('ping to every line is answered by that line', async () => {
    const pings = everyWay().map(({ line, from }) => router.lab.ping(INTERNET, line.address, { from }))
    for (const { answers, printed } of await Promise.all(pings)) assert.equal(answers, 1, printed)
  })

  describe('ICMP errors', () => {
    let heard: Witness
    before(async () => {
      heard = await placeWitness(router.lab, INTERNET, {
        hook: 'input',
        match: 'meta l4proto icmp icmp type { destination-unreachable, time-exceeded }',
        of: ['ip saddr', 'ip daddr', 'icmp type'],
      })
    })

    async function assertComplained(port: number, ttl: number, type: string): Promise<void> {
      await heard.forget()
      const expected = []
      for (const { line, from } of everyWay()) {
        await using socket = await openUdp(router.lab.host(INTERNET), { from })
        socket.on('error', () => {})
        socket.setTTL(ttl)
        socket.send('anybody there?', port, line.address)
        expected.push([line.address, from, type].join(' '))
        await eventually(
          () => heard.seen(),
          (seen) => seen.some((words) => words[0] === line.address && words[1] === from),
          { what: `ICMP from ${line.address} to ${from}`, timeoutMs: 1500 },
        )
      }
      const seen = (await heard.seen()).map((words) => words.join(' '))
      assert.deepEqual(new Set(seen), new Set(expected))
    }

    test('a closed port of the router is told by the line that was asked', () =>
      assertComplained(9999, 64, 'destination-unreachable'))

    test('a closed port behind a forwarding is told by the line that was asked', () =>
      assertComplained(8079, 64, 'destination-unreachable'))

    test('traceroute to a forwarded server shows the router at the address that was asked', () =>
      assertComplained(8080, 2, 'time-exceeded'))
  })

  test('a LAN client sees router, provider and target in its traceroute', async () => {
    const { lab } = router
    const [target = ''] = askers()
    const hop = async (ttl: number): Promise<string> =>
      lab.run('client-1', ['ping', '-n', '-c1', '-W1', `-t${ttl}`, target]).then(({ stdout }) => stdout)
    assert.match(await hop(1), new RegExp(`From ${LAN.router} .*Time to live exceeded`))
    assert.match(await hop(2), /From (198\.51\.100\.1|192\.0\.2\.1) .*Time to live exceeded/)
    assert.match(await hop(64), /1 received/)
  })

  test('a line that takes smaller packets tells the LAN client: large pages do not hang', async () => {
    const { lab } = router
    for (const { host, number } of lab.topology.lines) {
      await lab.must(host, ['ip', 'link', 'set', 'uplink', 'mtu', '1300'])
      await lab.must(INTERNET, ['ip', 'link', 'set', `uplink${number}`, 'mtu', '1300'])
    }
    for (const server of askers()) {
      const { stdout, stderr } = await lab.run('client-2', ['ping', '-n', '-c2', '-i0.2', '-W1', '-M', 'do', '-s1400', server]) // prettier-ignore
      assert.match(stdout + stderr, /mtu ?= ?1300/)
    }
  })

  test('nobody outside gets in with an address of the LAN', async () => {
    const { lab } = router
    const { host, address } = lab.line('fiber')
    const delivered = await placeWitness(lab, ROUTER, {
      hook: 'input',
      match: 'udp dport 8053',
      of: ['ip saddr'],
    })
    const arrived = await placeWitness(lab, ROUTER, {
      hook: 'prerouting',
      priority: -400,
      match: 'udp dport 8053',
      of: ['ip saddr'],
    })
    const [stranger, spoofed] = ['100.99.0.1', '10.0.0.99']
    for (const source of [spoofed, stranger]) {
      await lab.must(host, ['ip', 'address', 'add', `${source}/32`, 'dev', 'lo'])
      await using socket = await openUdp(lab.host(host), { from: source })
      socket.on('error', () => {})
      socket.send('hello', 8053, address)
      await eventually(() => arrived.seen(), (seen) => seen.flat().includes(source), { what: source }) // prettier-ignore
    }
    await eventually(() => delivered.seen(), (seen) => seen.length > 0, { what: 'the stranger is let in' }) // prettier-ignore
    assert.deepEqual(await delivered.seen(), [[stranger]])
  })
})
