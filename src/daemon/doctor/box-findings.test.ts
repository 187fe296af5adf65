/** What a box lacks: each row is something that somebody looked for in vain elsewhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boxFindings, type BoxFacts } from './box-findings.ts'

const WELL: BoxFacts = {
  tools: { ip: '6.1.0', nft: '1.0.6' },
  node: '24.0.0',
  conntrack: { entries: 900, most: 65_536 },
  isClockKept: true,
  nowMs: Date.UTC(2026, 10, 23),
  capabilities: {
    kernelRelease: '6.1.0-18-amd64',
    nexthopObjects: true,
    resilientGroups: true,
    groupMatch: true,
    flowtables: true,
    shaping: 'both',
  },
}
const kernel = (kernelRelease: string): Partial<BoxFacts> =>
  WELL.capabilities === undefined ? {} : { capabilities: { ...WELL.capabilities, kernelRelease } }

const ROWS: readonly {
  readonly name: string
  readonly facts: Partial<BoxFacts>
  /** Severity and name of what is not well. */
  readonly found: readonly string[]
}[] = [
  { name: 'a box where all is well', facts: {}, found: [] },
  { name: 'nft is not there', facts: { tools: { ip: '6.1.0' } }, found: ['fix nft'] },
  { name: 'nft is old', facts: { tools: { ip: '6.1.0', nft: '0.9.8' } }, found: ['note nft'] },
  { name: 'a version is compared by numbers', facts: { tools: { ip: '6.10.0', nft: '1.0.10' } }, found: [] },
  {
    name: 'a snapshot of iproute2 is not judged',
    facts: { tools: { ip: 'ss200127', nft: '1.1' } },
    found: [],
  },
  { name: 'the kernel is too old', facts: kernel('5.4.0-150-generic'), found: ['fix kernel'] },
  { name: 'the kernel is just new enough', facts: kernel('5.10.0'), found: [] },
  {
    name: 'connections get many',
    facts: { conntrack: { entries: 50_000, most: 65_536 } },
    found: ['note conntrack'],
  },
  {
    name: 'new connections are dropped soon',
    facts: { conntrack: { entries: 65_000, most: 65_536 } },
    found: ['fix conntrack'],
  },
  { name: 'nobody keeps the clock right', facts: { isClockKept: false }, found: ['note clock'] },
  { name: 'a box without a battery woke up in 1970', facts: { nowMs: 86_400_000 }, found: ['fix clock'] },
]
for (const { name, facts, found } of ROWS) {
  test(`doctor: ${name}`, () => {
    const wrong = boxFindings({ ...WELL, ...facts }).filter(({ severity }) => severity !== 'ok')
    assert.deepEqual(
      wrong.map((one) => `${one.severity} ${one.name}`),
      found,
    )
    for (const { help, text } of wrong) assert.ok(help !== undefined && text.length > 20, text)
  })
}

test('doctor: what is well is said, too', () => {
  assert.deepEqual(
    boxFindings(WELL).map(({ text }) => text),
    [
      'iproute2 6.1.0, nftables 1.0.6, Node 24.0.0',
      'kernel 6.1.0-18-amd64 has all that is used of it',
      'connection tracking holds 900 of 65536 connections',
      'the clock is kept right',
    ],
  )
})
