import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { DoctorDocument } from '../../api/contract.ts'
import { eventually, LAN, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import { openFlows, talkAll } from './flows.ts'
import { ip, plugTunnel, TUNNEL_ADDRESS, usedBy } from './tunnel.ts'
import { placeWitness } from './witness.ts'

const both = { fiber: 1, dsl: 1 }

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

  test('a rule before ours that takes everything, as of Tailscale with an exit node, is told by status and doctor, and let be by vpn: first', async () => {
    const { lab } = router
    const told = async (): Promise<unknown> =>
      (await router.status()).notes.map(({ name, severity }) => `${severity} ${name}`)
    await ip(lab, 'rule add lookup main suppress_prefixlength 0 pref 5269', 'rule add lookup 51820 pref 5270')
    await eventually(told, (notes) => isDeepStrictEqual(notes, ['warning vpn-catches']), { what: 'the note' })
    assert.equal((await lab.httpGet('client-4', '203.0.113.10')).client, TUNNEL_ADDRESS)
    const { findings } = JSON.parse((await lab.command(['doctor', '--json'])).stdout) as DoctorDocument
    const names = findings.map(({ name, severity }) => `${severity} ${name}`)
    assert.ok(names.includes('note vpn-catches') && !names.includes('ok neighbours'), names.join('\n'))
    await router.apply({ lines: both, vpn: 'first' })
    assert.deepEqual(await told(), ['note vpn-catches'])
    await ip(lab, 'rule del pref 5269', 'rule del pref 5270')
  })
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

/** At the very last place before main's, behind whatever is there already. */
const fullTunnelLast = (lab: Lab): Promise<string> =>
  ip(
    lab,
    'rule add not fwmark 0xca6c lookup 51820 pref 32765',
    'rule add lookup main suppress_prefixlength 0 pref 32764',
  )

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
    await fullTunnelLast(router.lab)
    await router.daemon.log.waitFor(NAMED, { after })
    await assertInTunnel()
    await talkAll(flows)
  })

  test('when it is started anew while we stand behind it, at our very place: it stays before us', async () => {
    const { lab } = router
    const rules = (): Promise<string> => lab.must(ROUTER, ['ip', 'rule', 'show', 'pref', '32765'])
    assert.match(await rules(), /lookup 51820.*\n.*lookup 222/)
    // A second rule keeps us behind while the first goes and comes back, now behind ours.
    await ip(lab, 'rule add from 10.99.0.0/16 lookup 51820 pref 32000')
    await ip(
      lab,
      'rule del pref 32765 not fwmark 0xca6c lookup 51820',
      'rule add pref 32765 not fwmark 0xca6c lookup 51820',
    )
    await eventually(rules, (shown) => /lookup 51820.*\n.*lookup 222/.test(shown), { what: 'ours is behind' })
    await assertInTunnel()
    await ip(lab, 'rule del pref 32000')
  })
})

describe('a full-tunnel VPN behind ours that shall not win (vpn: ours)', () => {
  const wishes = { lines: both, vpn: 'ours' } as const
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 4,
    wishes,
    beforeStart: async (lab) => {
      await plugTunnel(lab)
      await fullTunnelUp(lab)
    },
  })

  test('LAN and router leave by the lines, and status says who stands behind them', async () => {
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl'])
    assert.deepEqual(await usedBy(router.lab, ROUTER), ['fiber', 'dsl'])
    for (const host of ['client-2', ROUTER])
      for (const server of router.lab.topology.servers)
        assert.notEqual((await router.lab.askUdp(host, server)).client, TUNNEL_ADDRESS, host)
    const [note] = (await router.status()).notes
    assert.deepEqual([note?.name, note?.severity], ['vpn-overruled', 'note'])
  })

  test("the tunnel's own packets leave by the lines, and who asks by its address gets into it", async () => {
    const seen = await router.lab.askUdp(ROUTER, '203.0.113.10', { mark: 0xca6c })
    assert.ok(['fiber', 'dsl'].includes(router.lab.lineOfAddress(seen.client) ?? ''))
    assert.equal((await router.lab.ping('client-1', '10.77.0.1')).answers, 1)
  })

  test('the word may be changed while it runs: connections of before stay where they are', async () => {
    const flows = await openFlows(router.lab, ['client-1', 'client-2'], 8)
    await router.apply({ lines: both, vpn: 'first' })
    for (const host of ['client-1', ROUTER])
      assert.equal((await router.lab.httpGet(host, '203.0.113.10')).client, TUNNEL_ADDRESS, host)
    assert.deepEqual((await router.status()).notes.map(({ name, severity }) => [name, severity]), [['vpn-catches', 'note']]) // prettier-ignore
    await router.apply(wishes)
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl'])
    await talkAll(flows)
  })

  test('one that stands before ours wins all the same, and that is said', async () => {
    await fullTunnelDown(router.lab)
    await fullTunnelUp(router.lab) // now there are rules of ours, and the kernel puts it before them
    await eventually(async () => (await router.status()).notes.map(({ name }) => name), (names) => names.includes('vpn-wins'), { what: 'the note' }) // prettier-ignore
    assert.equal((await router.lab.httpGet('client-1', '203.0.113.10')).client, TUNNEL_ADDRESS)
  })
})
