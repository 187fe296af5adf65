import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyPrefix, formatPrefix, type LineConfig } from '../model/index.ts'
import { aBox, aConfig, aLine, aRoute, connected, memoryOf, on, prefixOf } from './examples.ts'
import { lineFacts } from './lines.ts'
import { translatedPrefixes } from './prefix-translation.ts'

interface Row {
  readonly name: string
  /** What the provider routes here; absent: nothing. */
  readonly routed?: string
  readonly lan: readonly string[]
  readonly nat?: LineConfig['nat']
  readonly becomes: Readonly<Record<string, string>>
}

const ROWS: readonly Row[] = [
  {
    name: 'a ULA becomes the part of the provider’s prefix with the same number',
    routed: '2001:db8:100::/56',
    lan: ['fd00:10::1/64', 'fd00:10:0:12::1/64'],
    becomes: { 'fd00:10::/64': '2001:db8:100::/64', 'fd00:10:0:12::/64': '2001:db8:100:12::/64' },
  },
  {
    name: 'bits beyond the prefix are left out',
    routed: '2001:db8:100::/60',
    lan: ['fd00:10:0:1234::1/64'],
    becomes: { 'fd00:10:0:1234::/64': '2001:db8:100:4::/64' },
  },
  {
    name: 'a part that has hosts of its own is theirs: the last free one is taken',
    routed: '2001:db8:100::/56',
    lan: ['fd00:10::1/64', '2001:db8:100::1/64', '2001:db8:100:ff::1/64'],
    becomes: { 'fd00:10::/64': '2001:db8:100:fe::/64' },
  },
  {
    name: 'two networks never become one',
    routed: '2001:db8:100::/56',
    lan: ['fd00:10:0:1::1/64', 'fd00:20:0:1::1/64'],
    becomes: { 'fd00:10:0:1::/64': '2001:db8:100:1::/64', 'fd00:20:0:1::/64': '2001:db8:100:ff::/64' },
  },
  {
    name: 'one /64 for one network is enough',
    routed: '2001:db8:100::/64',
    lan: ['fd00:10:0:12::1/64'],
    becomes: { 'fd00:10:0:12::/64': '2001:db8:100::/64' },
  },
  {
    name: 'one /64 that is on the LAN itself leaves nothing: masqueraded',
    routed: '2001:db8:100::/64',
    lan: ['fd00:10::1/64', '2001:db8:100::1/64'],
    becomes: {},
  },
  {
    name: 'a second network for which nothing is left is masqueraded',
    routed: '2001:db8:100::/64',
    lan: ['fd00:10::1/64', 'fd00:20::1/64'],
    becomes: { 'fd00:10::/64': '2001:db8:100::/64' },
  },
  {
    name: 'a prefix smaller than the network holds not all of its hosts',
    routed: '2001:db8:100::/72',
    lan: ['fd00:10::1/64'],
    becomes: {},
  },
  { name: 'the network of the cable alone will not do', lan: ['fd00:10::1/64'], becomes: {} },
  {
    name: 'nat: masquerade is masquerade',
    routed: '2001:db8:100::/56',
    lan: ['fd00:10::1/64'],
    nat: 'masquerade',
    becomes: {},
  },
  {
    name: 'nat: off is off',
    routed: '2001:db8:100::/56',
    lan: ['fd00:10::1/64'],
    nat: 'off',
    becomes: {},
  },
]

for (const { name, routed, lan, nat = 'auto', becomes } of ROWS) {
  test(name, () => {
    const networks = routed === undefined ? [] : [prefixOf(routed)]
    const config = aConfig({ lines: [aLine('fiber', 'wan1', { networks, nat })] })
    const addresses = [on('wan1', '2001:db8:1::2/64'), ...lan.map((text) => on('lan0', text))]
    const box = aBox({
      addresses,
      routes: [
        ...addresses.map((address) => ({ ...connected(address), family: 'ipv6' as const })),
        aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev: 'wan1' }),
      ],
    })
    const line = lineFacts(config, box, memoryOf(config), new Map()).find(({ family }) => family === 'ipv6')
    assert.ok(line)
    const found = translatedPrefixes(line, config, box)
    assert.deepEqual(
      Object.fromEntries(found.map(({ from, to }) => [formatPrefix(from), formatPrefix(to)])),
      becomes,
    )
  })
}
