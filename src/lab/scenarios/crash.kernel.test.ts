import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import { programEntry } from '../package-root.ts'
import { boxState } from './box-state.ts'
import { box } from './box.ts'
import { openFlows, talkAll } from './flows.ts'
import type { Flow } from './flows.ts'
import { assertNoneFailed, keepAsking } from './under-load.ts'
import type { RunningLoad } from './under-load.ts'

describe('a daemon that ends while 17 clients work', () => {
  let load: RunningLoad
  after(() => load.stop()) // before the lab goes
  const router = box({ lines: [{ name: 'fiber' }, { name: 'dsl' }], wishes: { lines: { fiber: 3, dsl: 1 } } })
  let flows: readonly Flow[] = []

  before(async () => {
    flows = await openFlows(router.lab, router.lab.topology.clients.map(({ host }) => host), 17) // prettier-ignore
    load = keepAsking(router.lab)
    await load.more()
  })

  for (const [how, end] of [
    ['a crash (kill -9)', () => router.daemon.kill()],
    ['a stop (SIGTERM)', () => router.daemon.stop()],
  ] as const) {
    test(`${how} stops no packet, changes nothing, and the next start finds nothing to do`, async () => {
      const before = await boxState(router.lab)
      await end()
      await load.more()
      await talkAll(flows)
      assert.deepEqual(await boxState(router.lab), before)
      const plan = await router.lab.command(['plan', '--exit-code'])
      assert.deepEqual([plan.code, plan.stderr], [0, ''], plan.stdout)
      assert.match(plan.stdout, /^Nothing to do/)

      await router.start()
      await load.more()
      await talkAll(flows)
      const steps = router.daemon.log.all.filter((line) => /steps? done/.test(line))
      assert.deepEqual(steps, [])
      assert.deepEqual(await boxState(router.lab), before)
      assertNoneFailed(await load.stop())
      load = keepAsking(router.lab)
    })
  }

  test('a crash leaves none of its helpers behind, the one that never has anything to say neither', async () => {
    const { pid } = router.daemon
    const helpers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    assert.ok(helpers.length >= 3, helpers.join())
    process.kill(pid, 'SIGKILL')
    await eventually(
      () => helpers.filter((helper) => existsSync(`/proc/${helper}`)),
      (left) => left.length === 0,
      { what: 'no helper is left' },
    )
    await router.start()
  })

  test('a crash while a line is down: the next start takes it back into use', async () => {
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    await router.daemon.kill()
    await router.lab.restore('dsl')
    await router.start()
    await router.becomes('dsl', 'up')
    const { lines, failed } = await router.lab.load({ connections: 40 })
    assert.equal(failed, 0)
    assert.ok((lines['dsl']?.connections ?? 0) > 5)
  })
})

describe('who may run', () => {
  const router = box({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 2, wishes: { lines: { fiber: 1, dsl: 1 } }, start: 'by-test' }) // prettier-ignore
  const node = [process.execPath, programEntry()]
  const limitedTo = (...capabilities: string[]): string[] => {
    const left = ['-all', ...capabilities.map((capability) => `+${capability}`)].join(',')
    return ['setpriv', '--inh-caps', left, '--bounding-set', left, '--', ...node]
  }

  for (const [missing, given] of [
    ['CAP_NET_ADMIN', ['net_raw']],
    ['CAP_NET_RAW', ['net_admin']],
    ['CAP_NET_ADMIN and CAP_NET_RAW', []],
  ] as const) {
    test(`without ${missing} it says so, touches nothing and exits with 5`, async () => {
      const before = await boxState(router.lab)
      const { code, stderr } = await router.lab.command(['run'], limitedTo(...given))
      assert.equal(code, 5, stderr)
      assert.match(stderr, new RegExp(`error\\[MH\\d+\\]: ${missing} (is|are) missing`))
      assert.deepEqual(await boxState(router.lab), before)
    })
  }

  test('CAP_NET_ADMIN and CAP_NET_RAW suffice for everything: start, a dead line, another file, down', async () => {
    await router.start({ program: limitedTo('net_admin', 'net_raw') })
    const { failed, lines } = await router.lab.load({ connections: 40 })
    assert.deepEqual([failed, lines['fiber']?.connections], [0, 20])
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    await router.lab.restore('dsl')
    await router.becomes('dsl', 'up')
    await router.apply({ lines: { fiber: 2, dsl: 1 }, affinity: 'pair' })
    assert.equal((await router.status()).lines[0]?.openConnections === null, false)
    const answer = await router.client.down({ dryRun: false })
    assert.ok(answer.ok, JSON.stringify(answer))
    assert.equal((await router.daemon.exited).code, 0)
    const left = await router.lab.must(ROUTER, ['nft', 'list', 'tables'])
    assert.equal(left, '')
  })

  test("a second daemon is refused with the first one's pid, and the first goes on", async () => {
    await router.start()
    const before = await boxState(router.lab)
    const { code, stderr } = await router.lab.command(['run'])
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`running already, with pid ${router.daemon.pid}\\b`))
    assert.deepEqual(await boxState(router.lab), before)
    assert.equal((await router.status()).pid, router.daemon.pid)
  })
})
