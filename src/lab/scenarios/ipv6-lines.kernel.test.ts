import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { INTERNET, ROUTER } from '../index.ts'
import type { LabLine, SocketOptions } from '../index.ts'
import { box, NOTHING_IS_ENDED } from './box.ts'
import type { Wishes } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

const LINES = ['fiber', 'dsl'] as const
const LINE_2 = 0x0200_0000
const OF_DSL = '2001:db8:200::11'

describe('what lines do in IPv4 they do in IPv6', () => {
  const wishes: Wishes = {
    lines: { fiber: 3, dsl: 1 },
    affinity: 'connection',
    release: NOTHING_IS_ENDED,
  }
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'link-only' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    lan6: { ula: true, prefixesOf: ['dsl'] },
    clients: 4,
    // Who asks for no port of its own is spread by destination: with a few of them all might meet on one line.
    servers: 24,
    wishes,
  })
  const lineOf = (address: string): string | undefined => router.lab.lineOfAddress(address)
  const servers = (): readonly string[] => router.lab.topology.servers6
  const ipv6Of = ({ ipv6 }: LabLine) => ipv6 ?? assert.fail()
  const clients = (): string[] => router.lab.topology.clients.map(({ host }) => host)
  before(async () => {
    // Which address a host asks from is its own affair; here it is the one that no provider routes.
    for (const { host, addresses6 } of router.lab.topology.clients)
      for (const address of addresses6.slice(1))
        await router.lab.must(host, ['ip', 'address', 'change', address, 'dev', 'eth0', 'preferred_lft', '0'])
  })

  test('3:1 is what weights 3 and 1 get of 400 connections', async () => {
    const { failed, lines } = await router.lab.load({ connections: 400, servers: servers() })
    assert.equal(failed, 0)
    assert.ok(Math.abs((lines['fiber']?.connections ?? 0) - 300) <= 2, JSON.stringify(lines))
  })

  for (const affinity of ['pair', 'client'] as const)
    test(`affinity ${affinity}: who came by a line comes by it again, and not all by the same`, async () => {
      await router.apply({ ...wishes, affinity })
      const { records, failed, lines } = await router.lab.load({ connections: 160, servers: servers() })
      const linesOf = new Map<string, Set<string | undefined>>()
      for (const { client, server, outcome } of records) {
        const key = affinity === 'pair' ? `${client} ${server}` : client
        linesOf.set(key, (linesOf.get(key) ?? new Set()).add(outcome.ok ? outcome.line : undefined))
      }
      assert.equal(failed, 0)
      assert.deepEqual([...linesOf].filter(([, seen]) => seen.size !== 1), []) // prettier-ignore
      assert.ok(LINES.every((line) => (lines[line]?.connections ?? 0) > 0))
      await router.apply(wishes)
    })

  test('a connection stays on its line for life while weights, affinity and lines change', async () => {
    const flows = await openFlows(router.lab, [...clients(), ROUTER], 20, { family: 'ipv6' })
    for (const line of LINES) assert.ok(flowsOn(flows, line).length > 2, line)
    await router.apply({ ...wishes, lines: { fiber: 1, dsl: 239 } })
    await talkAll(flows)
    await router.apply({ ...wishes, affinity: 'client' })
    await talkAll(flows)
    await router.lab.unplug('dsl')
    await router.becomes('dsl', 'absent')
    await talkAll(flowsOn(flows, 'fiber'))
    await router.lab.replug('dsl')
    await router.becomes('dsl', 'up')
    await router.apply(wishes)
    await talkAll(flows)
  })

  test('a host with an address that one provider routes here leaves by that one, under its own address', async () => {
    const from = OF_DSL
    for (const server of servers()) {
      assert.equal((await router.lab.httpGet('client-1', server, { from })).client, from)
      assert.equal((await router.lab.askUdp('client-1', server, { from })).client, from)
    }
  })

  describe('what the internet asks for', () => {
    before(async () => {
      const { lab } = router
      for (const { address } of lab.topology.lines.map(ipv6Of)) {
        await lab.listen(ROUTER, 'echo', address, 8022)
        await lab.listen(ROUTER, 'udp-echo', address, 8053)
      }
      await lab.listen('client-1', 'echo', OF_DSL, 8022)
      await lab.listen('client-1', 'udp-echo', OF_DSL, 8053)
    })

    test('servers on the box, and one in the LAN with a routed address, answer by the line that was asked', async () => {
      const { lab } = router
      const asked = [...lab.topology.lines.map((line) => ipv6Of(line).address), OF_DSL]
      for (const address of asked)
        for (const from of servers()) {
          const connection = await lab.openConnection(INTERNET, address, { port: 8022, from })
          assert.equal(connection.seen.client, from)
          await connection.exchange()
          assert.equal((await lab.askUdp(INTERNET, address, { port: 8053, from })).client, from)
          const { answers, printed } = await lab.ping(INTERNET, address, { from })
          assert.equal(answers, 1, printed)
        }
    })
  })

  describe("the box's own traffic", () => {
    async function linesOf(options: SocketOptions): Promise<(string | undefined)[]> {
      const [server = ''] = servers()
      const tcp = await router.lab.httpGet(ROUTER, server, options)
      const udp = await router.lab.askUdp(ROUTER, server, options)
      return [lineOf(tcp.client), lineOf(udp.client)]
    }

    test('TCP and UDP that ask for nothing are spread', async () => {
      await router.apply({ ...wishes, lines: { fiber: 1, dsl: 1 } })
      const { failed, lines } = await router.lab.load({ connections: 100, clients: [ROUTER], servers: servers() }) // prettier-ignore
      assert.equal(failed, 0)
      // How evenly is chance, and a resilient group keeps the weights of before until its buckets are idle.
      for (const { connections } of Object.values(lines)) assert.ok(connections > 0, JSON.stringify(lines))
      const flows = await openFlows(router.lab, [ROUTER], 24, { family: 'ipv6' })
      for (const line of LINES) assert.ok(flowsOn(flows, line).length > 2, line)
      await talkAll(flows)
      await router.apply(wishes)
    })

    test("a socket bound to a line's address, to its device, or marked for it, uses that line", async () => {
      for (const line of router.lab.topology.lines) {
        assert.deepEqual(await linesOf({ from: ipv6Of(line).address }), [line.name, line.name])
        assert.deepEqual(await linesOf({ device: line.device }), [line.name, line.name])
      }
      assert.deepEqual(await linesOf({ mark: LINE_2 }), ['dsl', 'dsl'])
      assert.deepEqual(await linesOf({ mark: LINE_2, from: ipv6Of(router.lab.line('fiber')).address }), ['dsl', 'dsl']) // prettier-ignore
    })
  })
})
