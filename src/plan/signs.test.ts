import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPrefix, hostPrefix, type LineConfig, type Observed, type Prefix } from '../model/index.ts'
import { aBox, aConfig, aLine, aRoute, connected, memoryOf, on, prefixOf } from './examples.ts'
import { unknownGateways } from './gateways.ts'
import { lineFacts, type LineFacts } from './lines.ts'
import { nearNetworks } from './networks.ts'
import { map } from './nft-words.ts'
import { signsOf, type Signs } from './signs.ts'

const [X, Y] = ['198.51.100.2', '198.51.100.3']
const OTHER = '203.0.113.2'
const [GATEWAY, SECOND, THIRD] = ['198.51.100.1', '198.51.100.14', '203.0.113.1']
const MAC = '02:00:00:00:00:01'

const at = (dev: string, gateway: string, address?: string): Partial<LineConfig> => ({
  interface: dev,
  gateways: [gateway],
  ...(address === undefined ? {} : { addresses: [{ family: 'ipv4', address, length: 28 }] }),
})

const alone = (address: string): Prefix => hostPrefix('ipv4', address)

/** Line 1 is `one`, line 2 is `two`; what the file fixes is there. */
function linesOf(
  ways: readonly Partial<LineConfig>[],
  rest: Partial<Observed> = {},
): [LineFacts[], Observed] {
  const lines = ways.map((way, i) => aLine(['one', 'two', 'three'][i] ?? '', 'wan1', way))
  const config = aConfig({ lines })
  const fixed = lines.flatMap(({ interface: dev, addresses }) =>
    addresses.map((address) => ({ ...address, dev })),
  )
  const addresses = [...fixed, ...(rest.addresses ?? [])]
  const box = aBox({ routes: addresses.map(connected), ...rest, addresses })
  return [lineFacts(config, box, memoryOf(config), new Map()), box]
}

function signs(ways: readonly Partial<LineConfig>[], rest: Partial<Observed> = {}): readonly Signs[] {
  const [lines, box] = linesOf(ways, rest)
  return [...signsOf(lines, box).values()]
}

const ROWS: readonly {
  name: string
  ways: readonly Partial<LineConfig>[]
  rest?: Partial<Observed>
  signs: readonly Partial<Signs>[]
}[] = [
  {
    name: 'a card of its own: all that is there, and nothing else is needed',
    ways: [at('wan1', GATEWAY, X), at('wan2', THIRD, OTHER)],
    rest: { addresses: [on('wan1', '192.168.100.2/24')] },
    signs: [
      {
        own: [X, '192.168.100.2'],
        telling: [alone(X), alone('192.168.100.2')],
        asked: [],
        keptByMark: false,
      },
      { own: [OTHER], telling: [alone(OTHER)], asked: [], keptByMark: false },
    ],
  },
  {
    name: "one card, two networks: every address is one line's, as on two cards",
    ways: [at('wan1', GATEWAY, X), at('wan1', THIRD, OTHER)],
    signs: [
      { own: [X], telling: [alone(X)], asked: [X], keptByMark: false },
      { own: [OTHER], telling: [alone(OTHER)], asked: [OTHER], keptByMark: false },
    ],
  },
  {
    name: 'one card, one network, two addresses: the first is that of all who ask for none, so it leads nowhere',
    ways: [at('wan1', GATEWAY, X), at('wan1', SECOND, Y)],
    signs: [
      { own: [X], telling: [], asked: [X], keptByMark: true },
      { own: [Y], telling: [alone(Y)], asked: [Y], keptByMark: true },
    ],
  },
  {
    name: 'one card, one address: it tells nothing at all',
    ways: [at('wan1', GATEWAY, X), at('wan1', SECOND, X)],
    signs: [
      { own: [X], telling: [], asked: [], keptByMark: true },
      { own: [X], telling: [], asked: [], keptByMark: true },
    ],
  },
  {
    name: 'two cards, one address and gateway: the card tells what comes in, the mark what goes out',
    ways: [at('wan1', GATEWAY, X), at('wan2', GATEWAY, X)],
    signs: [
      { own: [X], telling: [], asked: [], keptByMark: true },
      { own: [X], telling: [], asked: [], keptByMark: true },
    ],
  },
  {
    name: 'two cards in one network, as two modems have it: each card has its address',
    ways: [at('wan1', GATEWAY, X), at('wan2', GATEWAY, Y)],
    signs: [
      { own: [X], telling: [alone(X)], keptByMark: false },
      { own: [Y], telling: [alone(Y)], keptByMark: false },
    ],
  },
  {
    name: 'further addresses on one card belong to the line whose gateway alone is beside them',
    ways: [at('wan1', GATEWAY, X), at('wan1', THIRD, OTHER)],
    rest: { addresses: [on('wan1', '198.51.100.7/28'), on('wan1', '192.168.100.2/24')] },
    signs: [{ own: [X, '198.51.100.7'] }, { own: [OTHER] }],
  },
  {
    name: 'addresses that others give: each line has the one beside its gateway',
    ways: [at('wan1', GATEWAY), at('wan1', THIRD)],
    rest: { addresses: [on('wan1', `${OTHER}/24`), on('wan1', `${X}/28`)] },
    signs: [{ own: [X] }, { own: [OTHER] }],
  },
  {
    name: 'an address that others give beside a fixed one is taken before that of the other line',
    ways: [at('wan1', GATEWAY, X), at('wan1', SECOND)],
    rest: { addresses: [on('wan1', `${Y}/28`)] },
    signs: [{ own: [X] }, { own: [Y] }],
  },
]

for (const { name, ways, rest, signs: expected } of ROWS) {
  test(`by what a line is known: ${name}`, () => {
    signs(ways, rest).forEach((found, i) => {
      const keys = Object.keys(expected[i] ?? {}) as (keyof Signs)[]
      assert.deepEqual(Object.fromEntries(keys.map((key) => [key, found[key]])), expected[i])
    })
  })
}

const knows = (...macs: readonly (string | undefined)[]): Partial<Observed> => ({
  neighbours: [GATEWAY, SECOND].map((address, i) => ({
    dev: 'wan1',
    address,
    ...(macs[i] === undefined ? {} : { mac: macs[i] }),
  })),
})
const remembering = (...elements: readonly [string, string][]): Partial<Observed> => ({
  ruleset: {
    counters: [],
    chains: [],
    maps: [map('by_gateway', 'type ifname . ether_addr : verdict;', elements)],
  },
})
const oneAddress = [at('wan1', GATEWAY, X), at('wan1', SECOND, X)]
const macsOf = (rest: Partial<Observed>): (string | undefined)[] =>
  signs(oneAddress, rest).map(({ gatewayMac }) => gatewayMac)

test('gateways on one card are known by their hardware addresses, unless one device plays both', () => {
  assert.deepEqual(macsOf(knows(MAC, '02:00:00:00:00:02')), [MAC, '02:00:00:00:00:02'])
  assert.deepEqual(macsOf(knows(MAC, MAC)), [undefined, undefined])
})

test('a hardware address that the kernel has forgotten is kept, until another gateway has it', () => {
  const kept = remembering([`"wan1" . ${MAC}`, 'goto in_2'])
  assert.deepEqual(macsOf({ ...kept, neighbours: [] }), [undefined, MAC])
  assert.deepEqual(macsOf({ ...kept, ...knows(undefined, undefined) }), [undefined, MAC])
  assert.deepEqual(macsOf({ ...kept, ...knows(MAC, undefined) }), [MAC, undefined])
  assert.deepEqual(macsOf({ ...remembering([`"wan9" . ${MAC}`, 'goto in_2']) }), [undefined, undefined])
})

test('only gateways on shared cards are asked for, and only while the kernel has not heard of them', () => {
  const asked = (ways: readonly Partial<LineConfig>[], rest: Partial<Observed> = {}): string[] =>
    unknownGateways(...linesOf(ways, rest)).map(({ address }) => address)
  assert.deepEqual(asked(oneAddress), [GATEWAY, SECOND])
  assert.deepEqual(asked(oneAddress, { neighbours: [{ dev: 'wan1', address: GATEWAY }] }), [SECOND])
  assert.deepEqual(asked([at('wan1', GATEWAY, X), at('wan2', THIRD, OTHER)]), [])
})

test('networks behind a shared card belong to the line that leads there', () => {
  const routes = [
    connected(on('wan1', `${X}/28`)),
    connected(on('wan1', `${OTHER}/24`)),
    aRoute({ destination: prefixOf('10.1.0.0/16'), dev: 'wan1', via: THIRD }),
    aRoute({ destination: prefixOf('10.2.0.0/16'), dev: 'wan1', via: '198.51.100.9' }),
  ]
  const ways = [at('wan1', GATEWAY, X), { ...at('wan1', THIRD), addresses: [{ family: 'ipv4', address: OTHER, length: 24 } as const] }] // prettier-ignore
  const near = nearNetworks(...linesOf(ways, { routes }), 'ipv4')
  assert.deepEqual(
    near.map(({ prefix, line }) => `${line} ${formatPrefix(prefix)}`),
    [
      '1 198.51.100.0/28',
      '1 10.2.0.0/16',
      '1 198.51.100.1/32',
      '2 203.0.113.0/24',
      '2 10.1.0.0/16',
      '2 203.0.113.1/32',
    ],
  )
})

test('one card in IPv6: a socket bound to the address of either line leaves by that line, whichever address came first', () => {
  const ipv6 = (address: string): LineConfig['addresses'][number] => ({ family: 'ipv6', address, length: 64 })
  const lines = [
    aLine('one', 'wan1', { addresses: [ipv6('2001:db8:1::2')], gateways: ['fe80::1'] }),
    aLine('two', 'wan1', { addresses: [ipv6('2001:db8:2::2')], gateways: ['fe80::2'] }),
  ]
  const config = aConfig({ lines })
  const observed = aBox({ addresses: lines.flatMap(({ addresses }) => addresses.map((one) => ({ ...one, dev: 'wan1' }))) }) // prettier-ignore
  const facts = lineFacts(config, observed, memoryOf(config), new Map())
  const signs = signsOf(facts, observed)
  assert.deepEqual(
    ['one/ipv6', 'two/ipv6'].map((leg) => signs.get(leg)?.telling.map(formatPrefix)),
    [['2001:db8:1::2/128'], ['2001:db8:2::2/128']],
  )
})
