import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { INTERNET, LAN, ROUTER, eventually } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import { dial, whyNoDialling } from './ppp.ts'
import { ip, usedBy } from './tunnel.ts'
import { placeWitness } from './witness.ts'

const both = { fiber: 1, dsl: 1 }
const hosts = ['client-1', 'client-2']

/** The provider hands out another address; the DHCP client does `steps` with it. */
async function lease(router: Box, address: string, ...steps: string[]): Promise<void> {
  await router.lab.assignAddresses('fiber', [address])
  await ip(router.lab, ...steps)
}

/** Waits until both lines carry new connections, fiber with this address. */
async function arrives(router: Box, address: string): Promise<void> {
  const { lab } = router
  await eventually(
    async () => (await router.status()).lines.map((line) => [line.state, line.address]),
    (seen) => JSON.stringify(seen) === JSON.stringify([['up', address], ['up', lab.line('dsl').address]]), // prettier-ignore
    { what: `fiber has ${address}` },
  )
  const seen = await Promise.all(
    lab.topology.servers.flatMap((server) => [
      lab.httpGet('client-1', server).then(({ client }) => client),
      lab.askUdp('router', server).then(({ client }) => client),
    ]),
  )
  assert.deepEqual(new Set(seen), new Set([address, lab.line('dsl').address]))
}

describe('a line that follows its DHCP client', () => {
  const router = box({
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
    clients: 2,
    // Its card and address go and come many times here, which else is held against the line.
    wishes: { lines: both, health: { rise: '0s' } },
  })

  test('a new address before the old one goes: connections with the old one learn it, the others notice nothing', async () => {
    const flows = await openFlows(router.lab, hosts, 8)
    await lease(
      router,
      '198.51.100.9',
      'address add 198.51.100.9/28 dev wan1',
      'route change default via 198.51.100.1 dev wan1 proto dhcp metric 100 src 198.51.100.9',
      'address del 198.51.100.2/28 dev wan1',
    )
    await arrives(router, '198.51.100.9')
    const tcp = flowsOn(flows, 'fiber').filter((flow) => flow.name.startsWith('TCP'))
    await Promise.all(tcp.map((flow) => assert.rejects(flow.talk(), flow.name)))
    assert.deepEqual(await Promise.all(tcp.map((flow) => flow.ended)), tcp.map(() => 'ECONNRESET')) // prettier-ignore
    await talkAll(flowsOn(flows, 'dsl'))
  })

  test('the old address gone before the new one comes', async () => {
    await ip(router.lab, 'address flush dev wan1')
    await router.becomes('fiber', 'down')
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['dsl'])
    await lease(
      router,
      '198.51.100.7',
      'address add 198.51.100.7/28 dev wan1',
      'route add default via 198.51.100.1 dev wan1 proto dhcp metric 100',
    )
    await arrives(router, '198.51.100.7')
  })

  test('another gateway: the same connections go on through it', async () => {
    const flows = await openFlows(router.lab, hosts, 6)
    const { host } = router.lab.line('fiber')
    await router.lab.must(host, ['ip', 'address', 'add', '198.51.100.14/28', 'dev', 'customer'])
    await ip(router.lab, 'route replace default via 198.51.100.14 dev wan1 proto dhcp metric 100')
    await eventually(
      async () => (await router.status()).lines[0]?.gateway,
      (gateway) => gateway === '198.51.100.14',
      { what: 'fiber has its new gateway' },
    )
    await talkAll(flows)
    assert.match(await ip(router.lab, 'route show table 201'), /default via 198.51.100.14 dev wan1/)
  })

  test('a client of DHCP that says the MTU of its route alone (dhcpcd): segments fit in both directions', async () => {
    const { lab } = router
    const [server = ''] = lab.topology.servers
    const path = ['ping', '-c1', '-W1', '-M', 'do', '-s', '1472', '-I', '198.51.100.7', server]
    const sizes = { match: 'tcp flags & (syn | rst) == syn', of: ['tcp option maxseg size'] }
    const out = await placeWitness(lab, INTERNET, { ...sizes, hook: 'input', match: `ip saddr 198.51.100.7 ${sizes.match}` }) // prettier-ignore
    const inwards = await placeWitness(lab, 'client-1', { ...sizes, hook: 'input' })
    assert.equal((await lab.run(ROUTER, path)).code, 0)
    await ip(lab, 'route change default via 198.51.100.14 dev wan1 proto dhcp metric 100 mtu 1450')
    await eventually(
      async () => [await ip(lab, 'route show table 201'), await lab.must(ROUTER, ['nft', 'list', 'chains', 'inet'])], // prettier-ignore
      ([route = '', chains = '']) => route.includes('mtu 1450') && chains.includes('clamp'),
      { what: 'the line has it' },
    )
    assert.deepEqual(await usedBy(lab, 'client-1'), ['fiber', 'dsl'])
    assert.deepEqual(await out.seen(), [['1410']])
    assert.deepEqual((await inwards.seen()).flat().toSorted(), ['1410', '1460'])
    assert.match((await lab.run(ROUTER, path)).stderr, /mtu[ =]1450/)
    await ip(lab, 'route change default via 198.51.100.14 dev wan1 proto dhcp metric 100')
    await eventually(
      () => lab.must(ROUTER, ['nft', 'list', 'chains', 'inet']),
      (shown) => !shown.includes('clamp'),
      { what: 'nobody is told any more' },
    )
  })

  test('a default by a nexthop object, as FRR sets it: the line has a gateway', async () => {
    const { lab } = router
    await ip(lab, 'address flush dev wan1')
    await router.becomes('fiber', 'down')
    await lease(
      router,
      '198.51.100.8',
      'address add 198.51.100.8/28 dev wan1',
      'nexthop add id 10 via 198.51.100.1 dev wan1 proto zebra',
      'route add default nhid 10 proto 196 metric 20',
    )
    await arrives(router, '198.51.100.8')
    assert.match(await ip(lab, 'route show table 201'), /default via 198.51.100.1 dev wan1/)
  })

  test('a card that is gone and comes back with another number, another address and another gateway', async () => {
    await router.lab.unplug('fiber')
    await router.becomes('fiber', 'absent')
    await router.lab.assignAddresses('fiber', ['198.51.100.2'])
    await router.lab.replug('fiber')
    await arrives(router, '198.51.100.2')
  })
})

describe('a line with snat to whichever address it has', () => {
  const router = box({
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
    clients: 2,
    wishes: { lines: both },
    start: 'by-test',
  })

  test('an address that comes back costs no connection, another one ends those of the old: none goes on with a wrong source', async () => {
    const { lab } = router
    const dsl = lab.line('dsl')
    await writeFile(
      lab.daemonPaths.config,
      `lan: { interfaces: [{ name: ${LAN.device}, address: ${LAN.router}/${LAN.length} }] }
lines:
  fiber: { interface: wan1, nat: snat }
  dsl: { interface: wan2, address: ${dsl.addressWithLength}, gateway: ${dsl.gateway} }
affinity: connection
release: { after: never, repick: false }
`,
    )
    await router.start()
    const flows = await openFlows(lab, hosts, 8)
    const back = (address: string): string[] => [
      `address add ${address}/28 dev wan1`,
      'route add default via 198.51.100.1 dev wan1 proto dhcp metric 100',
    ]

    await ip(lab, 'address flush dev wan1')
    await router.becomes('fiber', 'down')
    await ip(lab, ...back('198.51.100.2'))
    await arrives(router, '198.51.100.2')
    await talkAll(flows)

    await ip(lab, 'address flush dev wan1')
    await router.becomes('fiber', 'down')
    await lease(router, '198.51.100.5', ...back('198.51.100.5'))
    await arrives(router, '198.51.100.5')
    const tcp = flowsOn(flows, 'fiber').filter((flow) => flow.name.startsWith('TCP'))
    await Promise.all(tcp.map((flow) => assert.rejects(flow.talk(), flow.name)))
    assert.deepEqual(await Promise.all(tcp.map((flow) => flow.ended)), tcp.map(() => 'ECONNRESET')) // prettier-ignore
    await talkAll(flowsOn(flows, 'dsl'))
  })
})

describe('a line that is dialled (PPP)', { skip: whyNoDialling() }, () => {
  const router = box({
    lines: [{ name: 'dsl' }, { name: 'lte' }],
    clients: 2,
    wishes: { lines: { dsl: 1 } },
    start: 'by-test',
  })

  test('its device comes late, hangs up, and comes back with another address and number; no gateway is needed', async () => {
    const { lab } = router
    const dsl = lab.line('dsl')
    await writeFile(
      lab.daemonPaths.config,
      `lan: { interfaces: [{ name: ${LAN.device}, address: ${LAN.router}/${LAN.length} }] }
lines:
  dsl: { interface: wan1, address: ${dsl.addressWithLength}, gateway: ${dsl.gateway} }
  lte: { interface: ppp0 }
affinity: connection
release: { after: never, repick: false }
`,
    )
    await router.start()
    await router.becomes('lte', 'absent')
    assert.deepEqual(await usedBy(lab, 'client-1'), ['dsl'])
    for (const address of ['192.0.2.2', '192.0.2.11']) {
      const call = await dial(lab, 'lte', { device: 'ppp0', address })
      await router.becomes('lte', 'up')
      assert.equal((await router.status()).lines[1]?.address, address)
      assert.deepEqual(await usedBy(lab, 'client-1'), ['dsl', 'lte'])
      assert.deepEqual(await usedBy(lab, 'router'), ['dsl', 'lte'])
      assert.match(await ip(lab, 'route show table 202'), new RegExp(`default dev ppp0.* src ${address}`))
      const flows = await openFlows(lab, hosts, 6)
      await talkAll(flows)
      await call.hangUp()
      await router.becomes('lte', 'absent')
      assert.deepEqual(await usedBy(lab, 'client-1'), ['dsl'])
      await talkAll(flowsOn(flows, 'dsl'))
    }
  })
})
