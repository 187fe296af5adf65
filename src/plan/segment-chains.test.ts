import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anyPrefix,
  type Config,
  type Family,
  type LineConfig,
  type Link,
  type Route,
  type SegmentLimit,
} from '../model/index.ts'
import { aBox, aConfig, aLine, aLink, aRoute, dsl, fiber, memoryOf } from './examples.ts'
import { lineFacts } from './lines.ts'
import { segmentChains } from './segment-chains.ts'

interface Row {
  readonly name: string
  readonly mss?: SegmentLimit
  readonly mtuBytes?: number
  readonly wan2?: Partial<Link>
  readonly lan0?: Partial<Link>
  readonly routes?: readonly Route[]
  readonly rules: readonly string[]
}

const OUT = 'oifname "wan2" tcp option maxseg size set'
const IN = 'iifname "wan2"'
const auto = (ipv4: number, ipv6: number): string[] => [
  `${OUT} rt mtu`,
  `${IN} meta nfproto ipv4 tcp option maxseg size set ${ipv4}`,
  `${IN} meta nfproto ipv6 tcp option maxseg size set ${ipv6}`,
]

const byRoute = (family: Family, mtuBytes: number): Route =>
  aRoute({ family, destination: anyPrefix(family), via: family === 'ipv4' ? '203.0.113.1' : 'fe80::1', dev: 'wan2', mtuBytes }) // prettier-ignore

const ROWS: readonly Row[] = [
  { name: 'where everything fits nobody is asked', rules: [] },
  { name: 'a narrow line is told of in both directions, each family with its header', wan2: { mtuBytes: 1492 }, rules: auto(1452, 1432) }, // prettier-ignore
  { name: 'PPP and tunnels whatever their size: the way behind them is narrower as a rule', wan2: { pointToPoint: true }, rules: auto(1460, 1440) }, // prettier-ignore
  { name: 'a LAN of jumbo frames, which an ordinary line does not take', lan0: { mtuBytes: 9000 }, rules: [
    ...auto(1460, 1440).map((rule) => rule.replace('wan2', 'wan1')), ...auto(1460, 1440) ] }, // prettier-ignore
  { name: 'a LAN that is narrower still needs nothing', lan0: { mtuBytes: 1400 }, rules: [] },
  { name: 'a number from the file holds as it stands, whatever the MTU', mss: 1300, rules: [`${OUT} 1300`, `${IN} tcp option maxseg size set 1300`] }, // prettier-ignore
  {
    name: 'an MTU that the file asks for counts before the card has it, and none that it does not take',
    mtuBytes: 1480,
    rules: auto(1440, 1420),
  },
  {
    name: 'a client of DHCP that says it of its default route alone, as dhcpcd does: that family has it',
    routes: [byRoute('ipv4', 1450)],
    rules: auto(1410, 1440),
  },
  { name: 'a router that announces it (IPv6)', routes: [byRoute('ipv6', 1450)], rules: auto(1460, 1390) },
  {
    name: 'a default route that says what the link says, or more',
    routes: [byRoute('ipv6', 1500)],
    rules: [],
  },
  { name: 'the file knows better than the route', mtuBytes: 1480, routes: [byRoute('ipv4', 1450)], rules: auto(1440, 1420) }, // prettier-ignore
  { name: 'off is off, however narrow it is', mss: 'off', wan2: { mtuBytes: 1300 }, rules: [] },
]

const rulesOf = (config: Config, links: readonly Link[], routes: readonly Route[] = []): string[] => {
  const observed = aBox({ links, routes })
  return segmentChains(config, lineFacts(config, observed, memoryOf(config), new Map()), observed)
    .filter(({ name }) => name === 'clamp')
    .flatMap(({ rules }) => rules.map(({ text }) => text))
}

for (const { name, wan2, lan0, routes, rules, mss = 'auto', mtuBytes } of ROWS) {
  test(`TCP segments: ${name}`, () => {
    const line: LineConfig = { ...dsl, mss, ...(mtuBytes === undefined ? {} : { mtuBytes }) }
    const config = aConfig({ lines: [fiber, line] })
    const links = [aLink('lan0', lan0), aLink('wan1'), aLink('wan2', wan2)]
    assert.deepEqual(rulesOf(config, links, routes), rules)
  })
}

test('TCP segments: a line that is away has no rule, for its device comes back with an MTU of its own', () => {
  assert.deepEqual(rulesOf(aConfig({ lines: [fiber, { ...dsl, mss: 1300 }] }), [aLink('lan0')]), [])
})

test('TCP segments: lines on one card are asked once, and each for its own wish', () => {
  const on = (name: string, mss: SegmentLimit): LineConfig => aLine(name, 'wan2', { mss })
  const config = aConfig({ lines: [on('a', 'auto'), on('b', 'auto'), on('c', 1300)] })
  assert.equal(rulesOf(config, [aLink('wan2', { mtuBytes: 1492 })]).length, 3 + 2)
})
