import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config, Ruleset } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aForward, aLine, dsl, fiber, memoryOf, on } from './examples.ts'
import { forwardRules, forwardsIn, forwardsText } from './forward-chains.ts'
import { numbersOf } from './numbers.ts'

const rulesetOf = (config: Config, observed = aBox()): Ruleset => {
  const { state } = desired({ config, observed, memory: memoryOf(config), health: new Map() })
  return state.ruleset ?? assert.fail()
}
const rulesOf = (ruleset: Ruleset, name: string): string[] =>
  ruleset.chains.find((chain) => chain.name === name)?.rules.map(({ text }) => text) ?? []
const elementsOf = (ruleset: Ruleset, name: string): [string, string][] =>
  [...(ruleset.maps.find((candidate) => candidate.name === name)?.elements ?? [])] // prettier-ignore

test('where nothing is forwarded there is no chain that another NAT would have to reckon with', () => {
  const { chains, maps } = rulesetOf(aConfig())
  const names = [...chains, ...maps].map(({ name }) => name)
  assert.deepEqual(names.filter((name) => /^(forwards|dstnat|hairpin|public|shift)/.test(name)), []) // prettier-ignore
})

test('a line without a forward has no chain for it, and nothing is looked up for it', () => {
  const ruleset = rulesetOf(aConfig({ forwards: [aForward('tcp/443', '10.0.0.5', { lines: ['dsl'] })] }))
  assert.deepEqual(elementsOf(ruleset, 'forwards'), [['0x02000000', 'goto forwards_2']])
  assert.deepEqual(rulesOf(ruleset, 'forwards_1'), [])
  assert.deepEqual(rulesOf(ruleset, 'dstnat_own'), ['ip daddr @public4_2 jump forwards_2'])
})

test('one address goes before all of them, even where it is not an address of the box', () => {
  const forwards = [
    aForward('tcp/25', '10.0.0.5'),
    aForward('tcp/25', '10.0.0.8', { address: '198.51.100.3' }),
  ]
  const ruleset = rulesetOf(aConfig({ forwards }))
  assert.deepEqual(rulesOf(ruleset, 'forwards_1'), [
    'ip daddr 198.51.100.3 tcp dport 25 dnat ip to 10.0.0.8',
    'fib daddr type != local return',
    'meta nfproto ipv4 tcp dport 25 dnat ip to 10.0.0.5',
  ])
  assert.deepEqual(
    elementsOf(ruleset, 'public4_1').map(([address]) => address),
    ['198.51.100.2', '198.51.100.3'],
  )
})

const PORTS = [
  ['tcp/443', '10.0.0.5', 'tcp dport 443 dnat ip to 10.0.0.5'],
  ['tcp/443', '10.0.0.5:8443', 'tcp dport 443 dnat ip to 10.0.0.5:8443'],
  ['udp/1-9', '10.0.0.5', 'udp dport 1-9 dnat ip to 10.0.0.5'],
  ['udp/1-9', '10.0.0.5:9', 'udp dport 1-9 dnat ip to 10.0.0.5:9'],
  ['tcp/1-2', '10.0.0.5:11-12', 'tcp dport 1-2 dnat ip to 10.0.0.5 : tcp dport map @shift_1_2_to_11'],
] as const

for (const [port, to, text] of PORTS) {
  test(`${port} to ${to}: each port where the file says`, () => {
    const ruleset = rulesetOf(aConfig({ forwards: [aForward(port, to)] }))
    assert.equal(rulesOf(ruleset, 'forwards_1')[1], `meta nfproto ipv4 ${text}`)
    const [shift] = /shift_\w+/.exec(text) ?? []
    if (shift !== undefined) assert.deepEqual(elementsOf(ruleset, shift), [['1', '11'], ['2', '12']]) // prettier-ignore
  })
}

test('another address of a line changes elements, and no rule: what is open does not notice', () => {
  const config = aConfig({ forwards: [aForward('tcp/443', '10.0.0.5')] })
  const before = rulesetOf(config)
  const moved = aBox({
    addresses: aBox().addresses.map((one) => (one.dev === 'wan2' ? on('wan2', '203.0.113.9/24') : one)),
  })
  const after = rulesetOf(config, moved)
  assert.deepEqual(elementsOf(after, 'public4_2'), [['203.0.113.9', '']])
  for (const name of ['forwards_1', 'forwards_2', 'dstnat', 'dstnat_own', 'hairpin'])
    assert.deepEqual(rulesOf(after, name), rulesOf(before, name))
  assert.equal(forwardsIn(after), forwardsIn(before))
})

test('a client of another network than the server keeps its address: the server may want to know', () => {
  const lan = {
    interfaces: ['lan0', 'dmz0'].map((name) => ({ name, addresses: [], place: fiber.place })),
    networks: [],
  }
  const rules = rulesOf(rulesetOf(aConfig({ lan, forwards: [aForward('tcp/443', '10.0.0.5')] })), 'hairpin')
  assert.ok(rules.includes('iifname "lan0" oifname != "lan0" return'))
  assert.ok(rules.includes('iifname "dmz0" oifname != "dmz0" return'))
})

test('a line in both families has one chain, and each family its own addresses and forwards', () => {
  const config = aConfig({
    forwards: [
      aForward('tcp/443', '10.0.0.5'),
      aForward('tcp/443', '2001:db8:a::5'),
      aForward('tcp/80', '2001:db8:a::5', { address: '2001:db8:1::3' }),
    ],
  })
  const id = memoryOf(config).ids['fiber'] ?? assert.fail()
  const leg = { id, config: fiber }
  const legs = [
    { ...leg, family: 'ipv4' as const, own: ['198.51.100.2'] },
    { ...leg, family: 'ipv6' as const, own: ['2001:db8:1::2'] },
  ]
  const { chains, maps } = forwardRules(config, legs, numbersOf(config))
  const ruleset: Ruleset = { counters: [], maps, chains }
  assert.equal(chains.filter(({ name }) => name === 'forwards_1').length, 1)
  assert.deepEqual(rulesOf(ruleset, 'forwards_1'), [
    'ip6 daddr 2001:db8:1::3 tcp dport 80 dnat ip6 to 2001:db8:a::5',
    'fib daddr type != local return',
    'meta nfproto ipv4 tcp dport 443 dnat ip to 10.0.0.5',
    'meta nfproto ipv6 tcp dport 443 dnat ip6 to 2001:db8:a::5',
  ])
  assert.deepEqual(elementsOf(ruleset, 'public6_1').map(([address]) => address), ['2001:db8:1::2', '2001:db8:1::3']) // prettier-ignore
  assert.deepEqual(rulesOf(ruleset, 'dstnat_own'), [
    'ip daddr @public4_1 jump forwards_1',
    'ip6 daddr @public6_1 jump forwards_1',
  ])
  assert.ok(
    rulesOf(ruleset, 'hairpin').includes('ct status dnat ct original ip6 daddr @public6_1 masquerade'),
  )
})

test('a server without a LAN that forwards to a container is switched to forwarding', () => {
  const config = aConfig({ lan: { interfaces: [], networks: [] }, forwards: [aForward('tcp/443', '172.17.0.2')] }) // prettier-ignore
  const observed = aBox({ sysctls: [{ key: 'net/ipv4/ip_forward', value: '0' }] })
  const { state } = desired({ config, observed, memory: memoryOf(config), health: new Map() })
  assert.deepEqual(state.sysctls, [{ key: 'net/ipv4/ip_forward', value: '1' }])
})

test('what is led where is told in the words of the file', () => {
  const forwards = [
    aForward('tcp/443', '10.0.0.5'),
    aForward('udp/1-9', '10.0.0.6:11-19', { lines: ['dsl'] }),
    aForward('tcp/25', '10.0.0.8', { address: '198.51.100.3' }),
  ]
  const lines = [fiber, dsl, aLine('lte', 'wwan0')]
  const all = lines.map(({ name }) => name)
  const config = aConfig({ lines, forwards: forwards.map((one, i) => (i === 0 ? { ...one, lines: all } : one)) }) // prettier-ignore
  assert.equal(
    forwardsText(config),
    'tcp/443 → 10.0.0.5, udp/1-9 of dsl → 10.0.0.6:11-19, tcp/25 of 198.51.100.3 → 10.0.0.8',
  )
})
