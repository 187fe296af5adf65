import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import type { LoadRecord, LoadResult } from '../index.ts'
import { box } from './box.ts'
import { plugDocker } from './docker.ts'

const three = [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }]

describe('how new connections are spread', () => {
  const router = box({ lines: three, wishes: { lines: { fiber: 3, dsl: 1 } } })

  /** 0.2 percentage points of 1,000: what the last, unfinished round of 240 slots may cost. */
  const FEW = 2

  const counts = ({ failed, lines }: LoadResult): Record<string, number> => {
    assert.equal(failed, 0)
    return Object.fromEntries(Object.entries(lines).map(([name, { connections }]) => [name, connections]))
  }

  function assertClose(seen: Record<string, number>, wished: Record<string, number>, within: number): void {
    for (const [line, wish] of Object.entries(wished))
      assert.ok(
        Math.abs((seen[line] ?? 0) - wish) <= within,
        `${JSON.stringify(seen)} for ${JSON.stringify(wished)}`,
      )
  }

  test('3:1 is what two lines of weight 3 and 1 get of 1,000 connections', async (t) => {
    const seen = counts(await router.lab.load({ connections: 1000 }))
    t.diagnostic(`of 1000 connections: ${JSON.stringify(seen)}`)
    assertClose(seen, { fiber: 750, dsl: 250, lte: 0 }, FEW)
  })

  test('a third line and other weights, taken over while running: 5:3:2', async (t) => {
    await router.apply({ lines: { fiber: 5, dsl: 3, lte: 2 } })
    const seen = counts(await router.lab.load({ connections: 1000 }))
    t.diagnostic(`of 1000 connections: ${JSON.stringify(seen)}`)
    assertClose(seen, { fiber: 500, dsl: 300, lte: 200 }, FEW)
  })

  test('pair: a client meets a server always by the same line, and the shares are right over many pairs', async (t) => {
    await router.apply({ lines: { fiber: 5, dsl: 3, lte: 2 }, affinity: 'pair' })
    const load = await router.lab.load({ connections: 6 * 17 * 10 })
    const seen = counts(load)
    t.diagnostic(`of ${load.records.length} connections of 170 pairs: ${JSON.stringify(seen)}`)
    assert.deepEqual(
      movers(load, ({ client, server }) => `${client} ${server}`),
      [],
    )
    assertClose(seen, { fiber: 510, dsl: 306, lte: 204 }, 1.5 * 10.2)
  })

  test('client: all connections of a client leave by one line, and not all clients by the same', async () => {
    await router.apply({ lines: { fiber: 1, dsl: 1, lte: 1 }, affinity: 'client' })
    const load = await router.lab.load({ connections: 10 * 17, servers: router.lab.topology.servers })
    assert.deepEqual(
      movers(load, ({ client }) => client),
      [],
    )
    assert.ok(
      Object.values(counts(load)).every((connections) => connections >= 40),
      JSON.stringify(load.lines),
    )
  })

  test('lan.networks: who is not listed takes no turn of those who are, and reaches the internet all the same', async () => {
    await router.apply({ lines: { fiber: 3, dsl: 1 }, networks: ['10.0.0.8/29'] }) // .8 to .15: clients 1 to 5
    const before = await router.chosen()
    const chosenSince = async (): Promise<number[]> => {
      const now = await router.chosen()
      return ['fiber', 'dsl'].map((line) => (now[line] ?? 0) - (before[line] ?? 0))
    }
    const outside = await router.lab.load({ connections: 60, clients: ['client-6', 'client-17'] })
    assert.equal(outside.failed, 0)
    assert.deepEqual(await chosenSince(), [0, 0])
    const inside = await router.lab.load({ connections: 40, clients: ['client-1', 'client-5'] })
    assert.equal(inside.failed, 0)
    assert.equal(
      (await chosenSince()).reduce((a, b) => a + b),
      40,
    )
  })
})

describe('one heavy user', () => {
  const router = box({ lines: three, clients: 1, servers: 1, wishes: { lines: { fiber: 3, dsl: 2 } } })

  test('ten connections of a single client to a single server over 3:2 are 6 and 4', async () => {
    for (const round of [1, 2, 3]) {
      const { lines } = await router.lab.load({ connections: 10 })
      assert.deepEqual([lines['fiber']?.connections, lines['dsl']?.connections], [6, 4], `round ${round}`)
    }
  })
})

describe('a network the file does not name (Docker, a guest net)', () => {
  const router = box({
    lines: three,
    clients: 2,
    wishes: { lines: { fiber: 1, dsl: 1 } },
    beforeStart: plugDocker,
  })

  test('it reaches the internet by every line under its address, and takes no turn of the LAN', async () => {
    const before = await router.chosen()
    const { failed, lines } = await router.lab.load({ connections: 60, clients: ['client-2'] })
    assert.equal(failed, 0)
    assert.ok(
      [lines['fiber'], lines['dsl']].every((line) => (line?.connections ?? 0) > 5),
      JSON.stringify(lines),
    )
    assert.deepEqual(await router.chosen(), before)
  })

  test('its connections stay on the line they took while weights change and lines come and go', async () => {
    const { lab } = router
    const open = await Promise.all(
      Array.from({ length: 12 }, () => lab.openConnection('client-2', lab.topology.servers[0] ?? '')),
    )
    const used = new Set(open.map(({ seen }) => lab.lineOfAddress(seen.client)))
    assert.deepEqual(used, new Set(['fiber', 'dsl']))
    for (const lines of [
      { fiber: 9, dsl: 1 },
      { fiber: 1, dsl: 9 },
      { fiber: 1, dsl: 1, lte: 9 },
      { fiber: 1, dsl: 1 },
    ]) {
      await router.apply({ lines })
      await Promise.all(open.map((connection) => connection.exchange()))
    }
    // Built anew by other weights, the group would send most of them another way.
    await router.apply({ lines: { fiber: 1, dsl: 30 } })
    await lab.must(ROUTER, ['ip', 'nexthop', 'del', 'id', '222000'])
    await eventually(
      () => lab.must(ROUTER, ['ip', 'route', 'show', 'table', '222']),
      (routes) => routes.includes('default'),
      { what: 'the group is there again' },
    )
    await Promise.all(open.map((connection) => connection.exchange()))
  })
})

/** Who was seen on more than one line. */
function movers(load: LoadResult, who: (record: LoadRecord) => string): string[] {
  const linesOf = new Map<string, Set<string | undefined>>()
  for (const record of load.records) {
    if (!record.outcome.ok) continue
    const lines = linesOf.get(who(record)) ?? new Set()
    linesOf.set(who(record), lines.add(record.outcome.line))
  }
  return [...linesOf].filter(([, lines]) => lines.size !== 1).map(([key]) => key)
}
