import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, LAN, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import { openFlows, talkAll } from './flows.ts'
import { placeWitness } from './witness.ts'

const both = { fiber: 1, dsl: 1 }

/** Which lines carry a few new connections of a host. */
async function usedBy(lab: Lab, host: string): Promise<string[]> {
  const { failed, lines } = await lab.load({ connections: 24, clients: [host] })
  assert.equal(failed, 0)
  return Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
}

const ip = (lab: Lab, ...commands: string[]): Promise<string> =>
  lab.must(ROUTER, ['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` })

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

describe('marks of other programs', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 4,
    wishes: { lines: both, affinity: 'pair' },
  })

  test('their bits in packets and connections survive beside ours', async () => {
    const { lab } = router
    await lab.must(ROUTER, ['nft', '-f', '-'], {
      input: `table inet other {
  chain pre {
    type filter hook prerouting priority mangle - 10;
    iifname "${LAN.device}" meta mark set meta mark | 0x420000
    iifname "${LAN.device}" ct mark set ct mark | 0x420000
  }
}
`,
    })
    const marks = await placeWitness(lab, ROUTER, {
      hook: 'postrouting',
      match: 'ip daddr 203.0.113.0/24',
      of: ['oifname', 'meta mark', 'ct mark'],
    })
    const { failed } = await lab.load({ connections: 48 })
    assert.equal(failed, 0)
    const seen = new Set((await marks.seen()).map((words) => words.join(' ')))
    assert.deepEqual(seen, new Set(['"wan1" 0x01420000 0x01420000', '"wan2" 0x02420000 0x02420000']))
    await lab.must(ROUTER, ['nft', 'delete table inet other'])
  })

  test("a tunnel's own packets keep its exact mark, also in answers: they never end in the tunnel itself", async () => {
    const { lab } = router
    await plugTunnel(lab)
    await ip(lab, 'rule add not fwmark 0xca6c lookup 51820 pref 5000')
    const marks = await placeWitness(lab, ROUTER, {
      hook: 'postrouting',
      match: 'meta l4proto udp th dport != 53',
      of: ['oifname', 'meta mark'],
    })
    // As WireGuard: a socket with the mark asks, and answers those who ask it.
    for (let i = 0; i < 8; i++) await lab.askUdp(ROUTER, '203.0.113.10', { mark: 0xca6c })
    for (const { address, device } of lab.topology.lines) {
      await using socket = await openUdp(lab.host(ROUTER), { from: address, fromPort: 51820, mark: 0xca6c })
      socket.on('message', (_message, peer) => socket.send(JSON.stringify({ text: 'question 1' }), peer.port, peer.address)) // prettier-ignore
      await lab.askUdp('internet', address, { port: 51820, from: '203.0.113.11' })
      assert.ok((await marks.seen()).some((words) => words[0] === `"${device}"`))
    }
    assert.deepEqual(new Set((await marks.seen()).map(([, mark]) => mark)), new Set(['0x0000ca6c']))
    await ip(lab, 'rule del pref 5000')
  })
})

describe('a VPN that takes some of the LAN', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 5,
    servers: 4,
    wishes: { lines: both },
    beforeStart: plugTunnel,
  })

  test('hosts it takes by address, by mark or by interface go into it, unpinned; the others stay balanced', async () => {
    const { lab } = router
    await lab.must(ROUTER, ['nft', '-f', '-'], {
      input: `table inet other {
  chain pre { type filter hook prerouting priority mangle - 10; ip saddr 10.0.0.12 meta mark set 0x77; }
}
`,
    })
    const after = router.daemon.log.all.length
    await ip(
      lab,
      'rule add from 10.0.0.11 lookup 51820 pref 5001',
      'rule add fwmark 0x77 lookup 51820 pref 5002',
      `rule add iif ${LAN.device} from 10.0.0.13 lookup 51820 pref 5003`,
    )
    await router.daemon.log.waitFor(/steps? done/, { after })
    const before = await router.chosen()
    const marks = await placeWitness(lab, ROUTER, {
      hook: 'postrouting',
      priority: -1,
      match: `oifname "wg0" ip saddr 10.0.0.0/24`,
      of: ['ip saddr', 'ct mark'],
    })
    for (const client of ['client-1', 'client-2', 'client-3'])
      for (const server of lab.topology.servers)
        assert.equal((await lab.httpGet(client, server)).client, TUNNEL_ADDRESS, client)
    assert.deepEqual(await router.chosen(), before)
    assert.deepEqual(
      new Set((await marks.seen()).map((words) => words.join(' '))),
      new Set(['10.0.0.11 0x00000000', '10.0.0.12 0x00000000', '10.0.0.13 0x00000000']),
    )
    assert.deepEqual(await usedBy(lab, 'client-4'), ['fiber', 'dsl'])
    await ip(lab, 'rule del pref 5001', 'rule del pref 5002', 'rule del pref 5003')
  })
})

describe('a full-tunnel VPN whose rules stand behind ours (wg-quick that was up before us)', () => {
  const NAMED = /rule "32765: not from all fwmark 0xca6c lookup 51820" of another program leads to wg0/
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 4,
    wishes: { lines: both },
    beforeStart: async (lab) => {
      await plugTunnel(lab)
      await fullTunnelUp(lab)
    },
  })

  /** As wg-quick gives them: without priorities, before there are any of ours. */
  const fullTunnelUp = (lab: Lab): Promise<string> =>
    ip(lab, 'rule add not fwmark 0xca6c lookup 51820', 'rule add lookup main suppress_prefixlength 0')
  const fullTunnelDown = (lab: Lab): Promise<string> =>
    ip(
      lab,
      'rule del not fwmark 0xca6c lookup 51820',
      'rule del pref 32764 lookup main suppress_prefixlength 0',
    )

  async function assertInTunnel(): Promise<void> {
    const before = await router.chosen()
    for (const host of ['client-1', 'client-2', ROUTER])
      for (const server of router.lab.topology.servers) {
        assert.equal((await router.lab.httpGet(host, server)).client, TUNNEL_ADDRESS, host)
        assert.equal((await router.lab.askUdp(host, server)).client, TUNNEL_ADDRESS, host)
      }
    assert.deepEqual(await router.chosen(), before)
  }

  test('it is named in plan, status and log, and not one packet goes around it', async () => {
    assert.match(
      await router.lab.must(ROUTER, ['ip', 'rule']),
      /32764:.*\n32765:\tnot from all fwmark 0xca6c/,
    )
    await assertInTunnel()
    await router.daemon.log.waitFor(NAMED)
    assert.match((await router.status()).notes.map(({ text }) => text).join('\n'), NAMED)
    assert.match((await router.lab.command(['plan'])).stdout.replaceAll(/\s+/g, ' '), NAMED)
  })

  test("the tunnel's own packets, with its mark, still leave by the lines", async () => {
    const seen = await router.lab.askUdp(ROUTER, '203.0.113.10', { mark: 0xca6c })
    assert.ok(['fiber', 'dsl'].includes(router.lab.lineOfAddress(seen.client) ?? ''))
  })

  test('when it goes, balancing comes back by itself', async () => {
    await fullTunnelDown(router.lab)
    await eventually(
      async () => (await router.status()).notes.length,
      (notes) => notes === 0,
      { what: 'no word of the tunnel any more' },
    )
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl'])
    assert.deepEqual(await usedBy(router.lab, ROUTER), ['fiber', 'dsl'])
  })

  test('when it comes back behind ours, new connections go into it at once, and long ones stay where they are', async () => {
    const flows = await openFlows(router.lab, ['client-1', 'client-2'], 8)
    const after = router.daemon.log.all.length
    await ip(
      router.lab,
      'rule add not fwmark 0xca6c lookup 51820 pref 32765',
      'rule add lookup main suppress_prefixlength 0 pref 32764',
    )
    await router.daemon.log.waitFor(NAMED, { after })
    await assertInTunnel()
    await talkAll(flows)
  })
})

const TUNNEL_ADDRESS = '10.77.0.2'

/** A tunnel of another program: wg0, its table 51820, masqueraded by its own rule. The internet is its far end. */
async function plugTunnel(lab: Lab): Promise<void> {
  await ip(
    lab,
    `link add wg0 type veth peer name wg0 netns ${lab.host('internet').name}`,
    `address add ${TUNNEL_ADDRESS}/24 dev wg0`,
    'link set wg0 up',
  )
  await lab.must('internet', ['ip', '-batch', '-'], {
    input: 'address add 10.77.0.1/24 dev wg0\nlink set wg0 up\n',
  })
  await eventually(() => ip(lab, 'route replace default via 10.77.0.1 dev wg0 table 51820'), () => true, { what: 'wg0' }) // prettier-ignore
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv4.conf.wg0.rp_filter=2'])
  await lab.must(ROUTER, [
    'nft',
    'table ip vpn { chain nat { type nat hook postrouting priority srcnat - 5; oifname "wg0" masquerade; }; }',
  ])
}
