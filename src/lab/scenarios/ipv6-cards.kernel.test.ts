import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { makeControlGroup } from '../../kernel/control-group.ts'
import { INTERNET, ROUTER } from '../index.ts'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

const MARKS = { fiber: 0x0100_0000, dsl: 0x0200_0000 } as const

describe('two lines on one card, in both families', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'link-only' },
      { name: 'dsl', ipv6: 'link-only', sharing: { with: 'fiber', what: 'card' } },
    ],
    clients: 2,
    servers: 4,
    wishes: { lines: { fiber: 2, dsl: 1 } },
  })
  const lineOf = (address: string): string | undefined => router.lab.lineOfAddress(address)
  before(async () => {
    for (const { ipv6 } of router.lab.topology.lines)
      await router.lab.listen(ROUTER, 'echo', ipv6?.address ?? assert.fail(), 8022)
  })

  test('new connections of each family are spread by weight, and stay', async () => {
    const { servers, servers6 } = router.lab.topology
    const flows = await openFlows(router.lab, ['client-1', 'client-2'], 9, { family: 'ipv6' })
    for (const line of ['fiber', 'dsl']) assert.ok(flowsOn(flows, line).length > 2, line)
    for (const those of [servers, servers6]) {
      const { failed, lines } = await router.lab.load({ connections: 60, servers: those })
      assert.equal(failed, 0)
      assert.ok(Math.abs((lines['fiber']?.connections ?? 0) - 40) <= 2, JSON.stringify(lines))
    }
    await talkAll(flows)
  })

  test('who asks from outside is answered by the line that was asked', async () => {
    for (const { ipv6 } of router.lab.topology.lines)
      for (const from of router.lab.topology.servers6) {
        const connection = await router.lab.openConnection(INTERNET, ipv6?.address ?? '', { port: 8022, from }) // prettier-ignore
        await connection.exchange()
      }
  })

  test("the box's own connections are spread; bound to an address, or marked, they take that line", async () => {
    const { servers6, lines } = router.lab.topology
    const [server = ''] = servers6
    const own = await router.lab.load({ connections: 40, clients: [ROUTER], servers: servers6 })
    assert.equal(own.failed, 0)
    for (const { share } of Object.values(own.lines)) assert.ok(share > 0.1, JSON.stringify(own.lines))
    for (const { name, ipv6 } of lines)
      assert.equal(lineOf((await router.lab.httpGet(ROUTER, server, { from: ipv6?.address ?? '' })).client), name) // prettier-ignore
    for (const [name, mark] of Object.entries(MARKS))
      assert.equal(lineOf((await router.lab.httpGet(ROUTER, server, { family: 'ipv6', mark })).client), name)
  })

  test('the next start finds all of it as it should be', async () => {
    const plan = await router.lab.command(['plan', '--exit-code'])
    assert.deepEqual([plan.code, plan.stderr], [0, ''], plan.stdout)
  })

  test('multihome use takes the line in IPv6 too', { skip: whyNoGroups() }, async () => {
    const [server = ''] = router.lab.topology.servers6
    const script = `require('node:http').get({ host: '${server}', port: 80 }, (answer) => answer.pipe(process.stdout))`
    for (const line of ['fiber', 'dsl']) {
      const { stdout, stderr } = await router.lab.command(['use', line, process.execPath, '-e', script])
      const { client } = JSON.parse(stdout || '{}') as { client?: string }
      assert.equal(lineOf(client ?? ''), line, stdout + stderr)
    }
  })
})

/** Control groups belong to the whole machine: an ordinary user's private world cannot make any. */
function whyNoGroups(): string | undefined {
  const made = makeControlGroup()
  if (!made.ok) return made.error.said
  made.value.remove()
  return undefined
}
