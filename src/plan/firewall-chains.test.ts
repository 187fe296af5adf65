import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config, OpenPort, Ruleset } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLine, aRoute, dsl, memoryOf, prefixOf } from './examples.ts'
import { firewallOf } from './firewall-chains.ts'

const PLACE = { file: 'config.yaml', line: 1, column: 1 }
const port = (protocol: 'tcp' | 'udp', firstPort: number, lastPort = firstPort): OpenPort => ({ protocol, firstPort, lastPort, place: PLACE }) // prettier-ignore
const dropping = (open: OpenPort[], rest: Partial<Config> = {}): Config =>
  aConfig({ firewall: { inbound: 'drop', open }, ...rest })
const rulesetOf = (config: Config, observed = aBox()): Ruleset => {
  const { state } = desired({ config, observed, memory: memoryOf(config), health: new Map() })
  return state.ruleset ?? assert.fail()
}
const rulesOf = (ruleset: Ruleset, name: string): string[] | undefined =>
  ruleset.chains.find((chain) => chain.name === name)?.rules.map(({ text }) => text)
const elementsOf = (ruleset: Ruleset, name: string): string[] | undefined => {
  const map = ruleset.maps.find((candidate) => candidate.name === name)
  return map && [...map.elements.keys()]
}

test('where nothing is kept out there is no chain that another firewall would have to reckon with', () => {
  const names = rulesetOf(aConfig()).chains.map(({ name }) => name)
  for (const name of ['input', 'forward', 'forged']) assert.ok(!names.includes(name), name)
})

test('ports that touch become one range: nft lists them so, and a pass must find them as it left them', () => {
  const ruleset = rulesetOf(
    dropping([port('tcp', 8001, 8100), port('udp', 53), port('tcp', 22), port('tcp', 23, 8000)]),
  )
  assert.deepEqual(elementsOf(ruleset, 'open_tcp'), ['22-8100'])
  assert.deepEqual(elementsOf(ruleset, 'open_udp'), ['53'])
})

test('IPv6 networks of the LAN are told from those of lines, and from what every link has', () => {
  const v6 = (dev: string, network: string) => aRoute({ family: 'ipv6', destination: prefixOf(network), dev })
  const routes = [...aBox().routes, v6('lan0', '2001:db8:a::/64'), v6('lan0', 'fe80::/64'), v6('lan0', '::/0'), v6('wan1', '2001:db8:1::/64')] // prettier-ignore
  assert.deepEqual(elementsOf(rulesetOf(dropping([]), aBox({ routes })), 'own6'), ['2001:db8:a::/64'])
})

test('only what comes in by a line is looked at, whatever the lines are', () => {
  const ruleset = rulesetOf(dropping([], { lines: [dsl, aLine('lte', 'wwan0')] }))
  for (const name of ['input', 'forward'])
    assert.equal(rulesOf(ruleset, name)?.[0], 'iifname != { "wan2", "wwan0" } return')
})

test('a box without a LAN has no addresses of a LAN that somebody could forge', () => {
  const ruleset = rulesetOf(dropping([], { lan: { interfaces: [], networks: [] } }))
  assert.deepEqual(rulesOf(ruleset, 'forged')?.slice(0, 1), ['fib saddr type local drop'])
})

test('a change of what may come in is told from one of the lines', () => {
  const before = firewallOf(rulesetOf(dropping([port('tcp', 22)])))
  assert.notEqual(before, firewallOf(rulesetOf(dropping([port('tcp', 23)]))))
  assert.notEqual(before, firewallOf(rulesetOf(aConfig())))
  assert.equal(before, firewallOf(rulesetOf(dropping([port('tcp', 22)]), aBox({ links: [] }))))
  assert.equal(firewallOf(undefined), firewallOf(rulesetOf(aConfig())))
})
