import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INTERNET } from '../index.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'
import { tryTcp } from './ipv6.ts'
import { placeWitness } from './witness.ts'

/** Further addresses of fiber; the last is one of a network that is routed there, and nobody holds it. */
const OWN = { ipv4: '198.51.100.3', ipv6: '2001:db8:1::5', routed: '2001:db8:100:ff::1' }
const LINE = { ipv4: '198.51.100.2', ipv6: '2001:db8:1::2' }
/** Whoever has no other wish: with the prefix of the line, and what is his own of his address (NPTv6). */
const PREFIX = { fiber: '2001:db8:100::', dsl: '2001:db8:200::' }
const CLIENT = { ipv4: '10.0.0.11', ipv6: 'fd00:10::11' }

const wishes = (sources: Readonly<Record<string, string>>): Wishes => ({
  lines: { fiber: 1, dsl: 1 },
  more: {
    fiber: {
      address: [`${LINE.ipv4}/28`, `${OWN.ipv4}/28`, `${LINE.ipv6}/64`, `${OWN.ipv6}/64`],
      sources,
    },
    dsl: { role: 'backup' },
  },
  forward: [
    { line: 'fiber', address: OWN.ipv4, port: 'tcp/1-65535', to: CLIENT.ipv4 },
    { line: 'fiber', address: OWN.ipv6, port: 'tcp/1-65535', to: CLIENT.ipv6 },
  ],
})

describe('several addresses of one line', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    clients: 2,
    servers: 1,
    beforeStart: async (lab) => {
      const routed = lab.line('fiber').ipv6?.routed ?? []
      await lab.assignAddresses('fiber', [LINE.ipv4, OWN.ipv4, ...routed])
    },
    wishes: wishes({ [CLIENT.ipv4]: OWN.ipv4, [CLIENT.ipv6]: OWN.ipv6, 'fd00:10::12': OWN.routed }),
  })

  /** Where a server sees a client come from, over IPv4 and over IPv6. */
  async function comesFrom(client: string): Promise<string[]> {
    const { servers, servers6 } = router.lab.topology
    const seen: string[] = []
    for (const server of [...servers, ...servers6])
      seen.push((await router.lab.httpGet(client, server)).client)
    return seen
  }

  test('each client leaves with its own, and gets its answers; who has none leaves with that of the line', async () => {
    assert.deepEqual(await comesFrom('client-1'), [OWN.ipv4, OWN.ipv6])
    assert.deepEqual(await comesFrom('client-2'), [LINE.ipv4, OWN.routed])
  })

  test('whoever asks the address of a client from outside reaches it (1:1 NAT), and gets the answer from there', async () => {
    const asked = await placeWitness(router.lab, 'client-1', {
      hook: 'input',
      match: 'tcp dport 7443',
      of: ['meta nfproto', 'tcp dport'],
    })
    // Nobody listens there: a refusal has been all the way and back.
    for (const to of [OWN.ipv4, OWN.ipv6])
      assert.equal(await tryTcp(router.lab, INTERNET, to, 7443), 'refused', to)
    assert.equal((await asked.seen()).length, 2)
  })

  test('another wish holds for new connections, and what is open goes on', async () => {
    const [server = ''] = router.lab.topology.servers
    const open = await router.lab.openConnection('client-1', server)
    assert.equal(open.seen.client, OWN.ipv4)
    await router.apply(wishes({ '10.0.0.12': OWN.ipv4 }))
    await open.exchange(2000)
    assert.deepEqual(await comesFrom('client-1'), [LINE.ipv4, `${PREFIX.fiber}11`])
    assert.deepEqual(await comesFrom('client-2'), [OWN.ipv4, `${PREFIX.fiber}12`])
    await router.apply(wishes({ [CLIENT.ipv4]: OWN.ipv4 }))
    await open.exchange(2000)
  })

  test('over another line a client has the address of that one', async () => {
    await router.lab.cut('fiber')
    await router.becomes('fiber', 'down')
    const { address } = router.lab.line('dsl')
    assert.deepEqual(await comesFrom('client-1'), [address, `${PREFIX.dsl}11`])
  })
})
