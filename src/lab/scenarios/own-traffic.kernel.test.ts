import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ROUTER } from '../index.ts'
import type { SocketOptions } from '../index.ts'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

/** A line that a test silences for a moment is doubted on a busy machine, and later tests began without it. */
const UNWATCHED = Object.fromEntries(['fiber', 'dsl', 'lte'].map((line) => [line, { health: 'off' }]))

const LINE_2 = 0x0200_0000

describe("the router's own traffic", () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 0,
    servers: 2,
    wishes: { lines: { fiber: 1, dsl: 1, lte: 1 }, more: UNWATCHED },
  })
  const lineOf = (address: string): string | undefined => router.lab.lineOfAddress(address)

  /** The lines that carry a TCP connection and a UDP question of such sockets. */
  async function linesOf(options: SocketOptions): Promise<(string | undefined)[]> {
    const [server = ''] = router.lab.topology.servers
    const tcp = await router.lab.httpGet(ROUTER, server, options)
    const udp = await router.lab.askUdp(ROUTER, server, options)
    return [lineOf(tcp.client), lineOf(udp.client)]
  }

  test('TCP that asks for nothing is spread over all lines', async (t) => {
    const { failed, lines } = await router.lab.load({ connections: 300, clients: [ROUTER] })
    t.diagnostic(JSON.stringify(lines))
    assert.equal(failed, 0)
    for (const { share } of Object.values(lines)) assert.ok(share > 0.15, JSON.stringify(lines))
  })

  test('UDP that asks for nothing is spread over all lines, and each socket keeps its own', async () => {
    const flows = await openFlows(router.lab, [ROUTER], 24)
    for (const line of ['fiber', 'dsl', 'lte']) assert.ok(flowsOn(flows, line).length > 0, line)
    await talkAll(flows)
  })

  test("a socket bound to a line's address, or to its device, uses that line", async () => {
    for (const { name, address, device } of router.lab.topology.lines) {
      assert.deepEqual(await linesOf({ from: address }), [name, name])
      assert.deepEqual(await linesOf({ device }), [name, name])
    }
  })

  test("ping -I asks by exactly that line, by device and by address: an operator's first question", async () => {
    const { address, device } = router.lab.line('dsl')
    await router.lab.blackhole('fiber')
    await router.lab.blackhole('lte')
    for (const from of [address, device])
      assert.equal((await router.lab.ping(ROUTER, '203.0.113.10', { from, count: 2 })).answers, 2)
    assert.equal((await router.lab.ping(ROUTER, '203.0.113.10', { from: 'wan1', timeoutMs: 200 })).answers, 0)
    await router.lab.restore('fiber')
    await router.lab.restore('lte')
  })

  test('a socket marked for a line leaves by it, even when bound to the address of another', async () => {
    assert.deepEqual(await linesOf({ mark: LINE_2 }), ['dsl', 'dsl'])
    assert.deepEqual(await linesOf({ mark: LINE_2, from: router.lab.line('fiber').address }), ['dsl', 'dsl'])
    assert.deepEqual(await linesOf({ mark: LINE_2, from: router.lab.line('lte').address }), ['dsl', 'dsl'])
  })

  test('when a line goes, not one UDP flow of the others moves; TCP neither; its own find another line', async (t) => {
    const flows = await openFlows(router.lab, [ROUTER], 40)
    await router.lab.cut('fiber') // the first of the group: with a plain one those behind it would move up
    await router.becomes('fiber', 'down')
    const healthy = flows.filter(({ line }) => line !== 'fiber')
    t.diagnostic(`${healthy.length} flows of healthy lines, 0 moved`)
    await talkAll(healthy)
    const { failed, lines } = await router.lab.load({ connections: 60, clients: [ROUTER] })
    assert.deepEqual([failed, lines['fiber']?.connections], [0, 0])
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await talkAll(healthy)
  })
})
