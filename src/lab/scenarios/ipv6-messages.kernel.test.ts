import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import { ping6 } from './ipv6.ts'
import { placeWitness } from './witness.ts'

const SERVER = '2001:db8:f::10'
/** The page of a modem, at an address that only its own cable knows. */
const MODEM = 'fd00:feed::1'

for (const inbound of ['allow', 'drop'] as const)
  describe(`what IPv6 says about itself gets through, firewall ${inbound}`, () => {
    const router = box({
      lines: [
        { name: 'fiber', ipv6: 'delegated' },
        { name: 'dsl', ipv6: 'delegated' },
      ],
      lan6: { ula: true, prefixesOf: ['fiber'] },
      clients: 2,
      servers: 1,
      wishes: { lines: { fiber: 1, dsl: 1 }, firewall: { inbound } },
    })
    const asks = async (host: string, address: string, ...options: readonly string[]): Promise<string> =>
      ping6(router.lab, host, address, ...options)

    test('traceroute shows router, provider and target', async () => {
      assert.match(
        await asks('client-1', SERVER, '-t1'),
        /From (fd00:10::1|2001:db8:100::1)\S* .*Time exceeded/,
      )
      assert.match(await asks('client-1', SERVER, '-t2'), /From 2001:db8:[12]::1\S* .*Time exceeded/)
      assert.match(await asks('client-1', SERVER), / 0% packet loss/)
      assert.match(await asks(ROUTER, SERVER, '-t1'), /From 2001:db8:[12]::1\S* .*Time exceeded/)
    })

    test('a closed port is told, both ways: by a server to a client, and by the box to who asks', async () => {
      const heard = async (host: string, from: string, to: string): Promise<void> => {
        const errors = await placeWitness(router.lab, host, {
          hook: 'input',
          match: 'icmpv6 type destination-unreachable',
          of: ['ip6 saddr'],
        })
        await using socket = await openUdp(router.lab.host(host), { from })
        socket.on('error', () => {})
        socket.send('anybody there?', 9999, to)
        await eventually(() => errors.seen(), (seen) => seen.flat().includes(to), { what: `${to} told ${host}` }) // prettier-ignore
      }
      await heard('client-1', '::', SERVER)
      if (inbound === 'drop') return
      for (const { ipv6 } of router.lab.topology.lines) await heard(INTERNET, SERVER, ipv6?.address ?? assert.fail()) // prettier-ignore
      await heard(INTERNET, SERVER, '2001:db8:100::12')
    })

    test('a line that takes smaller packets tells clients of both kinds, and the box: large pages do not hang', async () => {
      const { lab } = router
      for (const { host, uplink } of lab.topology.lines) {
        await lab.must(host, ['ip', 'link', 'set', 'uplink', 'mtu', '1300'])
        await lab.must(INTERNET, ['ip', 'link', 'set', uplink.internetDevice, 'mtu', '1300'])
      }
      for (const [host, ...from] of [
        ['client-1', '-I', 'fd00:10::11'],
        ['client-2', '-I', '2001:db8:100::12'],
        [ROUTER],
      ] as const)
        assert.match(
          await asks(host ?? '', SERVER, '-M', 'do', '-s1400', ...from),
          /Packet too big: mtu=1300/,
        )
    })

    test('neighbours find each other again, whoever asks first', async () => {
      const { lab } = router
      for (const { host, device, ipv6 } of lab.topology.lines)
        for (const [asker, asked] of [
          [host, ipv6?.address],
          [ROUTER, `${ipv6?.gateway}%${device}`],
        ] as const) {
          await lab.must(ROUTER, ['ip', '-6', 'neigh', 'flush', 'dev', device])
          await lab.must(host, ['ip', '-6', 'neigh', 'flush', 'dev', 'customer'])
          assert.match(await asks(asker, asked ?? ''), / 0% packet loss/)
        }
    })

    test('what stays on the LAN belongs to no line: neighbours by their addresses of the link, and multicast', async () => {
      const { lab } = router
      const chosen = await router.chosen()
      const { stdout } = await lab.run('client-2', ['ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'link']) // prettier-ignore
      const [, neighbour = ''] = /inet6 (fe80::[^/]+)/.exec(stdout) ?? []
      for (const host of ['client-1', ROUTER])
        assert.match(
          await asks(host, `${neighbour}%${host === ROUTER ? LAN.device : 'eth0'}`),
          / 0% packet loss/,
        )
      assert.match(await asks('client-1', 'ff02::1%eth0', '-c2'), /bytes from fe80::/)
      assert.match(await asks('client-1', 'fe80::1%eth0'), / 0% packet loss/)
      assert.match(await asks('client-1', 'fd00:10::12'), / 0% packet loss/)
      assert.deepEqual(await router.chosen(), chosen)
    })
  })

describe('the page of a modem', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'link-only' },
      { name: 'dsl', ipv6: 'link-only' },
    ],
    clients: 2,
    servers: 1,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  before(async () => {
    const { lab } = router
    const { host, device } = lab.line('dsl')
    await lab.must(host, ['ip', 'address', 'add', `${MODEM}/64`, 'dev', 'customer', 'nodad'])
    await lab.assignAddresses('dsl', ['2001:db8:2::/64', 'fd00:feed::/64'])
    await lab.must(ROUTER, ['ip', 'address', 'add', 'fd00:feed::2/64', 'dev', device, 'nodad'])
    await lab.listen(host, 'http', MODEM)
    await eventually(
      () => lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', 'near6']),
      (shown) => shown.includes('fd00:feed::/64'),
      { what: 'its network is known' },
    )
  })

  test('LAN and box reach it by its line alone, every time, from an address that it can answer', async () => {
    for (const host of ['client-1', 'client-2', 'client-1', 'client-2', ROUTER, ROUTER])
      assert.equal((await router.lab.httpGet(host, MODEM)).client, 'fd00:feed::2')
  })
})
