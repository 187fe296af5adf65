import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findDhcpClient } from '../../kernel/index.ts'
import { ROUTER, eventually } from '../index.ts'
import { box } from './box.ts'
import { serveDhcp, type DhcpServer } from './dhcp-server.ts'
import { openFlows, flowsOn, talkAll } from './flows.ts'
import { ip, usedBy } from './tunnel.ts'

const [FIRST, SECOND] = ['198.51.100.6', '198.51.100.9']
const wishes = {
  lines: { fiber: 1, dsl: 1 },
  health: { rise: '0s' },
  more: { fiber: { address: 'dhcp' } },
} as const
const hasClient = (await findDhcpClient()).ok

describe('a line that asks for its address itself', { skip: !hasClient && 'udhcpc is not installed' }, () => {
  let server: DhcpServer
  const router = box({
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
    clients: 1,
    wishes,
    beforeStart: async (lab) => {
      await ip(lab, 'address flush dev wan1', 'link set wan1 down')
      await lab.assignAddresses('fiber', [FIRST])
      const { host, gateway } = lab.line('fiber')
      server = await serveDhcp(lab.host(host), 'customer', {
        address: FIRST,
        length: 28,
        router: gateway,
        dns: '203.0.113.10',
        leaseS: 8,
        mtuBytes: 1400,
        mood: 'gives',
      })
    },
  })
  before(() => router.becomes('fiber', 'up'))
  after(() => server.close())

  const addresses = async (): Promise<{ local: string; valid_life_time: number }[]> => {
    const links = JSON.parse(await router.lab.must(ROUTER, ['ip', '-json', '-4', 'address', 'show', 'dev', 'wan1'])) as { addr_info: { local: string; valid_life_time: number }[] }[] // prettier-ignore
    return links[0]?.addr_info ?? []
  }
  const has = (address: string): Promise<unknown> =>
    eventually(
      async () => (await router.status()).lines[0],
      (line) => line?.state === 'up' && line.address === address,
      { what: `fiber has ${address}`, timeoutMs: 15_000 },
    )

  test('its interface is switched on, and it works with what the server gave; main has no default of it', async () => {
    await has(FIRST)
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl'])
    assert.match(await ip(router.lab, 'route show table 201'), /default via 198.51.100.1 dev wan1/)
    assert.doesNotMatch(await ip(router.lab, 'route show table main'), /default.*wan1/)
    const [held] = await addresses()
    assert.equal(held?.local, FIRST)
    assert.ok((held?.valid_life_time ?? 99) <= 9, 'it ends with its lease, with or without us')
    assert.match(await ip(router.lab, 'link show dev wan1'), / mtu 1400 /)
  })

  test('it is renewed before it ends, and no connection notices', async () => {
    const flows = await openFlows(router.lab, ['client-1'], 6)
    const so = server.given.length
    await eventually(() => server.given.length, (now) => now > so, { what: 'asked again', timeoutMs: 15_000 }) // prettier-ignore
    await eventually(async () => (await addresses())[0]?.valid_life_time ?? 0, (left) => left >= 7, { what: 'prolonged' }) // prettier-ignore
    await talkAll(flows)
  })

  test('killed and started again: the address stays all the while, and is asked for again', async () => {
    const flows = await openFlows(router.lab, ['client-1'], 6)
    await router.daemon.kill()
    await talkAll(flows)
    assert.equal((await addresses())[0]?.local, FIRST)
    const so = server.given.length
    await router.start()
    await talkAll(flows)
    await eventually(() => server.given.length, (now) => now > so, { what: 'asked again', timeoutMs: 15_000 }) // prettier-ignore
    await has(FIRST)
    await talkAll(flows)
  })

  test('the provider gives another address: the line goes on with it, and the other one notices nothing', async () => {
    const flows = await openFlows(router.lab, ['client-1'], 8)
    await router.lab.assignAddresses('fiber', [FIRST, SECOND])
    server.offer.address = SECOND
    await has(SECOND)
    await eventually(addresses, (held) => held.length === 1, { what: 'the old one is gone' })
    await talkAll(flowsOn(flows, 'dsl'))
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl'])
  })

  test('the provider is silent until the lease ends: the line goes, and comes back when he answers', async () => {
    server.offer.mood = 'silent'
    await eventually(addresses, (held) => held.length === 0, { what: 'the lease is over', timeoutMs: 25_000 })
    await router.becomes('fiber', 'down')
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['dsl'])
    assert.match(await ip(router.lab, 'link show dev wan1'), / mtu 1500 /)

    await ip(router.lab, 'link set wan1 down')
    await router.apply(wishes)
    assert.match(await ip(router.lab, 'link show dev wan1'), /state DOWN/, 'who switched it off meant it')
    await ip(router.lab, 'link set wan1 up')
    server.offer.mood = 'gives'
    await eventually(addresses, (held) => held.length === 1, { what: 'a new lease', timeoutMs: 25_000 })
    await has(SECOND)
  })

  test('after down nothing of it is left: no address, the interface off as before', async () => {
    await router.lab.command(['down'])
    assert.deepEqual(await addresses(), [])
    assert.match(await ip(router.lab, 'link show dev wan1'), / mtu 1500 .*state DOWN/)
  })
})
