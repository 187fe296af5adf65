import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { askTarget } from '../../kernel/ask-target.ts'
import { mark, witnessesBy } from '../../model/index.ts'
import type { ProbeAnswer, ProbePath, WitnessTarget } from '../../model/index.ts'
import { eventually, inNamespace, ROUTER } from '../index.ts'
import { box } from './box.ts'

const LINE_1 = { mark: mark(0x0100_0000) }
const LINE_2 = { mark: mark(0x0200_0000) }
const NOBODY = '203.0.113.250'
const RIGHTS = {
  'through a raw socket, where nobody may have an ICMP one': '1 0',
  'through an ICMP socket': '0 4294967294',
}

describe('one-shot probes', () => {
  const router = box({
    // The default route in main is that of fiber, which dies below.
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
    clients: 0,
    servers: 1,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  /** A probe by the router. Its sockets are made before this returns, so that they are of the router. */
  const ask = (path: ProbePath, target: WitnessTarget, timeoutMs = 300): Promise<ProbeAnswer> =>
    inNamespace(router.lab.host(ROUTER), () => ({ answer: askTarget(path, target, timeoutMs) })).answer
  const may = (groups: string): void =>
    inNamespace(router.lab.host(ROUTER), () => writeFileSync('/proc/sys/net/ipv4/ping_group_range', groups))
  const wan1 = { dev: 'wan1' }
  const wan2 = { dev: 'wan2' }
  const [witness] = witnessesBy('icmp')
  assert.ok(witness)

  test('every witness answers every kind of probe, over every line and by every way to name it', async () => {
    const { address: source } = router.lab.line('dsl')
    for (const path of [wan1, wan2, LINE_1, LINE_2, { source }, {}])
      for (const kind of ['icmp', 'tcp', 'dns'] as const)
        for (const target of witnessesBy(kind)) {
          const answer = await ask(path, target, 2000)
          assert.ok(answer.answered && answer.delayMs > 0 && answer.delayMs < 2000, JSON.stringify(answer))
        }
  })

  for (const [how, groups] of Object.entries(RIGHTS)) {
    describe(how, () => {
      before(() => may(groups))

      describe('while the provider of fiber is silent', () => {
        before(() => router.lab.blackhole('fiber'))
        after(() => router.lab.restore('fiber'))

        test('that line is told from the one that works, whatever main prefers', async () => {
          const silence = { answered: false, why: 'no answer within 300 ms' }
          for (const kind of ['icmp', 'tcp', 'dns'] as const)
            for (const target of witnessesBy(kind).slice(0, 1)) {
              for (const path of [wan1, LINE_1]) assert.deepEqual(await ask(path, target), silence)
              for (const path of [wan2, LINE_2]) assert.ok((await ask(path, target, 2000)).answered)
            }
        })

        test('a hundred at once: none takes the answer of another', async () => {
          const targets = [...witnessesBy('icmp'), ...witnessesBy('tcp'), ...witnessesBy('dns')]
          const answered = async (path: ProbePath): Promise<number> => {
            const all = Array.from({ length: 50 }, (_, i) => ask(path, targets[i % 9] ?? assert.fail(), 1000))
            return (await Promise.all(all)).filter((answer) => answer.answered).length
          }
          assert.deepEqual(await Promise.all([wan1, wan2, LINE_1, LINE_2].map(answered)), [0, 50, 0, 50])
        })
      })

      test('thousands leave no descriptor open, however they end', async () => {
        const descriptors = (): number => readdirSync('/proc/self/fd').length
        const refused = { kind: 'tcp', address: witness.address, port: 9 } as const
        const round = async (): Promise<void> => {
          const ways: [ProbePath, WitnessTarget, number?][] = [
            [wan1, witness],
            [LINE_2, witness],
            [wan2, refused],
            [wan2, { ...refused, port: 443 }],
            [wan1, { kind: 'dns', address: witness.address }],
            [wan1, { kind: 'icmp', address: NOBODY }, 1],
            [wan1, { kind: 'tcp', address: NOBODY }, 1],
            [{ dev: 'wan9' }, witness],
            [{ source: '192.0.2.99' }, refused],
          ]
          await Promise.all(ways.map((way) => ask(...way)))
        }
        await round()
        const before = descriptors()
        for (let rounds = 0; rounds < 400; rounds += 1) await round()
        await eventually(descriptors, (now) => now <= before, { what: `${before} descriptors are open` })
      })
    })
  }

  test('a target that refuses the connection has been reached', async () => {
    const answer = await ask(wan1, { kind: 'tcp', address: witness.address, port: 9 })
    assert.ok(answer.answered, JSON.stringify(answer))
  })

  describe('a gateway whose firewall refuses what it cannot forward', () => {
    const nft = (text: string): Promise<string> => router.lab.must('isp-dsl', ['nft', text])
    before(async () => {
      await nft('add chain ip provider refuse { type filter hook forward priority -10; }')
      await nft('add rule ip provider refuse iifname "customer" reject')
    })
    after(() => nft('delete chain ip provider refuse'))

    test('proves nothing, though it answers in a moment', async () => {
      for (const path of [wan2, LINE_2])
        assert.deepEqual(await ask(path, { kind: 'tcp', address: witness.address }, 2000), {
          answered: false,
          why: 'a router on the way refused it',
        })
    })
  })

  const REASONS: Record<
    string,
    { path?: ProbePath; target?: WitnessTarget; why: RegExp; given?: string[][] }
  > = {
    'an interface that is not there': { path: { dev: 'wan9' }, why: /^there is no such interface$/ },
    'an address that is not ours': {
      path: { source: '192.0.2.99' },
      why: /^this box does not have that source/,
    },
    'an interface that is switched off': {
      path: wan2,
      why: /^(no route leads there|the interface is switched off)$/,
      given: [['ip', 'link', 'set', 'wan2', 'down']],
    },
    'a route that prohibits it': {
      path: LINE_2,
      given: [['ip', 'link', 'set', 'wan2', 'down']],
      why: /^the routes of this box prohibit it$/,
    },
    'our own firewall': {
      path: wan1,
      why: /^this box's own firewall does not let it out$/,
      given: [
        ['nft', 'add table ip f; add chain ip f o { type filter hook output priority 0; policy drop; }'],
      ],
    },
  }
  for (const [what, { path = {}, target = witness, why, given = [] }] of Object.entries(REASONS)) {
    test(`what stands in the way is said: ${what}`, async () => {
      for (const argv of given) await router.lab.must(ROUTER, argv)
      const answer = await ask(path, target)
      assert.ok(!answer.answered)
      assert.match(answer.why, why)
      assert.equal(answer.unasked ?? false, answer.why !== 'no route leads there')
    })
  }
})
