import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import type { LinkWatch } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { watchNft } from './watch-nft.ts'

const both = { fiber: 1, dsl: 1 }

/** No new connection fails, and none takes a line that is not among these. */
async function assertUsed(router: Box, names: readonly string[]): Promise<void> {
  const { failed, lines } = await router.lab.load({ connections: 40, timeoutMs: 800 })
  const used = Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
  assert.deepEqual([failed, used], [0, names], JSON.stringify(lines))
}

describe('links that go and come', () => {
  // The cable goes and comes many times here, which else is held against the line.
  const wishes = { lines: both, health: { rise: '0s' } }
  const router = box({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 4, wishes })

  /** What `ip` prints of the router, in one word for comparing. */
  const show = async (...words: string[]): Promise<string> =>
    (await router.lab.must(ROUTER, ['ip', ...words])).replaceAll(/ \[[^\]]*\]|\s+/g, ' ').trim()

  /** From the kernel's word about the link to the new choice in the kernel, which is in force for the next packet. */
  async function reactionMs(event: {
    cause(): Promise<unknown>
    link: RegExp
    change: RegExp
  }): Promise<number> {
    const link: LinkWatch = await router.lab.watchLinks()
    const nft = await watchNft(router.lab)
    const changed = nft.events.waitFor(event.change).then(() => performance.now())
    const heard = link.events.waitFor(event.link).then(() => performance.now())
    await event.cause()
    const [heardAt, changedAt] = await Promise.all([heard, changed]).finally(() => {
      link.stop()
      nft.stop()
    })
    return Math.max(0, changedAt - heardAt) // two watching processes: the second may tell first
  }

  /**
   * What is promised is 50 ms on a box of its own, and the figures printed here show it. Tests share their machine
   * with other work, which delays the daemon, both watchers and this process by more than that now and then: so the
   * middle of several rounds counts, and the limit only catches what is wrong by much (a poll, a retry, a timer).
   */
  const MEDIAN_LIMIT_MS = 250

  function assertQuick(t: TestContext, what: string, tookMs: readonly number[]): void {
    const sorted = tookMs.toSorted((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)] ?? assert.fail('not measured')
    const all = tookMs.map((ms) => ms.toFixed(1)).join(', ')
    t.diagnostic(`${what}: ${all} ms from the link event to the new choice, median ${median.toFixed(1)} ms`)
    assert.ok(median <= MEDIAN_LIMIT_MS, `${what}: ${all} ms`)
  }

  const OUT = /delete element inet multihomed alive.* 0x02000000/
  const BACK = /add element inet multihomed alive.* 0x02000000/

  test('a cable that is cut costs no new connection, and comes back into use by itself', async (t) => {
    const cut: number[] = []
    const restored: number[] = []
    for (let round = 1; round <= 5; round++) {
      cut.push(
        await reactionMs({ cause: () => router.lab.cut('dsl'), link: /wan2@.*NO-CARRIER/, change: OUT }),
      )
      await assertUsed(router, ['fiber'])
      restored.push(
        await reactionMs({ cause: () => router.lab.restore('dsl'), link: /wan2@.*LOWER_UP/, change: BACK }),
      )
      await assertUsed(router, ['fiber', 'dsl'])
    }
    assertQuick(t, 'cut', cut)
    assertQuick(t, 'restored', restored)
  })

  test('a device that vanishes is left at once; when it returns all of it is built again', async (t) => {
    const before = await Promise.all([
      show('nexthop'),
      show('route', 'show', 'table', '202'),
      show('route', 'show', 'table', '222'),
      show('rule'),
    ])
    const unplugged: number[] = []
    for (let round = 1; round <= 3; round++) {
      const event = {
        cause: () => router.lab.unplug('dsl'),
        link: /Deleted.*wan2|wan2@.*NONE/,
        change: OUT,
      }
      unplugged.push(await reactionMs(event))
      await router.becomes('dsl', 'absent')
      assert.equal(await show('route', 'show', 'table', '202'), 'prohibit default proto 222 metric 9999')
      await assertUsed(router, ['fiber'])

      await router.lab.replug('dsl')
      await router.becomes('dsl', 'up')
      assert.deepEqual(
        await Promise.all([
          show('nexthop'),
          show('route', 'show', 'table', '202'),
          show('route', 'show', 'table', '222'),
          show('rule'),
        ]),
        before,
      )
    }
    assertQuick(t, 'unplugged', unplugged)
    const rpFilter = await router.lab.must(ROUTER, ['sysctl', '-n', 'net.ipv4.conf.wan2.rp_filter'])
    assert.equal(rpFilter.trim(), '2')
    await assertUsed(router, ['fiber', 'dsl'])
  })

  test('an interface that the operator switches off stays off and unused, until it is switched on', async () => {
    await router.lab.must(ROUTER, ['ip', 'link', 'set', 'wan2', 'down'])
    await router.becomes('dsl', 'down')
    await assertUsed(router, ['fiber'])
    assert.match(await show('link', 'show', 'wan2'), /state DOWN/)
    await router.lab.must(ROUTER, ['ip', 'link', 'set', 'wan2', 'up'])
    await router.becomes('dsl', 'up')
    await assertUsed(router, ['fiber', 'dsl'])
  })

  test('the last member of the group goes and comes back: the routes of the box are there again', async () => {
    const own = async (): Promise<void> => {
      const { failed } = await router.lab.load({ connections: 10, clients: [ROUTER], timeoutMs: 800 })
      assert.equal(failed, 0)
    }
    await router.lab.cut('dsl')
    await router.lab.cut('fiber')
    await router.becomes('dsl', 'down')
    await router.becomes('fiber', 'down')
    const { verdict, notes } = await router.status()
    assert.match(verdict.text, /^No line is in use/)
    assert.match(notes.map(({ text }) => text).join(), /the box is offline/)
    assert.equal(await show('route', 'show', 'table', '222'), '')
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await own()
    await assertUsed(router, ['fiber'])
    await router.lab.restore('dsl')
    await router.becomes('dsl', 'up')
    await own()
    await assertUsed(router, ['fiber', 'dsl'])
  })
})

describe('a start with half the lines', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 2,
    wishes: { lines: { ...both, lte: 1 } },
    beforeStart: async (lab) => {
      await lab.cut('dsl')
      await lab.unplug('lte')
    },
  })

  test('a cable that is out and an interface that is missing stop nothing, and are used once they are there', async () => {
    await router.becomes('dsl', 'down')
    await router.becomes('lte', 'absent')
    await assertUsed(router, ['fiber'])
    await router.lab.restore('dsl')
    await router.becomes('dsl', 'up')
    await assertUsed(router, ['fiber', 'dsl'])
    await router.lab.replug('lte')
    await router.becomes('lte', 'up')
    await assertUsed(router, ['fiber', 'dsl', 'lte'])
  })
})

describe("another default route in main, as the operator's last resort", () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte', addressing: 'by-provider' }],
    clients: 1,
    wishes: { lines: both },
  })

  test('it is not used while a line is there, takes over when none is, and status says so', async () => {
    const { lab } = router
    const plain =
      'table ip plain { chain nat { type nat hook postrouting priority srcnat; oifname "wan3" masquerade; }; }'
    await lab.must(ROUTER, ['nft', plain])
    const used = async (host: string): Promise<string[]> => {
      const { failed, lines } = await lab.load({ connections: 20, clients: [host] })
      assert.equal(failed, 0)
      return Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
    }
    assert.deepEqual(await used('client-1'), ['fiber', 'dsl'])
    assert.deepEqual(await used(ROUTER), ['fiber', 'dsl'])
    await lab.cut('fiber')
    await lab.cut('dsl')
    await router.becomes('fiber', 'down')
    await router.becomes('dsl', 'down')
    assert.deepEqual(await used('client-1'), ['lte'])
    assert.deepEqual(await used(ROUTER), ['lte'])
    const { notes, verdict } = await router.status()
    assert.match(verdict.text, /^No line is in use/)
    assert.match(
      notes.map(({ text }) => text).join(),
      /default route in the main table \(wan3\) takes what is left/,
    )
    await lab.restore('fiber')
    await router.becomes('fiber', 'up')
    assert.deepEqual(await used('client-1'), ['fiber'])
    await eventually(
      () => used(ROUTER),
      (seen) => seen.join() === 'fiber',
      { what: 'own traffic is back' },
    )
  })
})
