import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import { box } from './box.ts'
import { ping6, plugIpv6, tryTcp, V6 } from './ipv6.ts'
import { placeWitness } from './witness.ts'

const lines = { fiber: 1, dsl: 1 }
const ANSWERED = / 0% packet loss/

describe('firewall.inbound: drop keeps IPv6 out as well', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 1,
    wishes: { lines, firewall: { inbound: 'drop', open: ['tcp/22'] } },
  })
  before(() => plugIpv6(router.lab))
  const outside = (address: string, port: number): ReturnType<typeof tryTcp> =>
    tryTcp(router.lab, INTERNET, address, port, V6.server)

  test('LAN and router have the internet: TCP, ping, and what goes wrong is told', async () => {
    for (const host of ['client-1', ROUTER]) {
      // Nobody listens there; the refusal is the answer that has to come in.
      assert.equal(await tryTcp(router.lab, host, V6.server, 80), 'refused')
      assert.match(await ping6(router.lab, host, V6.server), ANSWERED)
    }
    assert.match(await ping6(router.lab, 'client-1', V6.server, '-t2'), /From 2001:db8:1::1 .*Time exceeded/)
  })

  test('a line that takes smaller packets tells the LAN', async () => {
    const { lab } = router
    const { host, uplink } = lab.line('fiber')
    await lab.must(host, ['ip', 'link', 'set', 'uplink', 'mtu', '1300'])
    await lab.must(INTERNET, ['ip', 'link', 'set', uplink.internetDevice, 'mtu', '1300'])
    for (const from of ['client-1', ROUTER])
      assert.match(await ping6(lab, from, V6.server, '-M', 'do', '-s1400'), /Packet too big: mtu=1300/)
  })

  test('from outside an open port and ping reach the box, another port does not', async () => {
    assert.equal(await outside(V6.fiber, 22), 'refused')
    assert.equal(await outside(V6.fiber, 23), 'nothing')
    assert.match(await ping6(router.lab, INTERNET, V6.fiber, '-I', V6.server), ANSWERED)
  })

  test('a host of the LAN cannot be reached, though everybody routes to it', async () => {
    for (const port of [22, 80]) assert.equal(await outside(V6.client, port), 'nothing')
    assert.match(await ping6(router.lab, INTERNET, V6.client, '-I', V6.server), /100% packet loss/)
  })

  test('nobody outside has an address of the LAN or of the box', async () => {
    const { lab } = router
    const { host } = lab.line('fiber')
    const delivered = await placeWitness(lab, ROUTER, {
      hook: 'input',
      match: 'tcp dport 22',
      of: ['ip6 saddr'],
    })
    const arrived = await placeWitness(lab, ROUTER, { hook: 'prerouting', priority: -400, match: 'tcp dport 22', of: ['ip6 saddr'] }) // prettier-ignore
    const [ofLan, ofBox, stranger] = ['2001:db8:a::99', V6.dsl, '2001:db8:b::1']
    for (const source of [ofLan, ofBox, stranger]) {
      await lab.must(host, ['ip', '-6', 'address', 'add', `${source}/128`, 'dev', 'lo'])
      await tryTcp(lab, host, V6.fiber, 22, source)
      await eventually(() => arrived.seen(), (seen) => seen.flat().includes(source), { what: source }) // prettier-ignore
      await lab.must(host, ['ip', '-6', 'address', 'del', `${source}/128`, 'dev', 'lo'])
    }
    assert.deepEqual(await delivered.seen(), [[stranger]])
  })

  test('neighbours find each other again, who asks first does not matter', async () => {
    const { lab } = router
    const { host, device } = lab.line('fiber')
    const forget = async (): Promise<void> => {
      await lab.must(ROUTER, ['ip', '-6', 'neigh', 'flush', 'dev', device])
      await lab.must(host, ['ip', '-6', 'neigh', 'flush', 'dev', 'customer'])
    }
    await forget()
    assert.match(await ping6(lab, host, V6.fiber), ANSWERED)
    await forget()
    assert.match(await ping6(lab, ROUTER, '2001:db8:1::1'), ANSWERED)
    // An address that is asked for by one who has none yet, as at duplicate address detection.
    await lab.must(host, ['ip', '-6', 'address', 'add', `${V6.fiber}/64`, 'dev', 'customer'])
    await eventually(() => lab.must(host, ['ip', '-6', 'address', 'show', 'dev', 'customer']), (shown) => /::2\/64.*dadfailed/.test(shown), { what: 'the router defends its address' }) // prettier-ignore
    await lab.must(host, ['ip', '-6', 'address', 'del', `${V6.fiber}/64`, 'dev', 'customer'])
  })

  test('inbound: allow leaves it as it was', async () => {
    await router.apply({ lines })
    assert.equal(await outside(V6.fiber, 23), 'refused')
    assert.equal(await outside(V6.client, 80), 'refused')
  })
})
