import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mark, type Config, type NftMap } from '../model/index.ts'
import { desired } from './desired.ts'
import { aForward, aBox, aConfig, aLink, dsl, fiber, memoryOf, on, prefixOf } from './examples.ts'
import type { PretendPacket, Surroundings } from './nft-questions.ts'
import { evaluate } from './nft-rule.ts'

const packet: PretendPacket = {
  from: '10.0.0.11',
  to: '192.0.2.80',
  iif: 'lan0',
  oif: 'wan1',
  mark: mark(0),
  connectionMark: mark(0),
  castTo: 'host',
  protocol: 'tcp',
  port: 443,
  turn: 7,
}

const packet6: PretendPacket = { ...packet, from: 'fd00:a::11', to: '2001:db8:f::80' }

const surroundings: Surroundings = {
  maps: [],
  fibInterface: () => 'wan1',
  isLocal: () => false,
}

/** A kernel that can do all we ask for has all of our rules. */
const NEWEST = aBox({
  links: [aLink('lan0'), aLink('wan1'), aLink('wan2', { mtuBytes: 1492 })],
  capabilities: {
    kernelRelease: '6.18.0',
    nexthopObjects: true,
    resilientGroups: true,
    groupMatch: true,
    flowtables: true,
    shaping: 'both',
  },
})

const CONFIGS: readonly (readonly [string, Partial<Config>])[] = [
  ['pairs', {}],
  ['clients', { affinity: 'client' }],
  ['connections', { affinity: 'connection' }],
  [
    'a firewall',
    {
      firewall: {
        inbound: 'drop',
        open: [{ protocol: 'tcp', firstPort: 22, lastPort: 24, place: fiber.place }],
      },
    },
  ],
  [
    'segments of a size',
    {
      lines: [
        { ...fiber, mss: 1400 },
        { ...dsl, mss: 'auto' },
      ],
    },
  ],
  [
    'forwards',
    {
      forwards: [
        aForward('tcp/443', '10.0.0.5'),
        aForward('udp/1-9', '10.0.0.5:80'),
        aForward('tcp/1-9', '10.0.0.5:11-19', { address: '198.51.100.3' }),
      ],
    },
  ],
  [
    'both families',
    {
      forwards: [aForward('tcp/443', '10.0.0.5'), aForward('tcp/443', '2001:db8:5::5')],
      firewall: { inbound: 'drop', open: [] },
      lines: [
        {
          ...fiber,
          addresses: [...fiber.addresses, on('wan1', '2001:db8:1::2/64')],
          gateways: [...fiber.gateways, '2001:db8:1::1'],
          networks: [prefixOf('2001:db8:5::/64')],
        },
        dsl,
      ],
    },
  ],
  ['listed networks', { lan: { ...aConfig().lan, networks: [prefixOf('10.0.0.0/25')] } }],
]

for (const [name, config] of CONFIGS) {
  test(`every rule that we write can be read here, or trace would be blind: ${name}`, () => {
    const whole = aConfig(config)
    const { state } = desired({ config: whole, observed: NEWEST, memory: memoryOf(whole), health: new Map() })
    const rules = state.ruleset?.chains.flatMap((chain) => chain.rules) ?? []
    assert.ok(rules.length > 20)
    const blind = rules.filter(({ text }) =>
      [packet, packet6].some((one) => evaluate(text, one, surroundings).is === 'unknowable'),
    )
    assert.deepEqual(
      blind.map(({ text }) => text),
      [],
    )
  })
}

const ROWS = [
  ['ip daddr 192.0.2.0/24 drop', 'drop'],
  ['ip daddr { 10.0.0.0/8, 192.0.2.79-192.0.2.81 } drop', 'drop'],
  ['ip daddr != 192.0.2.0/24 drop', undefined],
  ['iifname { "wan1", "lan0" } return', 'return'],
  ['tcp dport { 22, 443 } accept', 'accept'],
  ['tcp dport { 22, 400-500 } accept', 'accept'],
  ['udp dport 443 accept', undefined],
  ['limit rate 20/second burst 20 packets accept', 'accept'],
  ['ct state established,related accept', undefined],
  ['ct mark & 0x3f000000 == 0x01000000 drop', undefined],
  ['ct mark & 0x3f000000 == 0x00000000 drop', 'drop'],
  ['meta mark set meta mark & 0xc0ffffff | 0x01000000 meta mark & 0x3f000000 0x01000000 drop', 'drop'],
  ['ct state vmap { new : drop, established : accept }', 'drop'],
] as const

for (const [text, verdict] of [
  ['ip6 daddr 2001:db8:f::/48 drop', 'drop'],
  ['ip6 saddr != { fd00:a::-fd00:a::ff } drop', undefined],
  ['ip daddr != 192.0.2.0/24 drop', undefined],
  ['icmp type echo-request drop', undefined],
  ['meta nfproto ipv4 drop', undefined],
  ['meta nfproto != ipv4 drop', 'drop'],
  ['oifname . rt ip6 nexthop vmap { "wan1" . 2001:db8:f::80 : drop }', 'drop'],
  ['snat ip6 to 2001:db8:1::2', 'snat'],
  ['snat ip6 prefix to 2001:db8:1::/48', 'snat'],
] as const) {
  test(`of an IPv6 packet "${text}" comes to ${verdict ?? 'nothing'}`, () => {
    const outcome = evaluate(text, packet6, surroundings)
    assert.equal(outcome.is === 'match' ? outcome.verdict?.do : undefined, verdict)
  })
}

const led = (text: string, port: number): string | undefined => {
  const outcome = evaluate(text, { ...packet, port }, { ...surroundings, maps: [SHIFT] })
  return outcome.is === 'match' ? `${outcome.packet.to} ${outcome.packet.port}` : undefined
}
const SHIFT: NftMap = { kind: 'map', name: 'shift', declaration: '', elements: new Map([['8001', '9001']]) }

test('a forward leads a packet to the server and the port that the kernel would', () => {
  assert.equal(led('tcp dport 443 dnat ip to 10.0.0.5', 443), '10.0.0.5 443')
  assert.equal(led('tcp dport 1-9 dnat ip to 10.0.0.5:80', 9), '10.0.0.5 80')
  assert.equal(led('tcp dport 8000-8002 dnat ip to 10.0.0.5 : tcp dport map @shift', 8001), '10.0.0.5 9001')
  assert.equal(led('tcp dport 1 dnat ip6 to 2001:db8::5', 1), '2001:db8::5 1')
  assert.equal(led('tcp dport 1 dnat ip6 to [2001:db8::5]:80', 1), '2001:db8::5 80')
})

for (const [text, verdict] of ROWS) {
  test(`"${text}" ${verdict === undefined ? 'does not match' : `comes to ${verdict}`}`, () => {
    const outcome = evaluate(text, packet, surroundings)
    assert.equal(outcome.is === 'match' ? outcome.verdict?.do : undefined, verdict)
    assert.notEqual(outcome.is, 'unknowable')
  })
}

test('what nobody told is not guessed: a port, words of another version', () => {
  const { port: _port, protocol: _protocol, ...without } = packet
  assert.equal(evaluate('tcp dport 22 accept', without, surroundings).is, 'unknowable')
  assert.equal(evaluate('quantum spin up drop', packet, surroundings).is, 'unknowable')
})
