import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { witnessAddresses } from '../model/index.ts'
import type { Family } from '../model/index.ts'
import { createLab, eventually, faultInWords, INTERNET, LAN, ROUTER } from './index.ts'
import type { AdvertisedPrefix, Fault, Lab } from './index.ts'

const SERVER = '2001:db8:f::10'
const SERVER4 = '203.0.113.10'

/** A router without a program: it forwards, each prefix leaves by its own line, and all else by the first. */
async function routeByHand(lab: Lab): Promise<void> {
  const commands = lab.topology.lines.flatMap(({ device, number, ipv6, addressing }) => {
    if (ipv6 === undefined) return []
    const table = 200 + number
    return [
      ...(addressing === 'by-router'
        ? [`link set ${device} up`, `address add ${ipv6.addressWithLength} dev ${device}`]
        : []),
      `route add default via ${ipv6.gateway} dev ${device} table ${table}`,
      ...[ipv6.network, ...(ipv6.delegated === undefined ? [] : [ipv6.delegated])].map(
        (network) => `rule add from ${network} lookup ${table} priority ${table}`,
      ),
    ]
  })
  await lab.must(ROUTER, ['ip', '-6', '-batch', '-'], {
    input: [
      'rule add to 2001:db8:100::/40 lookup main priority 100',
      'rule add to fd00::/8 lookup main priority 101',
      'rule add to 2001:db8:200::/40 lookup main priority 102',
      ...commands,
    ].join('\n'),
  })
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
  await lab.must(ROUTER, ['ip', 'link', 'set', 'lan0', 'up'])
}

const lineOf = async (lab: Lab, asking: Promise<{ readonly client: string }>): Promise<string | undefined> =>
  lab.lineOfAddress((await asking).client)

describe('a lab with two lines of both families, whose prefixes the hosts of the LAN have', () => {
  let lab: Lab
  before(async () => {
    lab = await createLab({
      lines: [
        { name: 'fiber', ipv6: 'delegated', addressing: 'by-provider' },
        { name: 'dsl', ipv6: 'delegated' },
      ],
      lan6: { ula: true, prefixesOf: ['fiber', 'dsl'] },
      clients: 1,
      servers: 2,
      lanAddress: 'set',
    })
    await routeByHand(lab)
  })
  after(() => lab.remove())

  test('TCP, UDP and ping leave by the line whose address they come from', async () => {
    for (const [from, line] of [
      ['2001:db8:100::11', 'fiber'],
      ['2001:db8:200::11', 'dsl'],
    ] as const) {
      assert.equal(await lineOf(lab, lab.httpGet('client-1', SERVER, { from })), line)
      assert.equal(await lineOf(lab, lab.askUdp('client-1', SERVER, { from })), line)
      const connection = await lab.openConnection('client-1', SERVER, { from })
      assert.equal(lab.lineOfAddress(connection.seen.client), line)
      await connection.exchange()
      assert.equal((await lab.ping('client-1', SERVER, { from })).answers, 1)
    }
    for (const [from, line] of [
      ['2001:db8:1::2', 'fiber'],
      ['2001:db8:2::2', 'dsl'],
    ] as const)
      assert.equal(await lineOf(lab, lab.httpGet(ROUTER, SERVER, { from })), line)
    const { failed, lines } = await lab.load({ connections: 10, servers: lab.topology.servers6 })
    assert.deepEqual([failed, (lines['fiber']?.connections ?? 0) + (lines['dsl']?.connections ?? 0)], [0, 10])
    assert.equal(await lab.wrongSourcePackets(), 0)
  })

  test('the internet reaches the router and a host of the LAN by each line', async () => {
    for (const address of ['2001:db8:1::2', '2001:db8:2::2', '2001:db8:100::1'])
      await lab.listen(ROUTER, 'echo', address)
    for (const address of ['2001:db8:100::11', '2001:db8:200::11'])
      await lab.listen('client-1', 'echo', address)
    for (const address of ['2001:db8:1::2', '2001:db8:2::2', '2001:db8:100::11', '2001:db8:200::11']) {
      const { seen } = await lab.openConnection(INTERNET, address, { from: SERVER })
      assert.deepEqual([seen.client, seen.server], [SERVER, address])
    }
  })

  test('every witness answers as over IPv4: ping, DNS and TCP', async () => {
    for (const address of witnessAddresses('ipv6')) {
      assert.equal((await lab.ping(ROUTER, address)).answers, 1)
      await (await lab.openConnection(ROUTER, address, { port: 443 })).exchange()
    }
    const [address] = witnessAddresses('ipv6')
    const resolver = `const { Resolver } = require('node:dns/promises')
      const it = new Resolver({ tries: 1, timeout: 1000 }); it.setServers(['${address}'])
      const ask = (name, type) => it.resolve(name, type).then(String, ({ code }) => code)
      Promise.all([['2001-db8-f--10.lab', 'AAAA'], ['2001-db8-f--10.lab', 'A'], ['203.0.113.10.lab', 'AAAA'],
        ['203.0.113.10.2001-db8-f--10.lab', 'AAAA'], ['203.0.113.10.2001-db8-f--10.lab', 'A'], ['-.lab', 'AAAA']]
        .map(([name, type]) => ask(name, type))).then((all) => console.log(all.join(' ')))`
    assert.equal(
      (await lab.must(ROUTER, [process.execPath, '-e', resolver])).trim(),
      `${SERVER} ENODATA ENODATA ${SERVER} ${SERVER4} ENOTFOUND`,
    )
  })

  test('a provider takes no IPv6 but its own, and tells who tried', async () => {
    const before = await lab.wrongSourcePackets()
    // By the router's main table a ULA leaves as it is.
    await assert.rejects(lab.httpGet('client-1', SERVER, { from: 'fd00:10::11', timeoutMs: 100 }))
    assert.deepEqual(await lab.wrongSources('fiber'), [{ source: 'fd00:10::11', destination: SERVER }])
    assert.ok((await lab.wrongSourcePackets('fiber')) > before)
    assert.equal(await lab.wrongSourcePackets('dsl'), 0)
  })

  test('a line that was cut or unplugged routes as before', async () => {
    const from = '2001:db8:200::11'
    await lab.cut('dsl')
    await assert.rejects(lab.httpGet('client-1', SERVER, { from, timeoutMs: 100 }))
    await lab.restore('dsl')
    await eventually(() => lab.ping('client-1', SERVER, { from }), ({ answers }) => answers === 1, { what: 'dsl works' }) // prettier-ignore
    await lab.unplug('fiber')
    await lab.replug('fiber')
    await eventually(
      () => lab.ping(ROUTER, SERVER),
      ({ answers }) => answers === 1,
      { what: 'fiber works' },
    )
  })
})

test('by-provider leaves what a program leaves that listens to advertisements, and a line may have but one family', async () => {
  await using lab = await createLab({
    lines: [
      { name: 'fiber', ipv6: 'delegated', addressing: 'by-provider', ipv4: false },
      { name: 'lte', ipv6: 'link-only', addressing: 'by-provider' },
      { name: 'dsl', addressing: 'by-provider' },
    ],
    clients: 1,
    servers: 1,
  })
  const routes = await lab.must(ROUTER, ['ip', '-6', 'route'])
  assert.match(routes, /^unreachable 2001:db8:100::\/56 dev lo proto dhcp /m)
  assert.match(
    routes,
    /default via fe80::1 dev wan1 proto ra metric 100 expires \d+sec.*\ndefault via fe80::1 dev wan2 proto ra metric 101 expires/,
  )
  assert.match(await lab.must(ROUTER, ['ip', 'route']), /^default via 192\.0\.2\.1 dev wan2[^]*dev wan3/)
  assert.equal(await lineOf(lab, lab.httpGet(ROUTER, SERVER)), 'fiber')
  assert.equal(await lineOf(lab, lab.httpGet(ROUTER, SERVER4)), 'lte')
})

describe('one family of a line can be in trouble', () => {
  let lab: Lab
  before(async () => {
    lab = await createLab({
      lines: [{ name: 'fiber', ipv6: 'delegated', addressing: 'by-provider' }],
      clients: 0,
      servers: 1,
    })
    for (const server of [SERVER4, SERVER]) await lab.listen(INTERNET, 'udp-echo', server, 53)
  })
  after(() => lab.remove())

  /** What is over in a family: its gateway, ping, HTTP, DNS. */
  async function lost(family: Family, timeoutMs = 3000): Promise<string[]> {
    const { gateway, ipv6 } = lab.line('fiber')
    const [server, near] = family === 'ipv4' ? [SERVER4, gateway] : [SERVER, `${ipv6?.gateway}%wan1`]
    await lab.run(ROUTER, ['ip', 'neigh', 'flush', 'dev', 'wan1'])
    const asked: [string, Promise<unknown>][] = [
      ['gateway', lab.ping(ROUTER, near, { timeoutMs }).then(({ answers }) => assert.ok(answers))],
      ['ping', lab.ping(ROUTER, server, { timeoutMs }).then(({ answers }) => assert.ok(answers))],
      ['http', lab.httpGet(ROUTER, server, { timeoutMs })],
      ['dns', lab.askUdp(ROUTER, server, { timeoutMs, port: 53 })],
    ]
    const ends = await Promise.allSettled(asked.map(([, asking]) => asking))
    return asked.flatMap(([what], i) => (ends[i]?.status === 'rejected' ? [what] : []))
  }

  const BEYOND = ['ping', 'http', 'dns']
  const rows: [Fault, readonly string[]][] = [
    [{ kind: 'gateway-gone', family: 'ipv4' }, ['gateway', ...BEYOND]],
    [{ kind: 'gateway-gone', family: 'ipv6' }, ['gateway', ...BEYOND]],
    [{ kind: 'internet-gone', family: 'ipv4' }, BEYOND],
    [{ kind: 'internet-gone', family: 'ipv6' }, BEYOND],
    [{ kind: 'one-way', lost: 'in', family: 'ipv6' }, BEYOND],
    [{ kind: 'loss', ratio: 1, family: 'ipv6' }, BEYOND],
    [{ kind: 'dns-dead', family: 'ipv6' }, ['dns']],
    [{ kind: 'icmp-dropped', family: 'ipv4' }, ['gateway', 'ping']],
    [{ kind: 'icmp-dropped', family: 'ipv6' }, ['gateway', 'ping']],
    [{ kind: 'flapping', deadMs: 60_000, aliveMs: 60_000, family: 'ipv6' }, BEYOND],
  ]
  for (const [fault, expected] of rows)
    test(`${faultInWords(fault)}: the other goes on, and mended all is as before`, async () => {
      const family = ('family' in fault && fault.family) || assert.fail()
      const other = family === 'ipv4' ? 'ipv6' : 'ipv4'
      {
        await using _ = await lab.inflict('fiber', fault)
        assert.deepEqual([await lost(family, 400), await lost(other)], [expected, []])
      }
      assert.deepEqual(await lost(family), [])
    })
})

test('another prefix: the provider knows the old one no more, and the router has the new one in its LAN', async () => {
  await using lab = await createLab({
    lines: [{ name: 'fiber', ipv6: 'delegated', addressing: 'by-provider' }],
    lan6: { prefixesOf: ['fiber'], clients: 'advertised' },
    clients: 1,
    servers: 1,
    lanAddress: 'set',
  })
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
  const held = (preferred: boolean): Promise<string> =>
    lab.must('client-1', ['ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global', ...(preferred ? ['-deprecated'] : [])]) // prettier-ignore
  const advertised = (prefix: string, preferredS: number): AdvertisedPrefix => ({
    prefix: prefix.replace('/56', '/64'),
    validS: 7200,
    preferredS,
  })
  const old = lab.line('fiber').ipv6?.delegated ?? assert.fail()
  lab.advertise(ROUTER, LAN.device, { routerLifetimeS: 1800, prefixes: [advertised(old, 3600)] })
  await eventually(() => held(true), (shown) => /2001:db8:100:.*\/64/.test(shown), { what: 'an address of the first prefix' }) // prettier-ignore
  assert.equal(await lineOf(lab, lab.httpGet('client-1', SERVER)), 'fiber')
  const [from = ''] = /2001:db8:100:[^/]*/.exec(await held(true)) ?? []

  const fresh = await lab.renumber('fiber')
  assert.equal(fresh, '2001:db8:101::/56')
  const routes = await lab.must(ROUTER, ['ip', '-6', 'route'])
  assert.match(routes, /^2001:db8:101::\/64 dev lan0[^]*^unreachable 2001:db8:101::\/56 /m)
  assert.doesNotMatch(routes, /2001:db8:100:/)
  await assert.rejects(lab.httpGet('client-1', SERVER, { timeoutMs: 200 }))
  assert.deepEqual(await lab.wrongSources('fiber'), [{ source: from, destination: SERVER }])

  lab.advertise(ROUTER, LAN.device, { routerLifetimeS: 1800, prefixes: [advertised(old, 0), advertised(fresh, 3600)] }) // prettier-ignore
  await eventually(() => held(true), (shown) => !shown.includes('2001:db8:100:') && shown.includes('2001:db8:101:'), { what: 'the old one is deprecated' }) // prettier-ignore
  const { client } = await lab.httpGet('client-1', SERVER)
  assert.match(client, /^2001:db8:101:/)
  assert.equal(lab.lineOfAddress(client), 'fiber')
  await assert.rejects(lab.renumber('dsl'), /no line "dsl"/)
})
