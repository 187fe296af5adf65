import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../index.ts'
import { box } from './box.ts'

describe('lines of both families', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated', addressing: 'by-provider' },
    ],
    clients: 2,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' } },
  })

  /** Of so many new connections, how many failed, and how many left by fiber and dsl. */
  async function shares(servers: readonly string[], connections = 20): Promise<unknown[]> {
    const { failed, lines } = await router.lab.load({ connections, servers, timeoutMs: 1000 })
    return [failed, lines['fiber']?.connections, lines['dsl']?.connections]
  }

  test('new connections of a LAN with a ULA are spread over the lines as over IPv4', async () => {
    const { servers, servers6 } = router.lab.topology
    const told = async (): Promise<unknown[]> =>
      (await router.status()).lines.map(({ newShareRatio, ipv6 }) => [newShareRatio, ipv6?.newShareRatio])
    assert.deepEqual(await shares(servers), [0, 10, 10])
    assert.deepEqual(await told(), [[0.5, null], [0.5, null]]) // prettier-ignore
    assert.deepEqual(await shares(servers6), [0, 10, 10])
    assert.deepEqual(await told(), [[0.5, 0.5], [0.5, 0.5]]) // prettier-ignore
  })

  for (const family of ['ipv4', 'ipv6'] as const)
    test(`${family} of a line that is broken is left, and its other family goes on`, async () => {
      const { servers, servers6 } = router.lab.topology
      const [broken, whole] = family === 'ipv4' ? [servers, servers6] : [servers6, servers]
      await router.knows('fiber', 'dsl')
      {
        await using _ = await router.lab.inflict('fiber', { kind: 'internet-gone', family })
        await eventually(() => shares(broken), (seen) => String(seen) === '0,0,20', { what: `${family} leaves fiber` }) // prettier-ignore
        assert.deepEqual(await shares(whole), [0, 10, 10])
      }
      await eventually(() => shares(broken), (seen) => String(seen) === '0,10,10', { what: `${family} is back`, timeoutMs: 15_000 }) // prettier-ignore
    })
})
