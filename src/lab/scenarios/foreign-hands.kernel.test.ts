import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

describe('another program takes something of ours away', () => {
  const router = box({ wishes: { lines: { fiber: 1, dsl: 1 }, affinity: 'connection' }, clients: 2 })

  test('nft flush ruleset, as a restarted firewall does: clients are online again at once, not at the next regular look', async () => {
    const { lab } = router
    const flows = await openFlows(lab, ['client-1', 'client-2'], 6)
    await lab.must(ROUTER, ['nft', 'flush', 'ruleset'])
    const flushedAt = performance.now()
    await eventually(
      async () => (await lab.run(ROUTER, ['nft', 'list', 'table', 'inet', 'multihomed'])).code,
      (code) => code === 0,
      { what: 'the table is there again', timeoutMs: 5000 },
    )
    console.log(`table back after ${Math.round(performance.now() - flushedAt)} ms`)
    assert.ok(await lab.httpGet('client-1', lab.topology.servers[0] ?? ''))
    for (const line of ['fiber', 'dsl']) await talkAll(flowsOn(flows, line))
  })

  test('ip rule flush', async () => {
    const { lab } = router
    const rules = (): Promise<string> => lab.must(ROUTER, ['ip', 'rule'])
    const before = await rules()
    await lab.must(ROUTER, ['ip', 'rule', 'flush'])
    // The kernel's own rule for main and default are gone with it; those are not ours to bring back.
    await lab.must(ROUTER, ['ip', 'rule', 'add', 'pref', '32766', 'lookup', 'main'])
    await lab.must(ROUTER, ['ip', 'rule', 'add', 'pref', '32767', 'lookup', 'default'])
    await eventually(rules, (now) => now === before, { what: 'the rules are there again', timeoutMs: 5000 })
    assert.ok(await lab.httpGet('client-2', lab.topology.servers[1] ?? ''))
  })
})
