import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mark, type Config } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLink, dsl, fiber, memoryOf, prefixOf } from './examples.ts'
import { evaluate, type PretendPacket, type Surroundings } from './nft-rule.ts'

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

const surroundings: Surroundings = {
  maps: [],
  fibInterface: () => 'wan1',
  isLocal: () => false,
}

/** A kernel that can do all we ask for has all of our rules. */
const NEWEST = aBox({
  links: [aLink('lan0'), aLink('wan1'), aLink('wan2', { mtuBytes: 1492 })],
  capabilities: { kernelRelease: '6.18.0', nexthopObjects: true, resilientGroups: true, groupMatch: true },
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
  ['listed networks', { lan: { ...aConfig().lan, networks: [prefixOf('10.0.0.0/25')] } }],
]

for (const [name, config] of CONFIGS) {
  test(`every rule that we write can be read here, or trace would be blind: ${name}`, () => {
    const whole = aConfig(config)
    const { state } = desired({ config: whole, observed: NEWEST, memory: memoryOf(whole), health: new Map() })
    const rules = state.ruleset?.chains.flatMap((chain) => chain.rules) ?? []
    assert.ok(rules.length > 20)
    const blind = rules.filter(({ text }) => evaluate(text, packet, surroundings).is === 'unknowable')
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
