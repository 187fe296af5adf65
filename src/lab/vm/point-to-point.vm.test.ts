import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { eventually } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { ip } from '../scenarios/tunnel.ts'
import { placeWitness } from '../scenarios/witness.ts'

/** Tunnels that know one other end, on the internet, where nobody else is asked. */
const TUNNELS = [
  { kind: 'gre', name: 'field', to: '203.0.113.18', far: '10.99.1.1', near: '10.99.1.2' },
  { kind: 'ipip', name: 'office', to: '203.0.113.19', far: '10.99.2.1', near: '10.99.2.2' },
] as const

const SERVERS = ['203.0.113.10', '203.0.113.11', '203.0.113.12', '203.0.113.13']

async function dig(lab: Lab): Promise<void> {
  const own = lab.line('fiber').address
  for (const { kind, name, to, far, near } of TUNNELS) {
    await lab.must('internet', ['ip', '-batch', '-'], {
      input: [
        `link add ${name} type ${kind} local ${to} remote ${own}`,
        `address add ${far} peer ${near} dev ${name}`,
        `link set ${name} up`,
        '',
      ].join('\n'),
    })
    await ip(
      lab,
      `link add ${name} type ${kind} remote ${to}`,
      `address add ${near} peer ${far} dev ${name}`,
      `link set ${name} up`,
    )
  }
}

describe('tunnels of the kernel as lines, beside the line that carries them', () => {
  // Only tunnels are used while they work, so that whoever gets through went by one.
  const backup = { role: 'backup' }
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 10,
    beforeStart: dig,
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      more: { fiber: backup, dsl: backup },
      others: Object.fromEntries(TUNNELS.map(({ name }) => [name, { interface: name, via: 'fiber' }])),
      health: { rise: '0s' },
    },
  })
  /** Where the internet sees a client's connections come from, once these are all. */
  async function cameFrom(wanted: readonly string[]): Promise<void> {
    const { lab } = router
    await eventually(
      async () => {
        const answers = await Promise.all(SERVERS.map((server) => lab.httpGet('client-1', server)))
        return [...new Set(answers.map(({ client }) => client))].toSorted()
      },
      (seen) => isDeepStrictEqual(seen, [...wanted].toSorted()),
      { what: `clients come from ${wanted.join(' and ')}` },
    )
  }
  const names = TUNNELS.map(({ name }) => name)
  const inside = TUNNELS.map(({ near }) => near)

  test('connections go through each of them, and what carries them leaves by its line alone', async () => {
    const { lab } = router
    await router.knows('fiber', 'dsl', ...names)
    const passing = await Promise.all(
      ['fiber', 'dsl'].map((name) =>
        placeWitness(lab, lab.line(name).host, {
          hook: 'prerouting',
          priority: -400,
          match: `ip daddr { ${TUNNELS.map(({ to }) => to).join(', ')} } meta l4proto { 47, 4 }`,
          of: ['ip saddr', 'ip daddr'],
        }),
      ),
    )
    await cameFrom(inside)
    const [byFiber, byDsl] = await Promise.all(passing.map((witness) => witness.seen()))
    const own = lab.line('fiber').address
    assert.deepEqual(new Set(byFiber?.map(String)), new Set(TUNNELS.map(({ to }) => `${own},${to}`)))
    assert.deepEqual(byDsl, [])
  })

  test('with their line they are down, the other one carries clients, and they come back with it', async () => {
    await router.lab.cut('fiber')
    for (const name of names) await router.becomes(name, 'down')
    await cameFrom([router.lab.line('dsl').address])
    await router.lab.restore('fiber')
    await router.knows('fiber', 'dsl', ...names)
    await cameFrom(inside)
  })
})
