import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import { NOTHING_IS_ENDED, box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import type { Flow } from './flows.ts'

const both = { fiber: 1, dsl: 1 }

for (const affinity of ['connection', 'pair'] as const) {
  describe(`a drained line, affinity ${affinity}`, () => {
    const router = box({
      lines: [{ name: 'fiber' }, { name: 'dsl' }],
      clients: 4,
      wishes: { lines: both, affinity, release: NOTHING_IS_ENDED },
    })
    let flows: readonly Flow[] = []
    const clients = (): string[] => router.lab.topology.clients.map(({ host }) => host)

    before(async () => {
      flows = await openFlows(router.lab, clients(), 12)
      // The box's own; its unbound UDP sockets choose a line for every packet and are no connections.
      const own = (await openFlows(router.lab, [ROUTER], 12)).filter(({ name }) => name.startsWith('TCP'))
      flows = [...flows, ...own]
      for (const line of ['fiber', 'dsl']) {
        assert.ok(flowsOn(flows, line).length > 8, line)
        assert.ok(flowsOn(own, line).length > 0, line)
      }
    })

    /** No new connection fails, of the LAN or of the box, and none takes a line that is not among these. */
    async function assertUsed(names: readonly string[]): Promise<void> {
      for (const hosts of [clients(), [ROUTER]]) {
        const { failed, lines } = await router.lab.load({ connections: 80, clients: hosts, timeoutMs: 800 })
        const used = Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
        assert.deepEqual([failed, used], [0, names], `${hosts.join()}: ${JSON.stringify(lines)}`)
      }
    }

    const drain = (line: string, ...more: string[]) => router.lab.command(['drain', line, ...more])
    const stateOf = async (line: string): Promise<string | undefined> =>
      (await router.status()).lines.find(({ name }) => name === line)?.state

    test('new connections avoid it, open ones stay on it and talk, and the log says what was done', async () => {
      await assertUsed(['fiber', 'dsl'])
      const { code, stdout, stderr } = await drain('fiber')
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^fiber takes no new connections from now on .* \d+ are still open\.\n$/)
      await assertUsed(['dsl'])
      await talkAll(flows)
      assert.ok(router.daemon.log.all.some((line) => line.includes('fiber is draining')))
    })

    test('the last line that works is not drained by mistake: exit 6, and it goes on', async () => {
      const { code, stderr } = await drain('dsl')
      assert.equal(code, 6)
      assert.match(
        stderr,
        /^error\[MH601\]: dsl is the only line that works; draining it cuts everyone off\n/,
      )
      assert.match(stderr, /= fiber is draining since/)
      await assertUsed(['dsl'])
    })

    test('when the other line dies it is the last resort, says so, and is left again afterwards', async () => {
      await router.lab.cut('dsl')
      await router.becomes('dsl', 'down')
      await assertUsed(['fiber'])
      const { verdict, notes } = await router.status()
      assert.match(verdict.text, /fiber is draining since .*: used all the same/)
      assert.ok(notes.some(({ code }) => code === 'MH520'))
      await router.lab.restore('dsl')
      await router.becomes('dsl', 'up')
      await assertUsed(['dsl'])
      await talkAll(flows)
    })

    test('a restart and a crash do not forget it', async () => {
      const since = (await router.status()).lines[0]?.since
      for (const end of [() => router.daemon.stop(), () => router.daemon.kill()]) {
        await end()
        await router.start()
        assert.equal(await stateOf('fiber'), 'draining')
        assert.equal((await router.status()).lines[0]?.since, since)
      }
      const steps = router.daemon.log.all.filter((line) => /steps? done/.test(line))
      assert.deepEqual(steps, [])
      await assertUsed(['dsl'])
      await talkAll(flows)
    })

    test('plan without the daemon knows of it too: nothing to do', async () => {
      const plan = await router.lab.command(['plan', '--exit-code'])
      assert.deepEqual([plan.code, plan.stderr], [0, ''], plan.stdout)
    })

    test('other weights while it is drained leave it drained', async () => {
      await router.apply({ lines: { fiber: 5, dsl: 1 }, affinity })
      await assertUsed(['dsl'])
      await router.apply({ lines: both, affinity })
    })

    test('undrain brings it back', async () => {
      const { code, stdout } = await router.lab.command(['undrain', 'fiber'])
      assert.deepEqual([code, stdout], [0, 'fiber takes new connections again.\n'])
      // Pairs that met on the other line meanwhile meet there for ten minutes more.
      if (affinity === 'pair')
        await router.lab.must(ROUTER, ['nft', 'flush', 'map', 'inet', 'multihomed', 'affinity'])
      await assertUsed(['fiber', 'dsl'])
      await talkAll(flows)
    })

    test('--now: what was begun inside begins anew on the other line, so that the cable can be pulled', async () => {
      const { lab } = router
      const talk = await lab.openUdpTalker('client-1')
      const server = lab.topology.servers[0] ?? assert.fail()
      const left = flowsOn(flows, 'fiber').filter(({ name }) => name.startsWith('TCP'))
      const { code, stderr } = await drain('fiber', '--now')
      assert.equal(code, 0, stderr)
      await Promise.all(left.map((flow) => flow.talk().then(() => assert.fail(`${flow.name} went on`), () => undefined))) // prettier-ignore
      assert.equal(lab.lineOfAddress((await talk.ask(server)).client), 'dsl')
      await talkAll(flowsOn(flows, 'dsl'))
      assert.equal((await router.lab.command(['undrain', 'fiber'])).code, 0)
    })
  })
}

/** All that connection tracking knows; the `conntrack` command is not on every machine. */
const FORGET_ALL = `import { endConnections } from '${new URL('../../kernel/conntrack.ts', import.meta.url).href}'
  const done = await endConnections({ family: 'ipv4', mark: 0, mask: 0 })
  if (!done.ok) throw new Error(done.error.said)`

describe('drained by force', () => {
  const router = box({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 2, wishes: { lines: both } })

  test('it is not even the last resort: nobody is online, as was asked for; undrained in time, connections live', async () => {
    const flows = await openFlows(router.lab, ['client-1', 'client-2'], 6)
    for (const line of ['dsl', 'fiber'])
      assert.equal((await router.lab.command(['drain', line, '--force'])).code, 0)
    const { failed } = await router.lab.load({ connections: 8, timeoutMs: 400 })
    assert.equal(failed, 8)
    assert.match((await router.status()).verdict.text, /^No line is in use\./)
    // Again, without force.
    assert.equal((await router.lab.command(['drain', 'fiber'])).code, 0)
    const { failed: none, lines } = await router.lab.load({ connections: 8, timeoutMs: 800 })
    assert.deepEqual([none, lines['fiber']?.connections], [0, 8])
    await talkAll(flows)
  })
})

describe('waiting for the last connection', () => {
  const router = box({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 1, wishes: { lines: both } })

  test('drain --wait tells when no time is left, and when nothing is open', async () => {
    const [talker] = await openFlows(router.lab, ['client-1'], 1)
    const line = talker?.line ?? assert.fail()
    const late = await router.lab.command(['drain', line, '--wait=1'])
    assert.equal(late.code, 1)
    assert.match(late.stderr, /^error\[MH603\]: the time is over, with \d+ connections? open on /)
    await router.lab.must(ROUTER, [process.execPath, '--input-type=module', '-e', FORGET_ALL])
    await eventually(
      async () => (await router.lab.command(['drain', line, '--wait=20'])).code,
      (code) => code === 0,
      { what: 'nothing is open', timeoutMs: 30_000 },
    )
  })
})
