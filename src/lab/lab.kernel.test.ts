import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { createLab, eventually, PORTS, ROUTER } from './index.ts'
import type { Lab } from './index.ts'
import { run } from './run.ts'

/** A plain masquerading router with one default route, by hand: what the lab is measured against. */
async function routeByHand(lab: Lab, name = 'fiber'): Promise<void> {
  const { device, gateway, addressWithLength } = lab.line(name)
  const commands = [
    `link set ${device} up`,
    `address add ${addressWithLength} dev ${device}`,
    `route add default via ${gateway}`,
  ]
  await lab.must(ROUTER, ['ip', '-batch', '-'], { input: commands.join('\n') })
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  const ruleset = `table ip plain { chain nat { type nat hook postrouting priority srcnat; oifname "${device}" masquerade; }; }`
  await lab.must(ROUTER, ['nft', ruleset])
}

const createHandMadeLab = async (): Promise<Lab> => {
  const lab = await createLab({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 2,
    lanAddress: 'set',
  })
  await routeByHand(lab)
  return lab
}

const carrierOf = async (lab: Lab, device: string): Promise<boolean> =>
  !(await lab.must(ROUTER, ['ip', '-o', 'link', 'show', device])).includes('NO-CARRIER')

test('the whole lab: 17 clients reach the internet through a router made with ip and nft alone', async () => {
  await using lab = await createLab({ lanAddress: 'set' })
  await routeByHand(lab)
  const { clients, servers } = lab.topology
  const seen = await Promise.all(
    clients.map(({ host }, i) => lab.httpGet(host, servers[i % servers.length] ?? assert.fail())),
  )
  assert.deepEqual(
    seen.map(({ client, server, serverPort }) => ({ client, server, serverPort })),
    clients.map((_, i) => ({
      client: lab.line('fiber').address,
      server: servers[i % servers.length],
      serverPort: PORTS.http,
    })),
  )
  assert.equal(lab.lineOfAddress(seen[0]?.client ?? ''), 'fiber')
  assert.equal(await lab.wrongSourcePackets(), 0)
})

test('a bare router routes nothing: what works in a test is the work of what was configured', async () => {
  await using lab = await createLab({ clients: 1, servers: 1 })
  assert.equal((await lab.must(ROUTER, ['ip', '-4', 'route'])).trim(), '')
  assert.equal((await lab.must(ROUTER, ['ip', '-o', 'link', 'show', 'up'])).includes('wan'), false)
  await assert.rejects(lab.httpGet('client-1', '203.0.113.10', { timeoutMs: 300 }))
})

test("a provider's own addresses: there at once, with the default routes a DHCP client leaves in main", async () => {
  const lines = [
    { name: 'lte', addressing: 'by-provider' as const },
    { name: 'dsl', addressing: 'by-provider' as const },
  ]
  await using lab = await createLab({ lines, clients: 0, servers: 1 })
  const routes = await lab.must(ROUTER, ['ip', 'route', 'list', 'default'])
  assert.match(
    routes,
    /default via 198\.51\.100\.1 dev wan1 proto dhcp metric 100\s+default via 192\.0\.2\.1 dev wan2 proto dhcp metric 101/,
  )
  assert.equal((await lab.httpGet(ROUTER, '203.0.113.10')).client, lab.line('lte').address)
})

test("the router's own sockets go where their address, device or mark says", async () => {
  await using lab = await createHandMadeLab()
  const { address, addressWithLength, device, gateway } = lab.line('dsl')
  const commands = [
    `link set ${device} up`,
    `address add ${addressWithLength} dev ${device}`,
    `route add default via ${gateway} dev ${device} table 202`,
    `rule add from ${address} lookup 202 priority 202`,
    `rule add fwmark 2 lookup 202 priority 203`,
    `rule add oif ${device} lookup 202 priority 204`,
  ]
  await lab.must(ROUTER, ['ip', '-batch', '-'], { input: commands.join('\n') })
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=2'])
  const [server = ''] = lab.topology.servers
  const lineOf = async (options: Parameters<Lab['httpGet']>[2]): Promise<(string | undefined)[]> => {
    const seen = [await lab.httpGet(ROUTER, server, options), await lab.askUdp(ROUTER, server, options)]
    return seen.map(({ client }) => lab.lineOfAddress(client))
  }
  assert.deepEqual(await lineOf({}), ['fiber', 'fiber'])
  assert.deepEqual(await lineOf({ from: address }), ['dsl', 'dsl'])
  assert.deepEqual(await lineOf({ device }), ['dsl', 'dsl'])
  assert.deepEqual(await lineOf({ mark: 2 }), ['dsl', 'dsl'])
})

test('a connection from the internet reaches a server on the router, at the address it asked for', async () => {
  await using lab = await createHandMadeLab()
  const { address } = lab.line('fiber')
  const [, from = ''] = lab.topology.servers
  await lab.listen(ROUTER, 'echo', address, 8022)
  const connection = await lab.openConnection('internet', address, { port: 8022, from })
  assert.deepEqual([connection.seen.client, connection.seen.server], [from, address])
  await connection.exchange()
})

test('a shaped line is shaped where the provider sends, both ways', async () => {
  await using lab = await createLab({
    lines: [{ name: 'dsl', downBitsPerSecond: 20e6, upBitsPerSecond: 5e6 }],
    clients: 0,
  })
  for (const [device, rate] of [
    ['customer', '20Mbit'],
    ['uplink', '5Mbit'],
  ] as const) {
    const qdisc = await lab.must('isp-dsl', ['tc', 'qdisc', 'show', 'dev', device, 'root'])
    assert.match(qdisc, new RegExp(`qdisc tbf .* rate ${rate} `))
  }
})

test('cut: the router loses the carrier, open connections stall, and go on after restore', async () => {
  await using lab = await createHandMadeLab()
  const { device } = lab.line('fiber')
  const watch = await lab.watchLinks()
  const connection = await lab.openConnection('client-1', '203.0.113.10')
  await lab.cut('fiber')
  await watch.events.waitFor(new RegExp(`${device}@.*NO-CARRIER`), { timeoutMs: 2000 })
  await assert.rejects(connection.exchange(100), /silent for 100 ms/)
  await lab.restore('fiber')
  await eventually(() => carrierOf(lab, device), Boolean, { what: `carrier on ${device}` })
  await connection.exchange()
  assert.equal(connection.isOpen, true)
})

test('blackhole: carrier and gateway are there and nothing beyond, until restore', async () => {
  await using lab = await createHandMadeLab()
  const { device, gateway } = lab.line('fiber')
  await lab.blackhole('fiber')
  assert.equal((await lab.ping(ROUTER, gateway)).answers, 1)
  assert.equal(await carrierOf(lab, device), true)
  await assert.rejects(lab.httpGet('client-1', '203.0.113.10', { timeoutMs: 200 }), /within 200 ms/)
  await assert.rejects(
    lab.openConnection('client-1', '203.0.113.10', { timeoutMs: 200 }),
    /silent for 200 ms/,
  )
  await lab.restore('fiber')
  await lab.httpGet('client-1', '203.0.113.10')
})

test("unplug: the router's device is gone; replug: it is back as bare as a new one, and works again", async () => {
  await using lab = await createHandMadeLab()
  const { device, addressWithLength, gateway } = lab.line('fiber')
  await lab.unplug('fiber')
  assert.notEqual((await lab.run(ROUTER, ['ip', 'link', 'show', device])).code, 0)
  await lab.replug('fiber')
  assert.equal((await lab.must(ROUTER, ['ip', '-4', 'address', 'show', device])).trim(), '')
  const commands = [
    `link set ${device} up`,
    `address add ${addressWithLength} dev ${device}`,
    `route add default via ${gateway}`,
  ]
  await lab.must(ROUTER, ['ip', '-batch', '-'], { input: commands.join('\n') })
  await lab.httpGet('client-1', '203.0.113.10')
})

test("a packet with another line's source is counted by the provider and goes no further", async () => {
  await using lab = await createHandMadeLab()
  const foreign = lab.line('dsl').address
  await lab.must(ROUTER, ['ip', 'address', 'add', `${foreign}/32`, 'dev', 'lo'])
  assert.equal(await lab.wrongSourcePackets('fiber'), 0)
  await lab.must(ROUTER, ['nft', 'flush chain ip plain nat'])
  assert.equal((await lab.ping(ROUTER, '203.0.113.10', { from: foreign, timeoutMs: 100 })).answers, 0)
  assert.equal(await lab.wrongSourcePackets('fiber'), 1)
  assert.deepEqual(await lab.wrongSources('fiber'), [{ source: foreign, destination: '203.0.113.10' }])
  await lab.assignAddresses('fiber', [lab.line('fiber').address, foreign])
  await lab.ping(ROUTER, '203.0.113.10', { from: foreign, timeoutMs: 100 })
  assert.equal(await lab.wrongSourcePackets(), 1)
})

test('a load of real connections: every one recorded with its line, and the failures too', async () => {
  await using lab = await createHandMadeLab()
  const { failed, records, lines } = await lab.load({ connections: 200, concurrency: 20 })
  assert.deepEqual([failed, records.length], [0, 200])
  assert.deepEqual(lines, { fiber: { connections: 200, share: 1 }, dsl: { connections: 0, share: 0 } })
  assert.equal(new Set(records.map(({ client, server }) => `${client} ${server}`)).size, 2 * 2)
  await lab.blackhole('fiber')
  const inVain = await lab.load({ connections: 4, timeoutMs: 100 })
  assert.deepEqual([inVain.failed, inVain.lines['fiber']?.connections], [4, 0])
})

test('two labs live side by side, and a removed one leaves no namespace and no directory behind', async () => {
  const before = [readdirSync('/run'), listNamespaces()]
  const small = { clients: 1, servers: 1, lanAddress: 'set' as const }
  const [one, other] = await Promise.all([createLab(small), createLab(small)])
  await Promise.all([routeByHand(one, 'fiber'), routeByHand(other, 'dsl')])
  const seen = await Promise.all([one, other].map((lab) => lab.httpGet('client-1', '203.0.113.10')))
  assert.deepEqual(
    seen.map(({ client }) => one.lineOfAddress(client)),
    ['fiber', 'dsl'],
  )
  await one.openConnection('client-1', '203.0.113.10')
  await one.remove()
  await other.httpGet('client-1', '203.0.113.10')
  await other.remove()
  await other.remove()
  assert.deepEqual(
    [readdirSync('/run').filter((name) => name !== 'netns'), listNamespaces()],
    [before[0]?.filter((name) => name !== 'netns'), before[1]],
  )
})

test('62 lines, as many as our marks can tell apart: each carries to the internet under its own address', async () => {
  const lines = Array.from({ length: 62 }, (_, i) => ({
    name: `line-${i + 1}`,
    addressing: 'by-provider' as const,
  }))
  await using lab = await createLab({ lines, clients: 0, servers: 1 })
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=2'])
  const sources = await Promise.all(
    lab.topology.lines.map(async ({ device }) => {
      const { client } = await lab.httpGet(ROUTER, '203.0.113.10', { device })
      return lab.lineOfAddress(client)
    }),
  )
  assert.deepEqual(
    sources,
    lines.map((line) => line.name),
  )
})

test('names that do not exist are told with those that do', async () => {
  await using lab = await createLab({ clients: 1, servers: 1 })
  assert.throws(() => lab.host('client-2'), /no host "client-2"; it has internet, router, switch, isp-fiber/)
  assert.throws(() => lab.line('lte'), /no line "lte"; it has fiber, dsl/)
})

function listNamespaces(): string[] {
  try {
    return readdirSync('/run/netns')
  } catch {
    return [] // made with the first lab
  }
}

test('a lab of which somebody has removed parts already still goes without complaint', async () => {
  const lab = await createLab({ clients: 2, servers: 1 })
  await run(undefined, ['ip', 'netns', 'delete', lab.host('client-1').name])
  rmSync(lab.directory, { recursive: true })
  await lab.remove()
  assert.deepEqual(
    readdirSync('/run/netns').filter((name) => name.startsWith(`lab${process.pid}.`)),
    [],
  )
})
