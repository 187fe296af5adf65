import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import type { LineOptions } from '../index.ts'
import { boxState } from './box-state.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import { placeWitness } from './witness.ts'

const lines: readonly LineOptions[] = [
  { name: 'fiber', ipv6: 'delegated' },
  { name: 'dsl', ipv6: 'delegated', addressing: 'by-provider' },
]
const wishes: Wishes = { lines: { fiber: 2, dsl: 1 }, affinity: 'pair', release: '1s' }

describe('IPv6 of the box', () => {
  const router = box({ lines, clients: 2, servers: 4, lanAddress: 'set', wishes, start: 'by-test' })
  let original: Record<string, string>
  before(async () => {
    original = await boxState(router.lab)
    await router.start()
  })
  const servers = (): readonly string[] => router.lab.topology.servers6
  const ip6 = (...words: readonly string[]): Promise<string> =>
    router.lab.must(ROUTER, ['ip', '-6', ...words])

  test('nft takes the text that remembers pairs, and each family counts ports where lines are chosen', async () => {
    const { failed } = await router.lab.load({ connections: 40, servers: servers() })
    assert.equal(failed, 0)
    const policy = await router.lab.must(ROUTER, ['sysctl', '-n', 'net.ipv4.fib_multipath_hash_policy', 'net.ipv6.fib_multipath_hash_policy']) // prettier-ignore
    assert.deepEqual(policy.trim().split('\n'), ['1', '1'])
    for (const [family, rules] of [
      ['-4', await router.lab.must(ROUTER, ['ip', '-4', 'rule'])],
      ['-6', await ip6('rule')],
    ] as const)
      // prettier-ignore
      assert.match(rules, /30050:.*\n30101:.*\n30101:.*\n30201:[^]*\n30222:.*lookup 222 /, family)
    assert.match(await ip6('route', 'show', 'table', '222'), /default nhid 224000 proto 222/)
  })

  test('what was applied is nothing to apply', async () => {
    const plan = await router.lab.command(['plan', '--exit-code'])
    assert.deepEqual([plan.code, plan.stderr], [0, ''], plan.stdout)
  })

  for (const [what, hand] of [
    ['ip -6 rule flush', () => ip6('rule', 'flush')],
    ['ip -6 route del of a line', () => ip6('route', 'del', 'default', 'dev', 'wan1', 'table', '201')],
    ['nft flush ruleset', () => router.lab.must(ROUTER, ['nft', 'flush', 'ruleset'])],
  ] as const)
    test(`${what}: all of it is put back, and open connections go on`, async () => {
      const flows = await openFlows(router.lab, ['client-1', 'client-2'], 6, { family: 'ipv6' })
      const asItIs = async (): Promise<string> =>
        [
          await ip6('rule'),
          await ip6('route', 'show', 'table', '201'),
          (await router.lab.run(ROUTER, ['nft', '-s', 'list', 'map', 'inet', 'multihomed', 'slots6'])).stdout,
        ].join('\n')
      const before = await asItIs()
      await hand()
      // The kernel's own rule went with ours, and is nobody's to bring back.
      if (what.includes('rule flush')) await ip6('rule', 'add', 'pref', '32766', 'lookup', 'main')
      await eventually(asItIs, (now) => now === before, { what: 'all is back', timeoutMs: 10_000 })
      for (const line of ['fiber', 'dsl']) await talkAll(flowsOn(flows, line))
    })

  test('down leaves rules, routes, addresses and settings of IPv6 as they were', async () => {
    const { code, stdout, stderr } = await router.lab.command(['down'])
    assert.equal(code, 0, stdout + stderr)
    assert.deepEqual(await boxState(router.lab), original)
  })
})

describe('a line with IPv6 only', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated', ipv4: false },
      { name: 'dsl' },
      { name: 'lte', ipv6: 'link-only' },
    ],
    clients: 2,
    servers: 2,
    wishes: { lines: { fiber: 1, dsl: 1, lte: 1 } },
  })

  test('each family takes the lines that have it', async () => {
    const { servers, servers6 } = router.lab.topology
    for (const [asked, expected] of [
      [servers, { fiber: 0, dsl: 20, lte: 20 }],
      [servers6, { fiber: 20, dsl: 0, lte: 20 }],
    ] as const) {
      const { failed, lines: seen } = await router.lab.load({ connections: 40, servers: asked })
      const counts = Object.fromEntries(Object.entries(seen).map(([name, { connections }]) => [name, connections])) // prettier-ignore
      assert.deepEqual([failed, counts], [0, expected])
    }
  })

  test('nothing of the other family is wished for where a line has none', async () => {
    const plan = await router.lab.command(['plan', '--exit-code'])
    assert.deepEqual([plan.code, plan.stderr], [0, ''], plan.stdout)
    assert.doesNotMatch(await router.lab.must(ROUTER, ['ip', '-4', 'rule']), /lookup 201/)
    assert.doesNotMatch(await router.lab.must(ROUTER, ['ip', '-6', 'rule']), /lookup 202/)
  })

  test('a line without its device: what is bound to it leaves by no other', async () => {
    const elsewhere = await placeWitness(router.lab, ROUTER, {
      hook: 'postrouting',
      match: 'oifname "wan1" ip6 saddr 2001:db8:3::/64',
      of: ['ip6 daddr'],
    })
    const address = ['2001:db8:3::2/128', 'dev', 'lo']
    await router.lab.must(ROUTER, ['ip', 'address', 'add', ...address]) // whoever is bound to it still can be
    await router.lab.unplug('lte')
    await router.becomes('lte', 'absent')
    const [server = ''] = router.lab.topology.servers6
    for (const options of [{ from: '2001:db8:3::2' }, { mark: 0x0300_0000 }])
      await assert.rejects(router.lab.httpGet(ROUTER, server, { family: 'ipv6', timeoutMs: 400, ...options }))
    assert.deepEqual(await elsewhere.seen(), [])
    await router.lab.must(ROUTER, ['ip', 'address', 'del', ...address])
    await router.lab.replug('lte')
    await router.becomes('lte', 'up')
  })
})
