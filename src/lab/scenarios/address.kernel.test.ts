import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

/** The provider gives the customer another address of the same network, and takes packets from no other. */
const NEW_ADDRESS = '198.51.100.9'

describe('a fixed address that is another one in the file', () => {
  const router = box({ wishes: { lines: { fiber: 1, dsl: 1 }, affinity: 'connection' }, clients: 4 })

  test('connections of that line end at once and go on from the new address; the others notice nothing', async () => {
    const { lab } = router
    const flows = await openFlows(lab, ['client-1', 'client-2', 'client-3', 'client-4'], 8)
    const old = flowsOn(flows, 'fiber')
    const { address } = lab.line('fiber')

    const { config } = lab.daemonPaths
    await writeFile(config, (await readFile(config, 'utf8')).replaceAll(address, NEW_ADDRESS))
    await lab.assignAddresses('fiber', [NEW_ADDRESS])
    const applied = await router.client.apply()
    assert.ok(applied.ok)

    await Promise.all(old.map((flow) => assert.rejects(flow.talk(), flow.name)))
    const tcp = old.filter((flow) => flow.name.startsWith('TCP'))
    assert.ok(tcp.length > 0)
    assert.deepEqual(await Promise.all(tcp.map((flow) => flow.ended)), tcp.map(() => 'ECONNRESET')) // prettier-ignore
    await talkAll(flowsOn(flows, 'dsl'))

    const seen = await Promise.all(
      lab.topology.servers.map(async (server) => (await lab.httpGet('client-1', server)).client),
    )
    assert.deepEqual(new Set(seen), new Set([NEW_ADDRESS, lab.line('dsl').address]))
    assert.doesNotMatch(await lab.must('router', ['ip', '-4', 'address', 'show', 'dev', 'wan1']), new RegExp(`${address}/`)) // prettier-ignore
  })
})
