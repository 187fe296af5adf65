import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config, LineConfig, Link, SegmentLimit } from '../model/index.ts'
import { aBox, aConfig, aLine, aLink, dsl, fiber } from './examples.ts'
import { segmentChains } from './segment-chains.ts'

interface Row {
  readonly name: string
  readonly mss?: SegmentLimit
  readonly mtuBytes?: number
  readonly wan2?: Partial<Link>
  readonly lan0?: Partial<Link>
  readonly rules: readonly string[]
}

const OUT = 'oifname "wan2" tcp option maxseg size set'
const IN = 'iifname "wan2"'
const auto = (ipv4: number, ipv6: number): string[] => [
  `${OUT} rt mtu`,
  `${IN} meta nfproto ipv4 tcp option maxseg size set ${ipv4}`,
  `${IN} meta nfproto ipv6 tcp option maxseg size set ${ipv6}`,
]

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
  { name: 'off is off, however narrow it is', mss: 'off', wan2: { mtuBytes: 1300 }, rules: [] },
]

const rulesOf = (config: Config, links: readonly Link[]): string[] =>
  segmentChains(config, aBox({ links }))
    .filter(({ name }) => name === 'clamp')
    .flatMap(({ rules }) => rules.map(({ text }) => text))

for (const { name, wan2, lan0, rules, mss = 'auto', mtuBytes = 1500 } of ROWS) {
  test(`TCP segments: ${name}`, () => {
    const config = aConfig({ lines: [fiber, { ...dsl, mss, mtuBytes }] })
    assert.deepEqual(rulesOf(config, [aLink('lan0', lan0), aLink('wan1'), aLink('wan2', wan2)]), rules)
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
