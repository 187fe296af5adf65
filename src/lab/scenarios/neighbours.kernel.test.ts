import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, LAN, ROUTER } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import { ip, usedBy } from './tunnel.ts'
import { placeWitness } from './witness.ts'

const both = { fiber: 1, dsl: 1 }

describe('what else is on such a box', () => {
  const router = box({
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
    clients: 4,
    servers: 4,
    wishes: { lines: both, affinity: 'pair' },
  })
  const elements = (map: string): Promise<string> =>
    router.lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', map])

  test('a default route that DHCP left in main does no harm, and is told', async () => {
    const { lab } = router
    assert.match(await lab.must(ROUTER, ['ip', 'route']), /^default via 198\.51\.100\.1 dev wan1 proto dhcp/)
    const { failed, lines } = await lab.load({ connections: 200 })
    assert.equal(failed, 0)
    assert.ok(Math.abs((lines['fiber']?.share ?? 0) - 0.5) < 0.1, JSON.stringify(lines))
    assert.deepEqual(await usedBy(lab, ROUTER), ['fiber', 'dsl'])
    const told = /a default route by wan1 through 198\.51\.100\.1 is in the main table.*does no harm/
    assert.match((await router.status()).notes.map(({ text }) => text).join('\n'), told)
    assert.match((await lab.command(['plan'])).stdout.replaceAll(/\s+/g, ' '), told)
    await router.daemon.log.waitFor(told)
  })

  test("a modem's page behind a line is reached from the LAN, by that line, from the near address", async () => {
    const { lab } = router
    const { host, address } = lab.line('dsl')
    await lab.assignAddresses('dsl', [address, '192.168.100.2'])
    await lab.must(host, ['ip', 'address', 'add', '192.168.100.1/24', 'dev', 'customer'])
    await lab.listen(host, 'http', '192.168.100.1')
    await ip(lab, 'address add 192.168.100.2/24 dev wan2')
    await eventually(() => elements('near4'), (listing) => listing.includes('192.168.100.0/24'), { what: 'near' }) // prettier-ignore
    const marks = await placeWitness(lab, ROUTER, {
      hook: 'postrouting',
      match: 'ip daddr 192.168.100.1',
      of: ['oifname', 'ct mark'],
    })
    for (const client of ['client-1', 'client-2', 'client-3', 'client-4', ROUTER])
      assert.equal((await lab.httpGet(client, '192.168.100.1')).client, '192.168.100.2')
    assert.deepEqual(await marks.seen(), [['"wan2"', '0x02000000']])
    // The gateways too, each by its own line.
    for (const { gateway } of lab.topology.lines)
      assert.equal((await lab.ping('client-1', gateway)).answers, 1)
  })

  test('broadcast and multicast of the LAN take no turn and leave no memory', async () => {
    const { lab } = router
    await lab.must(ROUTER, ['nft', 'flush map inet multihomed affinity'])
    const before = await router.chosen()
    const came = await placeWitness(lab, ROUTER, {
      hook: 'prerouting',
      priority: -400,
      match: 'udp dport 1900',
      of: ['ip daddr'],
    })
    const targets = ['239.255.255.250', '224.0.0.251', '255.255.255.255', '10.0.0.255']
    for (const target of targets) {
      await using socket = await openUdp(lab.host('client-1'), {
        from: lab.topology.clients[0]?.address ?? '',
      })
      socket.setBroadcast(true)
      socket.send('who is there?', 1900, target)
      await eventually(() => came.seen(), (seen) => seen.flat().includes(target), { what: target }) // prettier-ignore
    }
    assert.deepEqual(await router.chosen(), before)
    assert.doesNotMatch(await elements('affinity'), /elements/)
  })

  test('a pair whose line died is forgotten, and sticks again on its new line, even after the return', async () => {
    const { lab } = router
    const lineOf = async (): Promise<string | undefined> =>
      lab.lineOfAddress((await lab.httpGet('client-1', '203.0.113.10')).client)
    const first = (await lineOf()) ?? ''
    const other = first === 'fiber' ? 'dsl' : 'fiber'
    assert.deepEqual(await Promise.all([lineOf(), lineOf(), lineOf()]), [first, first, first])
    await lab.cut(first)
    await router.becomes(first, 'down')
    assert.equal(await lineOf(), other)
    await lab.restore(first)
    await router.becomes(first, 'up')
    for (let i = 0; i < 6; i++) assert.equal(await lineOf(), other)
  })

  test('a socket bound to a second own address of a line keeps that address', async () => {
    const { lab } = router
    const second = '198.51.100.7'
    await lab.assignAddresses('fiber', [lab.line('fiber').address, second])
    await ip(lab, `address add ${second}/28 dev wan1`)
    await eventually(() => lab.must(ROUTER, ['ip', 'rule']), (rules) => rules.includes(second), { what: 'its rule' }) // prettier-ignore
    for (let i = 0; i < 8; i++) {
      assert.equal((await lab.httpGet(ROUTER, '203.0.113.11', { from: second })).client, second)
      assert.equal((await lab.askUdp(ROUTER, '203.0.113.11', { from: second })).client, second)
    }
    assert.equal((await lab.ping('internet', second, { from: '203.0.113.11' })).answers, 1)
  })

  test('IPv6 of the box and of its LAN is left alone: routed as others want it, no mark, no turn taken', async () => {
    const { lab } = router
    const { host, device } = lab.line('fiber')
    await lab.assignAddresses('fiber', ['fd00::/64', 'fd01::/64'])
    await lab.must('client-1', ['ip', '-batch', '-'], {
      input: 'address add fd00::11/64 dev eth0 nodad\nroute add default via fd00::1\n',
    })
    await ip(
      lab,
      `address add fd00::1/64 dev ${LAN.device} nodad`,
      `address add fd01::2/64 dev ${device} nodad`,
    )
    await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
    await lab.must(host, ['ip', '-batch', '-'], {
      input: 'address add fd01::1/64 dev customer nodad\nroute add fd00::/64 via fd01::2\n',
    })
    const marks = await placeWitness(lab, ROUTER, {
      hook: 'postrouting',
      match: 'icmpv6 type { echo-request, echo-reply }',
      of: ['ip6 saddr', 'meta mark', 'ct mark'],
    })
    const before = await router.chosen()
    for (const [from, to] of [['client-1', 'fd01::1'], [ROUTER, 'fd01::1'], ['client-1', 'fd00::1'], [host, 'fd00::11']] as const) // prettier-ignore
      await eventually(() => lab.ping(from, to), ({ answers }) => answers === 1, { what: `ping ${to}` }) // prettier-ignore
    assert.deepEqual(
      new Set((await marks.seen()).map((words) => words.slice(1).join(' '))),
      new Set(['0x00000000 0x00000000']),
    )
    assert.deepEqual(await router.chosen(), before)
    const rules = await lab.must(ROUTER, ['ip', '-6', 'rule'])
    assert.equal(rules, '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n')
    const routes = await lab.must(ROUTER, ['ip', '-6', 'route', 'show', 'table', 'all'])
    assert.doesNotMatch(routes, /proto 222|table 2\d\d /)
  })
})
