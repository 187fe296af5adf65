import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import { openTcp, openUdp } from '../sockets.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'
import { openFlows, talkAll } from './flows.ts'
import { plugTunnel } from './tunnel.ts'
import { placeWitness } from './witness.ts'
import type { Witness } from './witness.ts'

const OPEN = ['tcp/22', 'udp/53', 'tcp/8000-8010', 'tcp/8011', 'udp/9999']
const closed: Wishes = { lines: { fiber: 1, dsl: 1 }, firewall: { inbound: 'drop', open: OPEN } }
const open: Wishes = { lines: closed.lines }
const CLIENT = '10.0.0.11'
const SERVER = '203.0.113.10'

/** As nft prints them where there is no /etc/protocols. */
const PROTOCOLS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp' }

describe('firewall.inbound: drop', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 4,
    wishes: closed,
  })
  /** What came in by a line, and what of it got to the box or went on to the LAN. */
  let arrived: Witness
  let delivered: Witness
  let forwarded: Witness

  before(async () => {
    const { lab } = router
    const of = ['ip saddr', 'meta l4proto', 'th dport']
    const match = 'iifname { "wan1", "wan2" } ct direction original th dport != 9'
    arrived = await placeWitness(lab, ROUTER, { hook: 'prerouting', priority: -190, match, of })
    delivered = await placeWitness(lab, ROUTER, { hook: 'input', match, of })
    forwarded = await placeWitness(lab, ROUTER, { hook: 'forward', match, of })
    for (const { address } of lab.topology.lines) await lab.listen(ROUTER, 'echo', address, 22)
    await lab.listen('client-1', 'echo', CLIENT, 80)
    // The provider routes to the LAN, as one that is misconfigured or curious could.
    const { uplink, host, address } = lab.line('fiber')
    await lab.must(INTERNET, ['ip', 'route', 'add', LAN.network, 'via', uplink.provider])
    await lab.must(host, ['ip', 'route', 'add', LAN.network, 'via', address])
  })

  interface Knock {
    readonly at: string
    readonly to?: string
    readonly from?: string
    readonly fromPort?: number
    readonly host?: string
  }

  /** First packets, one after the other. @returns which got to the box, and which went on */
  async function knock(...knocks: readonly Knock[]): Promise<{ box: string[]; beyond: string[] }> {
    const { lab } = router
    for (const witness of [arrived, delivered, forwarded]) await witness.forget()
    const named: string[] = []
    for (const { at, to = lab.line('fiber').address, host = INTERNET, from = SERVER, fromPort } of knocks) {
      const [protocol = '', port = ''] = at.split('/')
      const options = { from, ...(fromPort !== undefined && { fromPort }) }
      if (protocol === 'udp') {
        await using socket = await openUdp(lab.host(host), options)
        socket.on('error', () => {})
        socket.send('anybody there?', Number(port), to)
        await sighted(arrived, [from, at])
      } else {
        const socket = openTcp(lab.host(host), options)
        socket.on('error', () => {}).connect({ host: to, port: Number(port) })
        await sighted(arrived, [from, at])
        socket.destroy()
      }
      named.push(`${from} ${at}`)
    }
    const among = async (witness: Witness): Promise<string[]> => {
      const seen = (await witness.seen()).map(wordsOf)
      return named.filter((name) => seen.includes(name)).map((name) => name.split(' ')[1] ?? '')
    }
    return { box: await among(delivered), beyond: await among(forwarded) }
  }

  const wordsOf = ([source = '', protocol = '', port = '']: readonly string[]): string =>
    `${source} ${PROTOCOLS[protocol] ?? protocol}/${port}`
  const sighted = (witness: Witness, words: readonly string[]): Promise<unknown> =>
    eventually(
      () => witness.seen(),
      (seen) => seen.map(wordsOf).includes(words.join(' ')),
      { what: words.join(' ') },
    )

  test('what is open can be reached by every line, with the ends of a range; what is not cannot', async () => {
    for (const { address: to } of router.lab.topology.lines) {
      const ports = ['tcp/22', 'tcp/8000', 'tcp/8010', 'tcp/8011', 'udp/53']
      const shut = ['udp/22', 'tcp/53', 'tcp/7999', 'tcp/8012', 'udp/8000', 'tcp/80', 'udp/68']
      const reached = await knock(...[...shut, ...ports].map((at) => ({ at, to })))
      assert.deepEqual(reached, { box: ports, beyond: [] })
      const connection = await router.lab.openConnection(INTERNET, to, { port: 22, from: SERVER })
      await connection.exchange()
    }
  })

  test('LAN and router have the internet as before: TCP, UDP, ping, and what goes wrong is told', async () => {
    const { lab } = router
    const { failed } = await lab.load({ connections: 60, clients: ['client-1', 'client-2', ROUTER] })
    assert.equal(failed, 0)
    for (const host of ['client-1', ROUTER]) {
      assert.ok((await lab.askUdp(host, SERVER)).client)
      assert.equal((await lab.ping(host, SERVER)).answers, 1)
    }
    await assert.rejects(lab.openConnection('client-1', SERVER, { port: 13 }), { code: 'ECONNREFUSED' })
    const heard = await placeWitness(lab, 'client-1', { hook: 'input', match: 'meta l4proto icmp', of: ['icmp type'] }) // prettier-ignore
    await using socket = await openUdp(lab.host('client-1'))
    socket.on('error', () => {})
    socket.send('anybody there?', 13, SERVER)
    await eventually(() => heard.seen(), (seen) => seen.flat().includes('destination-unreachable'), { what: 'port unreachable' }) // prettier-ignore
    const { stdout } = await lab.run('client-1', ['ping', '-n', '-c1', '-W1', '-t2', SERVER])
    assert.match(stdout, /From (198\.51\.100\.1|192\.0\.2\.1) .*Time to live exceeded/)
  })

  test('a line that takes smaller packets tells the LAN: large pages do not hang', async () => {
    const { lab } = router
    const mtu = async (bytes: string): Promise<void> => {
      for (const { host, uplink } of lab.topology.lines) {
        await lab.must(host, ['ip', 'link', 'set', 'uplink', 'mtu', bytes])
        await lab.must(INTERNET, ['ip', 'link', 'set', uplink.internetDevice, 'mtu', bytes])
      }
    }
    await mtu('1300')
    for (const host of ['client-2', ROUTER])
      for (const server of lab.topology.servers) {
        const { stdout, stderr } = await lab.run(host, ['ping', '-n', '-c2', '-i0.2', '-W1', '-M', 'do', '-s1400', server]) // prettier-ignore
        assert.match(stdout + stderr, /mtu ?= ?1300/)
      }
    await mtu('1500')
  })

  test('ping to the box is answered on every line, and answers of DHCP come in', async () => {
    const { lab } = router
    for (const { address } of lab.topology.lines)
      assert.equal((await lab.ping(INTERNET, address, { from: SERVER })).answers, 1)
    const { host, gateway } = lab.line('fiber')
    const reached = await knock({ at: 'udp/68', host, from: gateway, fromPort: 67 })
    assert.deepEqual(reached.box, ['udp/68'])
  })

  test('a host of the LAN cannot be reached, even by a provider that routes to it', async () => {
    const reached = await knock(
      { at: 'tcp/80', to: CLIENT },
      { at: 'tcp/22', to: CLIENT },
      { at: 'tcp/8000' },
    )
    assert.deepEqual(reached, { box: ['tcp/8000'], beyond: [] })
    assert.equal((await router.lab.ping(INTERNET, CLIENT, { from: SERVER, timeoutMs: 200 })).answers, 0)
  })

  test('with a port forwarding it can, at that port, and so can the box', async () => {
    const { lab } = router
    await lab.must(ROUTER, ['nft', '-f', '-'], {
      input: `table ip forwardings {
  chain in {
    type nat hook prerouting priority dstnat;
    iifname { "wan1", "wan2" } tcp dport 8080 dnat to ${CLIENT}:80
    iifname { "wan1", "wan2" } tcp dport 8022 redirect to :22
  }
}
`,
    })
    for (const { address } of lab.topology.lines)
      for (const port of [8080, 8022]) {
        const connection = await lab.openConnection(INTERNET, address, { port, from: SERVER })
        await connection.exchange()
      }
    assert.deepEqual((await knock({ at: 'tcp/81' }, { at: 'tcp/22' })).beyond, [])
    await lab.must(ROUTER, ['nft', 'delete table ip forwardings'])
  })

  test('nobody outside has an address of the LAN or of the box, not even for an open port', async () => {
    const { lab } = router
    const { host } = lab.line('fiber')
    const [stranger, ofLan, ofBox] = ['100.99.0.1', '10.0.0.99', lab.line('dsl').address]
    for (const source of [stranger, ofLan, ofBox])
      await lab.must(host, ['ip', 'address', 'add', `${source}/32`, 'dev', 'lo'])
    const at = 'udp/53'
    await knock({ at, host, from: ofLan }, { at, host, from: ofBox }, { at, host, from: stranger })
    assert.deepEqual((await delivered.seen()).map(wordsOf), [`${stranger} ${at}`])
  })

  test('nobody outside joins in the conversation of a client, though its connection is known', async () => {
    const { lab } = router
    const { host, address } = lab.line('fiber')
    const ofClient = { from: CLIENT, fromPort: 5000 }
    await lab.askUdp('client-1', SERVER, ofClient)
    await lab.must(host, ['ip', 'address', 'add', `${CLIENT}/32`, 'dev', 'lo'])
    await lab.must(host, ['ip', 'route', 'add', SERVER, 'via', address])
    const reached = await knock({ at: 'udp/7', to: SERVER, host, ...ofClient })
    assert.deepEqual(reached.beyond, [])
    await lab.must(host, ['ip', 'address', 'del', `${CLIENT}/32`, 'dev', 'lo'])
    await lab.must(host, ['ip', 'route', 'del', SERVER])
  })

  test('networks that are no line are left alone: a VPN reaches the LAN and the box', async () => {
    const { lab } = router
    await plugTunnel(lab)
    await lab.must(INTERNET, ['ip', 'route', 'replace', LAN.network, 'via', '10.77.0.2'])
    const fromTunnel = { from: '10.77.0.1' }
    assert.equal((await lab.ping(INTERNET, CLIENT, fromTunnel)).answers, 1)
    const connection = await lab.openConnection(INTERNET, CLIENT, { port: 80, ...fromTunnel })
    await connection.exchange()
    assert.equal((await lab.ping('client-1', LAN.router)).answers, 1)
  })

  test('switched on and off again while it runs: connections stay, and of the chains nothing is left', async () => {
    const { lab } = router
    const chains = async (): Promise<string> =>
      lab.must(ROUTER, ['nft', 'list', 'table', 'inet', 'multihomed'])
    await router.apply(open)
    assert.doesNotMatch(await chains(), /hook (input|forward)|open_tcp|own6|forged/)
    const to = lab.line('dsl').address
    assert.deepEqual((await knock({ at: 'tcp/80', to })).box, ['tcp/80'])
    await lab.listen(ROUTER, 'echo', to, 8081)
    const inbound = await lab.openConnection(INTERNET, to, { port: 8081, from: SERVER })
    const flows = await openFlows(lab, ['client-1', 'client-2', ROUTER], 6)

    const [change] = (await router.apply(closed)).groups
    assert.equal(change?.title, 'what may come in')
    assert.match(change.effect, /only answers, tcp\/22, udp\/53, tcp\/8000-8010/)
    await Promise.all([inbound.exchange(), talkAll(flows)])
    assert.deepEqual((await knock({ at: 'tcp/80', to }, { at: 'tcp/22', to })).box, ['tcp/22'])

    await router.apply({ ...closed, firewall: { inbound: 'drop', open: ['tcp/80'] } })
    assert.deepEqual((await knock({ at: 'tcp/22', to }, { at: 'tcp/80', to })).box, ['tcp/80'])
    await Promise.all([inbound.exchange(), talkAll(flows)])

    await router.apply(open)
    assert.doesNotMatch(await chains(), /hook (input|forward)|open_tcp|own6|forged/)
    assert.deepEqual((await knock({ at: 'tcp/8012', to })).box, ['tcp/8012'])
    await Promise.all([inbound.exchange(), talkAll(flows)])
  })
})
