import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, type Family, type HealthPolicy } from '../model/index.ts'
import { costOf } from './cost.ts'
import { Simulation } from './simulator.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

test('an idle line costs less than 100 kB an hour', () => {
  const world = new Simulation([{}], { counted: false }).runUntil(24 * HOUR_MS)
  const { bytes } = world.report().probes
  assert.ok(bytes / 24 < 100_000, `${bytes / 24}`)
  const foreseen = costOf(DEFAULT_HEALTH, false, ['ipv4']).idleBytesPerMonth
  assert.ok(Math.abs(bytes * 30 - foreseen) < foreseen / 20, `${bytes * 30} of ${foreseen}`)
})

for (const budget of [500_000, 1_000_000, 5_000_000]) {
  const policy = { ...DEFAULT_HEALTH, budgetBytesPerMonth: budget }

  test(`a metered line with ${budget / 1e6} MB a month keeps to it while idle`, () => {
    const world = new Simulation([{ metered: true, policy }], { counted: false }).runUntil(30 * DAY_MS)
    const { bytes } = world.report().probes
    // And a day's worth that was there at first; the first look at a line is free.
    assert.ok(bytes <= budget * (1 + 1 / 30) + 8000, `${bytes}`)
    const foreseen = costOf(policy, true, ['ipv4']).idleBytesPerMonth
    assert.ok(Math.abs(bytes - foreseen) < foreseen / 10, `${bytes} of ${foreseen}`)
  })
}

test('a metered line with a small budget keeps to it while busy', () => {
  const policy = { budgetBytesPerMonth: 600_000 }
  const sample = () => ({ sent: 20, life: 40, handshakes: 1 })
  const world = new Simulation([{ metered: true, policy, sample }]).runUntil(4 * HOUR_MS)
  // At most a day's worth at once, and what fills up meanwhile; the first look at a line is free.
  const { bytes } = world.report().probes
  assert.ok(bytes <= 20_000 + (600_000 * 4) / 720 + 8000, `${bytes}`)
})

test('a metered line with next to no traffic is not asked as if it were busy', () => {
  const sample = (atMs: number) => ({ sent: 0, life: atMs % 150 === 0 ? 1 : 0, handshakes: 0 })
  const world = new Simulation([{ metered: true, sample }]).runUntil(HOUR_MS)
  const { bytes } = world.report().probes
  assert.ok(bytes < 30_000, `${bytes}`)
})

for (const { name, metered, policy, noticed } of [
  { name: 'a line', metered: false, policy: DEFAULT_HEALTH, noticed: 'within 5 s' },
  { name: 'a metered line', metered: true, policy: DEFAULT_HEALTH, noticed: 'within 60 s' },
  {
    name: 'a metered line with 1 MB',
    metered: true,
    policy: { ...DEFAULT_HEALTH, budgetBytesPerMonth: 1_000_000 },
    noticed: 'within 300 s',
  },
]) {
  test(`${name}: what check says of it`, () => {
    assert.equal(
      costOf(policy, metered, ['ipv4']).noticed,
      `a silent failure is noticed within 0.4 s while in use; while idle, when the next probe (${noticed}) or the first packet goes unanswered`,
    )
  })
}

test('what offload hands on is not listened to, and check says so; of metered lines it has nothing', () => {
  const said = (metered: boolean): string => costOf(DEFAULT_HEALTH, metered, ['ipv4'], 'software').noticed
  assert.match(said(false), /while in use by more than what offload hands on; while idle/)
  assert.match(said(true), /while in use; while idle/)
})

test('both families of a line are asked, and cost more than one; of a metered line no more than its budget', () => {
  const [one, both] = [['ipv4'], ['ipv4', 'ipv6']] as const
  const idle = (policy: HealthPolicy, metered: boolean, families: readonly Family[]): number =>
    costOf(policy, metered, families).idleBytesPerMonth
  assert.ok(idle(DEFAULT_HEALTH, false, both) > 2 * idle(DEFAULT_HEALTH, false, one))
  const small = { ...DEFAULT_HEALTH, budgetBytesPerMonth: 1_000_000 }
  assert.deepEqual([idle(small, true, one) < 1_000_000, idle(small, true, both)], [true, 1_000_000])
})

test('without targets nothing is asked, and nothing is noticed', () => {
  assert.deepEqual(costOf({ ...DEFAULT_HEALTH, targets: [] }, false, ['ipv4']), {
    idleBytesPerMonth: 0,
    busyBytesPerMonth: 0,
    noticed: 'a silent failure is not noticed',
  })
  const world = new Simulation([{ policy: { targets: [] } }]).runUntil(HOUR_MS)
  assert.deepEqual([world.asked.length, world.report().health], [0, 'unknown'])
})
