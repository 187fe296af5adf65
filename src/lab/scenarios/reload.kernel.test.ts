import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { ROUTER } from '../index.ts'
import { boxState } from './box-state.ts'
import { box, routerFile } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import type { Flow } from './flows.ts'
import { assertNoneFailed, keepAsking } from './under-load.ts'
import type { RunningLoad } from './under-load.ts'

describe('another configuration while 17 clients work', () => {
  let load: RunningLoad
  after(() => load.stop()) // before the lab goes
  const router = box({
    lines: [
      { name: 'fiber' },
      { name: 'dsl' },
      { name: 'lte' },
      { name: 'cable', addressing: 'by-provider' },
    ],
    wishes: { lines: { fiber: 3, dsl: 1 } },
  })
  let flows: readonly Flow[] = []

  before(async () => {
    flows = await openFlows(router.lab, router.lab.topology.clients.map(({ host }) => host), 17) // prettier-ignore
    load = keepAsking(router.lab)
    await load.more()
  })

  /** The line of each slot. */
  async function slots(): Promise<string[]> {
    const listing = await router.lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', 'slots'])
    const lines: string[] = []
    for (const [, slot, line = ''] of listing.matchAll(/(\d+) : goto (pick_\d+)/g)) lines[Number(slot)] = line
    assert.equal(lines.filter((line) => line !== undefined).length, 240)
    return lines
  }

  /** The load goes through all of it, long-lived flows too, and only as many slots change hands as must. */
  async function assertUnnoticed(change: () => Promise<unknown>, kept = flows): Promise<void> {
    const before = await slots()
    await change()
    const now = await slots()
    const moved = now.filter((line, i) => line !== before[i]).length
    const shares = (of: string[], line: string): number => of.filter((one) => one === line).length
    const gained = [...new Set(now)].map((line) => Math.max(0, shares(now, line) - shares(before, line)))
    assert.equal(
      moved,
      gained.reduce((a, b) => a + b),
    )
    await load.more()
    await talkAll(kept)
    assertNoneFailed(await load.stop())
    load = keepAsking(router.lab)
  }

  test('other weights: no connection fails or moves', () =>
    assertUnnoticed(() => router.apply({ lines: { fiber: 1, dsl: 1 } })))

  test('other weights by SIGHUP: the same, and the log tells what was done', () =>
    assertUnnoticed(async () => {
      const { daemon, lab } = router
      const after = daemon.log.all.length
      await writeFile(lab.daemonPaths.config, routerFile(lab, { lines: { fiber: 2, dsl: 1 } }))
      await daemon.reload()
      await daemon.log.waitFor(/steps? done .*the file was read again/, { after })
    }))

  test('another affinity: no connection fails or moves', () =>
    assertUnnoticed(() => router.apply({ lines: { fiber: 2, dsl: 1 }, affinity: 'pair' })))

  test('the same file again: nothing is done at all', () =>
    assertUnnoticed(async () => {
      const { stepCount } = await router.apply({ lines: { fiber: 2, dsl: 1 }, affinity: 'pair' })
      assert.equal(stepCount, 0)
    }))

  test('a bad file is refused as a whole: by SIGHUP, by apply, and nothing changes', () =>
    assertUnnoticed(async () => {
      const { daemon, lab } = router
      const before = await boxState(lab)
      const status = await router.status()
      const after = daemon.log.all.length
      await daemon.reload('lan: { interfaces: [lan0] }\nlines:\n  fiber: { interface: wan1, wieght: 3 }\n')
      await daemon.log.waitFor(/is refused as a whole; everything stays as it is/, { after })
      await daemon.log.waitFor(/config\.yaml:3:\d+/, { after })
      const { code, stdout, stderr } = await lab.command(['apply'])
      assert.equal(code, 3, stdout + stderr)
      assert.match(stdout + stderr, /wieght[\s\S]*weight/)
      assert.deepEqual(await boxState(lab), before)
      const { configAppliedAt, matches, lines } = await router.status()
      assert.deepEqual([configAppliedAt, matches], [status.configAppliedAt, true])
      assert.deepEqual(lines.map(({ name }) => name), ['fiber', 'dsl']) // prettier-ignore
    }))

  test('two more lines: no connection fails or moves, and the new ones get their share', async () => {
    await assertUnnoticed(() => router.apply({ lines: { fiber: 2, dsl: 1, lte: 1, cable: 1 } }))
    const { lte = 0, cable = 0 } = await router.chosen()
    assert.ok(Math.min(lte, cable) > 10)
  })

  test('lines that are removed end their own connections at the next packet; the others notice nothing', async () => {
    const more = await openFlows(router.lab, ['client-1', 'client-2'], 20)
    const own = await openFlows(router.lab, [ROUTER], 20)
    // One whose address goes with it, and one whose address stays, because others gave it.
    const gone = ['lte', 'cable'].flatMap((line) => {
      const flows = flowsOn([...more, ...own], line)
      assert.ok(flows.some((flow) => more.includes(flow)) && flows.some((flow) => own.includes(flow)), line)
      return flows
    })
    await router.apply({ lines: { fiber: 2, dsl: 1 } })
    const removedAtMs = load.nowMs
    await Promise.all(gone.map((flow) => assert.rejects(flow.talk(300), flow.name)))
    const told = gone.filter((flow) => more.includes(flow) && flow.name.startsWith('TCP'))
    assert.deepEqual(await Promise.all(told.map(({ ended }) => ended)), told.map(() => 'ECONNRESET')) // prettier-ignore
    // A flow without a connection simply goes on by another line: WireGuard behind the box notices next to nothing.
    const udp = gone.filter((flow) => more.includes(flow) && flow.name.startsWith('UDP'))
    for (const flow of udp)
      await assert.rejects(flow.talk(), assert.AssertionError, `${flow.name} is answered`)
    await load.more()
    await talkAll([...flows, ...[...more, ...own].filter((flow) => !gone.includes(flow))])

    // Of the short connections only those may have suffered that were under way on that line.
    const records = await load.stop()
    const begunSince = records.filter(({ startedAtMs }) => startedAtMs > removedAtMs)
    assert.ok(begunSince.length > 0)
    assertNoneFailed(begunSince)
    load = keepAsking(router.lab)
    await load.more()
    const since = await load.stop()
    assertNoneFailed(since)
    assert.ok(since.every(({ outcome }) => outcome.ok && ['fiber', 'dsl'].includes(outcome.line ?? '')))
    load = keepAsking(router.lab)
  })
})
