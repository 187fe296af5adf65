import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, test } from 'node:test'
import type { Family } from '../../model/index.ts'
import { eventually, ROUTER } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { flowsOn, openFlows, talkAll } from '../scenarios/flows.ts'
import type { Flow } from '../scenarios/flows.ts'

/** The provider gives the customer another address of the same network, and takes packets from no other. */
const NEW_ADDRESS = '198.51.100.9'

describe('open connections that the kernel hands on past the rules (offload: software)', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    clients: 9,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, offload: 'software', health: { rise: '0s' } },
  })

  const show = (...argv: readonly string[]): Promise<string> => router.lab.must(ROUTER, argv)
  /** Entries of connection tracking that are handed on: of each line, by its number. */
  async function handedOn(isMeant: (entry: string) => boolean): Promise<Readonly<Record<1 | 2, number>>> {
    const entries = (await show('cat', '/proc/net/nf_conntrack'))
      .split('\n')
      .filter((entry) => entry.includes('[OFFLOAD]') && isMeant(entry))
      .map((entry) => (Number(/ mark=(\d+)/.exec(entry)?.[1]) >>> 24) & 0x3f)
    return { 1: entries.filter((line) => line === 1).length, 2: entries.filter((line) => line === 2).length }
  }

  let clients = 0
  /** Flows of a host that had none before: TCP and UDP, on both lines, all of which the kernel has taken over. */
  async function flowsHandedOn(family: Family = 'ipv4') {
    await router.knows('fiber', 'dsl')
    const { host, address } = router.lab.topology.clients[clients++] ?? assert.fail()
    const flows = await openFlows(router.lab, [host], 4, { family })
    const [fiber, dsl] = [flowsOn(flows, 'fiber'), flowsOn(flows, 'dsl')]
    for (const some of [fiber, dsl]) assert.ok(tcpOf(some).length > 0 && udpOf(some).length > 0)
    await eventually(
      async () => {
        await talkAll(flows) // a UDP flow is one after two seconds
        return handedOn((entry) => entry.startsWith(family) && (family === 'ipv6' || entry.includes(` src=${address} `))) // prettier-ignore
      },
      (seen) => seen[1] === fiber.length && seen[2] === dsl.length,
      { what: `${fiber.length} and ${dsl.length} flows are handed on`, timeoutMs: 15_000 },
    )
    return { fiber, dsl, flows }
  }
  const tcpOf = (flows: readonly Flow[]): Flow[] => flows.filter(({ name }) => name.startsWith('TCP'))
  const udpOf = (flows: readonly Flow[]): Flow[] => flows.filter(({ name }) => name.startsWith('UDP'))
  /** Who only waits is told, and who asks again is answered over the other line: from there it is another flow. */
  async function areFreed(flows: readonly Flow[]): Promise<void> {
    assert.deepEqual(await Promise.all(tcpOf(flows).map(({ ended }) => ended)), tcpOf(flows).map(() => 'ECONNRESET')) // prettier-ignore
    for (const flow of udpOf(flows))
      await assert.rejects(flow.talk(5000), { name: 'AssertionError' }, `${flow.name} is answered elsewhere`)
  }

  test('they go on, over both lines, and no counter of the rules sees them', async () => {
    const { flows } = await flowsHandedOn()
    const counted = async (): Promise<readonly string[]> =>
      (await show('nft', '-t', 'list', 'table', 'inet', 'multihomed')).match(/counter (?:sent|life)_\d \{\s+packets \d+/g) ?? [] // prettier-ignore
    const before = await counted()
    assert.ok(before.length > 0)
    await talkAll(flows)
    assert.deepEqual(await counted(), before)
  })

  describe('a line that dies', () => {
    afterEach(async () => {
      await router.lab.restore('fiber')
      await router.becomes('fiber', 'up')
    })

    test('falls silent: its connections are taken back and freed in both families, those of the other go on', async () => {
      const [v4, v6] = [await flowsHandedOn(), await flowsHandedOn('ipv6')]
      await router.lab.inflict('fiber', { kind: 'internet-gone' })
      await router.becomes('fiber', 'down')
      await areFreed(v4.fiber)
      await areFreed(v6.fiber)
      await talkAll([...v4.dsl, ...v6.dsl])
      assert.equal((await handedOn(() => true))[1], 0)
    })

    test('has no carrier: the same', async () => {
      const { fiber, dsl } = await flowsHandedOn()
      await router.lab.inflict('fiber', { kind: 'carrier' })
      await areFreed(fiber)
      await talkAll(dsl)
    })

    test('its device goes: nothing else goes with it, and it is used again when it is back', async () => {
      const { fiber, dsl } = await flowsHandedOn()
      await router.lab.inflict('fiber', { kind: 'device-removed' })
      await router.becomes('fiber', 'absent')
      await areFreed(fiber)
      await talkAll(dsl)
      assert.match(await show('nft', 'list', 'flowtables'), /devices = \{ "?lan0"?, "?wan2"? \}/)
      await router.lab.restore('fiber')
      await router.becomes('fiber', 'up')
      await flowsHandedOn()
    })
  })

  test('a line with another address: nothing leaves with the old one', async () => {
    const { lab } = router
    const { fiber, dsl } = await flowsHandedOn()
    const { config } = lab.daemonPaths
    await writeFile(config, (await readFile(config, 'utf8')).replaceAll(lab.line('fiber').address, NEW_ADDRESS)) // prettier-ignore
    await lab.assignAddresses('fiber', [NEW_ADDRESS])
    assert.ok((await router.client.apply()).ok)
    await Promise.all(fiber.map((flow) => assert.rejects(flow.talk(), flow.name)))
    await talkAll(dsl)
    await flowsHandedOn()
  })

  test('down leaves nothing of it', async () => {
    await flowsHandedOn()
    assert.equal((await router.lab.command(['down'])).code, 0)
    assert.doesNotMatch(await show('nft', 'list', 'ruleset'), /flowtable|multihomed/)
    await eventually(
      () => handedOn(() => true),
      (seen) => seen[1] + seen[2] === 0,
      { what: 'nothing is handed on' },
    )
  })
})
