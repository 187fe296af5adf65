import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import { box } from './box.ts'
import { plugIpv6, tryTcp, V6 } from './ipv6.ts'
import { placeWitness } from './witness.ts'
import type { Witness } from './witness.ts'

describe('ports of lines that lead to a server in the LAN, over IPv6', () => {
  const router = box({
    lines: [
      { name: 'fiber', addressing: 'by-provider' },
      { name: 'dsl', addressing: 'by-provider' },
    ],
    clients: 1,
    servers: 1,
    beforeStart: async (lab) => {
      await plugIpv6(lab)
      await lab.must(ROUTER, [
        'ip',
        '-6',
        'route',
        'add',
        'default',
        'via',
        '2001:db8:2::1',
        'metric',
        '2048',
      ])
    },
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      firewall: { inbound: 'drop' },
      forward: [
        { port: 'tcp/443', to: `[${V6.client}]:7443` },
        { line: 'dsl', port: 'tcp/8000-8002', to: `[${V6.client}]:9000-9002` },
      ],
    },
  })
  /** Who asked the server, and for which port. Nobody listens there: a refusal has been all the way and back. */
  let asked: Witness
  before(async () => {
    const { lab } = router
    asked = await placeWitness(lab, 'client-1', {
      hook: 'input',
      match: 'tcp dport { 7443, 9000-9002 }',
      of: ['ip6 saddr', 'tcp dport'],
    })
    await eventually(
      () => lab.must(ROUTER, ['nft', 'list', 'set', 'inet', 'multihomed', 'public6_1']),
      (text) => text.includes(V6.fiber),
      { what: 'the address of fiber is known' },
    )
  })

  const ask = async (host: string, to: string, port: number, from?: string): Promise<string[]> => {
    await asked.forget()
    assert.equal(await tryTcp(router.lab, host, to, port, from), 'refused', `${host} to ${to}, port ${port}`)
    return [...new Set((await asked.seen()).map((words) => words.join(' ')))]
  }

  test('from outside every line leads there, and brings the answer back', async () => {
    for (const to of [V6.fiber, V6.dsl])
      // The first of all may come before routers and neighbours have found each other.
      await eventually(
        () => tryTcp(router.lab, INTERNET, to, 443, V6.server),
        (word) => word === 'refused',
        { what: `${to} leads to the server` },
      )
    for (const to of [V6.fiber, V6.dsl])
      assert.deepEqual(await ask(INTERNET, to, 443, V6.server), [`${V6.server} 7443`])
    assert.deepEqual(await ask(INTERNET, V6.dsl, 8001, V6.server), [`${V6.server} 9001`])
  })

  test('what is forwarded on no line is kept out', async () => {
    assert.equal(await tryTcp(router.lab, INTERNET, V6.fiber, 8001, V6.server), 'nothing')
  })

  test('the server itself and this box reach it at the public address', async () => {
    for (const host of ['client-1', ROUTER])
      for (const to of [V6.fiber, V6.dsl]) assert.deepEqual(await ask(host, to, 443), [`${V6.lan} 7443`])
  })
})
