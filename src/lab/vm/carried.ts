/** What a user has of a tunnel as a line (`via`), whatever program digs it: tests that all of them share. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { placeWitness } from '../scenarios/witness.ts'
import type { Witness } from '../scenarios/witness.ts'

/** Of the internet, where the other end listens, and the addresses inside. */
export const FAR_END = '203.0.113.12'
export const INSIDE = { far: '10.99.0.1', near: '10.99.0.2' } as const

export interface CarriedOptions {
  /** Both ends, on the internet and on the router, whose interface has its address. */
  readonly dig: (lab: Lab) => Promise<unknown>
  /** What the file says of it besides `via`. */
  readonly line: { readonly interface: string } & Readonly<Record<string, unknown>>
}

/** In a `describe` of their own. */
export function testCarried({ dig, line }: CarriedOptions): void {
  // Only the tunnel is used while it works, so that whoever gets through went by it.
  const backup = { role: 'backup' }
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 4,
    beforeStart: dig,
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      more: { fiber: backup, dsl: backup },
      others: { office: { ...line, via: ['fiber', 'dsl'] } },
      health: { rise: '0s' },
    },
  })

  let witness: Witness | undefined
  /** Which line carries it: where the other end hears it come from. */
  async function isCarriedBy(name: string): Promise<void> {
    const it = (witness ??= await placeWitness(router.lab, 'internet', {
      hook: 'prerouting',
      priority: -400,
      match: `ip daddr ${FAR_END} meta l4proto udp`,
      of: ['ip saddr'],
    }))
    await eventually(
      async () => {
        await it.forget()
        await router.lab.httpGet('client-1', '203.0.113.10').catch(() => {})
        return (await it.seen()).flat()
      },
      (sources) => sources.length === 1 && sources[0] === router.lab.line(name).address,
      { what: `${name} carries it`, timeoutMs: 15_000 },
    )
  }

  test('clients go through it, and its own packets take the line that the file names', async () => {
    await router.becomes('office', 'up')
    await router.knows('fiber', 'dsl')
    assert.equal((await router.lab.httpGet('client-1', '203.0.113.10')).client, INSIDE.near)
    await isCarriedBy('fiber')
  })

  for (const { what, kind } of [
    { what: 'falls silent', kind: 'internet-gone' },
    { what: 'has no carrier', kind: 'carrier' },
  ] as const)
    test(`a line that ${what}: what is open inside goes on over the next one, and back again`, async () => {
      const connection = await router.lab.openConnection('client-1', '203.0.113.10')
      assert.equal(connection.seen.client, INSIDE.near)
      await router.lab.inflict('fiber', { kind })
      await connection.exchange(30_000)
      await isCarriedBy('dsl')
      await router.becomes('fiber', 'down')
      await connection.exchange(5000)
      await router.lab.restore('fiber')
      await router.becomes('fiber', 'up')
      await isCarriedBy('fiber')
      await connection.exchange(5000)
      connection.close()
    })
}
