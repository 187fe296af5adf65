import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { openFlows, talkAll } from './flows.ts'

const wishes = { lines: { fiber: 1, dsl: 1 } }

/** By nothing but the hardware address of the gateway it is known what comes in by which line. */
const oneCard = { lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what: 'card-and-address' } }], clients: 2, servers: 4 } as const // prettier-ignore

describe('the hardware addresses of two gateways on one card', () => {
  const router = box({ ...oneCard, wishes })
  before(async () => {
    await router.lab.listen(ROUTER, 'echo', router.lab.line('fiber').address, 8022)
  })
  const steps = (): string[] => router.daemon.log.all.filter((line) => /steps? done/.test(line))

  test('are known before anything left: whoever asks first is answered by the right line', () =>
    assertAnswered(router))

  test('are followed: a gateway that is exchanged is known by its first packet', async (t) => {
    const flows = await openFlows(router.lab, ['client-1', ROUTER], 8)
    for (const mac of ['02:00:00:00:00:77', '02:00:00:00:00:78']) {
      await exchange(router, 'dsl', mac)
      const beganAt = performance.now()
      // It asks for our hardware address first, and so tells its own.
      await router.lab.ping('isp-dsl', router.lab.line('dsl').address)
      await eventually(() => gateways(router), (known) => known.includes(mac), { what: mac, intervalMs: 5 }) // prettier-ignore
      t.diagnostic(`followed after ${Math.round(performance.now() - beganAt)} ms`)
      await assertAnswered(router)
      await talkAll(flows)
    }
  })

  test('are missed for a moment: a connection that came just then is mended by its next packet', async () => {
    await exchange(router, 'dsl', '02:00:00:00:00:79')
    await assertAnswered(router)
  })

  test('are kept when the kernel forgets them, and asked for again', async () => {
    const known = await gateways(router)
    await router.lab.must(ROUTER, ['ip', 'neigh', 'flush', 'dev', 'wan1'])
    await router.client.apply()
    const { lines } = router.lab.topology
    await eventually(
      () => router.lab.must(ROUTER, ['ip', 'neigh', 'show', 'dev', 'wan1']),
      (table) => lines.every(({ gateway }) => new RegExp(`^${gateway} .*lladdr`, 'm').test(table)),
      { what: 'both answered' },
    )
    assert.equal(await gateways(router), known)
    await assertAnswered(router)
  })

  test('make no work when nothing changes, however often the kernel looks after its neighbours', async () => {
    const before = steps().length
    for (let i = 0; i < 5; i++) {
      await router.lab.must(ROUTER, ['ip', 'neigh', 'change', router.lab.line('dsl').gateway, 'dev', 'wan1', 'nud', 'stale']) // prettier-ignore
      await assertAnswered(router)
    }
    const answer = await router.client.apply()
    assert.ok(answer.ok && answer.value.stepCount === 0, JSON.stringify(answer))
    assert.equal(steps().length, before)
  })
})

describe('a gateway on a shared card that does not answer', () => {
  const router = box({ ...oneCard, wishes, beforeStart: (lab) => lab.cut('dsl') })

  test('is asked once, stops nothing, and is known as soon as it is there', async () => {
    assert.equal((await router.status()).matches, true)
    assert.equal((await gateways(router)).match(/goto/g)?.length, 1)
    const answer = await router.client.apply()
    assert.ok(answer.ok && answer.value.stepCount === 0, JSON.stringify(answer))
    await router.lab.restore('dsl')
    await router.lab.ping('isp-dsl', router.lab.line('dsl').address)
    await eventually(() => gateways(router), (known) => known.match(/goto/g)?.length === 2, { what: 'both' }) // prettier-ignore
  })
})

describe('one device that plays both gateways', () => {
  const router = box({
    ...oneCard,
    wishes,
    beforeStart: async (lab) => {
      for (const { host } of lab.topology.lines)
        await lab.must(host, ['ip', 'link', 'set', 'customer', 'address', '02:00:00:00:00:01'])
    },
  })

  test('is told, with what it costs', async () => {
    const told =
      /dsl shares its interface wan1, its address and the hardware address of its gateway \(02:00:00:00:00:01\)/
    await eventually(
      async () => (await router.status()).notes.map(({ text }) => text).join('\n'),
      (notes) => told.test(notes),
      { what: 'a note' },
    )
  })
})

/** Another device with the same address is plugged in. */
const exchange = ({ lab }: Box, line: string, mac: string): Promise<string> =>
  lab.must(lab.line(line).host, ['ip', 'link', 'set', 'customer', 'address', mac])

const gateways = ({ lab }: Box): Promise<string> =>
  lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', 'by_gateway'])

async function assertAnswered({ lab }: Box): Promise<void> {
  const ways = lab.topology.lines.flatMap((line) => lab.topology.servers.map((from) => ({ line, from })))
  await Promise.all(
    ways.map(async ({ line: { publicAddress }, from }) => {
      const connection = await lab.openConnection(INTERNET, publicAddress, { port: 8022, from })
      await connection.exchange()
      connection.close()
    }),
  )
}
