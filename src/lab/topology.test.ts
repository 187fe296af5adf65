import assert from 'node:assert/strict'
import { test } from 'node:test'
import { containsAddress, overlap, parseHostAddress, parsePrefix } from '../model/index.ts'
import { LAN6 } from './ipv6.ts'
import { lineOfAddress, LAN, planTopology } from './topology.ts'
import type { LineOptions, Sharing } from './topology.ts'

const manyLines = Array.from({ length: 62 }, (_, i) => ({
  name: `line-${i + 1}`,
  ipv6: 'delegated' as const,
}))

test("the lab of the documentation: the how-to's 17 clients and two lines, at the addresses the pages name", () => {
  const { lines, clients, hosts } = planTopology()
  assert.deepEqual(
    lines.map(({ name, host, device, addressWithLength, gateway }) => ({
      name,
      host,
      device,
      addressWithLength,
      gateway,
    })),
    [
      {
        name: 'fiber',
        host: 'isp-fiber',
        device: 'wan1',
        addressWithLength: '198.51.100.2/28',
        gateway: '198.51.100.1',
      },
      {
        name: 'dsl',
        host: 'isp-dsl',
        device: 'wan2',
        addressWithLength: '192.0.2.2/28',
        gateway: '192.0.2.1',
      },
    ],
  )
  assert.deepEqual(
    [clients.length, clients[0]?.address, clients[16]?.address],
    [17, '10.0.0.11', '10.0.0.27'],
  )
  assert.equal(hosts.length, 3 + 2 + 17)
})

test('62 lines: no two networks overlap, so that a packet has one way only', () => {
  const { lines, servers, servers6 } = planTopology({ lines: manyLines, clients: 200, servers: 200 })
  const networks = [
    LAN.network,
    ...lines.map((line) => line.network),
    ...lines.map((line) => `${line.uplink.internet}/30`),
    ...servers,
    LAN6.network,
    ...lines.flatMap(({ ipv6 }) => ipv6?.routed ?? []),
    ...lines.map(({ ipv6 }) => `${ipv6?.uplink.internet}/64`),
    ...servers6,
  ].map((text) => parsePrefix(text) ?? assert.fail(text))
  networks.forEach((a, i) =>
    networks.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), `${a.address} and ${b.address}`)),
  )
})

test("62 lines: gateway and customer are in the line's network, and no name is too long for a device", () => {
  for (const line of planTopology({ lines: manyLines }).lines) {
    const network = parsePrefix(line.network) ?? assert.fail(line.network)
    for (const address of [`${line.gateway}/32`, line.addressWithLength])
      assert.ok(overlap(network, parseHostAddress(address) ?? assert.fail(address)), address)
    const { ipv6 } = line
    for (const address of [ipv6?.address, ipv6?.provider])
      assert.ok(containsAddress(parsePrefix(ipv6?.network ?? '') ?? assert.fail(), address ?? ''), address)
    assert.ok(line.device.length <= 15 && line.uplink.internetDevice.length <= 15)
  }
})

test('a source address tells the line, and a foreign one tells none', () => {
  const topology = planTopology({ lines: manyLines })
  for (const line of topology.lines)
    for (const address of [line.address, line.ipv6?.address, line.ipv6?.delegated?.replace('/56', 'abcd')])
      assert.equal(lineOfAddress(topology, address ?? ''), line, address)
  for (const foreign of [
    '10.0.0.11',
    '203.0.113.10',
    '198.51.100.77',
    '100.64.99.2',
    'fd00:10::11',
    '2001:db8:f::10',
  ])
    assert.equal(lineOfAddress(topology, foreign), undefined, foreign)
})

test('hosts of the LAN have IPv6 where a line has it: a ULA, or addresses of the prefixes that are wished', () => {
  const [fiber, lte] = [{ name: 'fiber', ipv6: 'delegated' as const }, { name: 'lte' }]
  const heldBy = (options: Parameters<typeof planTopology>[0]): readonly string[] =>
    planTopology({ clients: 1, ...options }).clients[0]?.addresses6 ?? assert.fail()
  assert.deepEqual(heldBy({ lines: [lte] }), [])
  assert.deepEqual(heldBy({ lines: [fiber, lte] }), ['fd00:10::11/64'])
  assert.deepEqual(heldBy({ lines: [fiber], lan6: { prefixesOf: ['fiber'] } }), ['2001:db8:100::11/64'])
  assert.deepEqual(heldBy({ lines: [fiber], lan6: { ula: true, prefixesOf: ['fiber'] } }), ['fd00:10::11/64', '2001:db8:100::11/64']) // prettier-ignore
  assert.deepEqual(planTopology({ lines: [lte], servers: 1 }).servers6, [])
  assert.deepEqual(planTopology({ lines: [fiber], servers: 1 }).servers6, ['2001:db8:f::10'])
})

test('on a shared card each provider is another neighbour; on cables of their own they are all called alike', () => {
  const gateways = (sharing?: LineOptions['sharing']): unknown[] =>
    planTopology({
      lines: [
        { name: 'fiber', ipv6: 'link-only' },
        { name: 'dsl', ipv6: 'link-only', ...(sharing && { sharing }) },
      ],
    }).lines.map(({ ipv6 }) => ipv6?.gateway)
  assert.deepEqual(gateways(), ['fe80::1', 'fe80::1'])
  assert.deepEqual(gateways({ with: 'fiber', what: 'card' }), ['fe80::1', 'fe80::2'])
})

const sharings: [Sharing, object][] = [
  ['card', { device: 'wan1', gateway: '192.0.2.1', address: '192.0.2.2', publicAddress: '192.0.2.2' }],
  [
    'card-and-network',
    { device: 'wan1', gateway: '198.51.100.14', address: '198.51.100.3', publicAddress: '198.51.100.3' },
  ],
  [
    'card-and-address',
    { device: 'wan1', gateway: '198.51.100.14', address: '198.51.100.2', publicAddress: '198.18.2.2' },
  ],
  [
    'address-and-gateway',
    { device: 'wan2', gateway: '198.51.100.1', address: '198.51.100.2', publicAddress: '198.18.2.2' },
  ],
]
for (const [what, expected] of sharings)
  test(`lines that share ${what.replaceAll('-', ' ')} are still told apart by what the internet sees`, () => {
    const topology = planTopology({
      lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what } }],
    })
    const [fiber, dsl] = topology.lines
    assert.ok(fiber && dsl)
    const { device, gateway, address, publicAddress } = dsl
    assert.deepEqual({ device, gateway, address, publicAddress }, expected)
    for (const line of [fiber, dsl]) assert.equal(lineOfAddress(topology, line.publicAddress), line)
    const isShared = what.startsWith('card')
    assert.equal(topology.hosts.includes('splitter-wan1'), isShared)
    assert.deepEqual([fiber.splitter, dsl.splitter], isShared ? ['splitter-wan1', 'splitter-wan1'] : [undefined, undefined]) // prettier-ignore
  })

const refused: [string, Parameters<typeof planTopology>[0], RegExp][] = [
  ['no line', { lines: [] }, /1 to 62 lines, not 0/],
  ['63 lines', { lines: [...manyLines, { name: 'one-more' }] }, /1 to 62 lines, not 63/],
  ['two lines of one name', { lines: [{ name: 'dsl' }, { name: 'dsl' }] }, /two lines .* "dsl"/],
  ['a name that is a path', { lines: [{ name: '../x' }] }, /"\.\.\/x" cannot name a line/],
  [
    'a line that shares something with one that is not there',
    { lines: [{ name: 'dsl', sharing: { with: 'fiber', what: 'card' } }] },
    /no line "fiber" before "dsl"/,
  ],
  [
    'a prefix of a line that gets none',
    { lines: [{ name: 'lte', ipv6: 'link-only' }], lan6: { prefixesOf: ['lte'] } },
    /no line "lte" with a delegated prefix/,
  ],
  ['half a client', { clients: 0.5 }, /clients, not 0.5/],
]
for (const [what, options, message] of refused)
  test(`a lab that cannot be built is refused before anything is made: ${what}`, () => {
    assert.throws(() => planTopology(options), { name: 'RangeError', message })
  })
