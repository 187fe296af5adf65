import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { DEFAULT_HEALTH, type ProbeAnswer } from '../model/index.ts'
import { Fleet } from './fleet.ts'
import type { WatchedLine } from './watched-line.ts'

const NAMES = ['fiber', 'lte', 'cable'] as const
const count = fc.integer({ min: 0, max: 5 })

const lines = fc.subarray([...NAMES]).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record<WatchedLine>({
        name: fc.constant(name),
        family: fc.constant(name === 'cable' ? 'ipv6' : 'ipv4'),
        metered: fc.boolean(),
        usable: fc.boolean(),
        gateway: fc.constantFrom('198.51.100.1', '203.0.113.1'),
        policy: fc.constantFrom(
          DEFAULT_HEALTH,
          { ...DEFAULT_HEALTH, targets: [] },
          { ...DEFAULT_HEALTH, prefer: 'stable', targets: DEFAULT_HEALTH.targets.slice(0, 1) },
          { ...DEFAULT_HEALTH, budgetBytesPerMonth: 1000 },
        ),
      }),
    ),
  ),
)
const anyAnswer: fc.Arbitrary<ProbeAnswer> = fc.oneof(
  fc.record({ answered: fc.constant(true as const), delayMs: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({
    answered: fc.constant(true as const),
    delayMs: fc.integer({ min: 0, max: 500 }),
    falsely: fc.constant('it redirects elsewhere'),
  }),
  fc.record({
    answered: fc.constant(true as const),
    delayMs: fc.integer({ min: 0, max: 500 }),
    falsely: fc.constant('it redirects elsewhere'),
    portal: fc.constant(true as const),
  }),
  fc.record({ answered: fc.constant(false as const), why: fc.constant('refused') }),
  fc.record({
    answered: fc.constant(false as const),
    why: fc.constant('no route'),
    unasked: fc.constant(true as const),
  }),
)
const act = fc.oneof(
  fc.record({ do: fc.constant('follow' as const), lines }),
  fc.record({ do: fc.constant('sample' as const), sent: count, life: count, handshakes: count }),
  fc.record({ do: fc.constant('answer' as const), which: fc.nat(), answer: anyAnswer }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(count, fc.integer({ min: 0, max: 400_000 })) }),
  fc.record({ do: fc.constant('wake' as const) }),
)

test('whatever happens, in whatever order: nothing throws, and the time to look again is to come', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
      const fleet = new Fleet()
      const asked: number[] = []
      let nowMs = 0
      let wakeAtMs = 0
      let told = '[]'
      for (const one of acts) {
        if (one.do === 'follow') fleet.follow(one.lines, nowMs)
        if (one.do === 'sample') fleet.sample(new Map(NAMES.map((name) => [name, one])), nowMs)
        if (one.do === 'answer')
          fleet.answered(asked[one.which % Math.max(1, asked.length)] ?? 7, one.answer, nowMs)
        if (one.do === 'wait') nowMs += one.ms
        if (one.do === 'wake') nowMs = Math.max(nowMs, wakeAtMs)
        const tick = fleet.tick(nowMs)
        wakeAtMs = tick.wakeAtMs
        assert.ok(wakeAtMs > nowMs && Number.isFinite(wakeAtMs))
        assert.ok(tick.ask.length <= 60)
        asked.push(...tick.ask.map(({ probe }) => probe))
        const reports = fleet.reports(nowMs)
        const tells = JSON.stringify(
          reports.map(({ line, health, blame, why }) => ({ line, health, blame, why })),
        )
        assert.ok(tick.changed || tells === told, 'what is new is announced')
        told = tells
        for (const report of reports) {
          assert.ok(report.lossRatio === undefined || (report.lossRatio >= 0 && report.lossRatio <= 1))
          assert.ok(report.penalty >= 0)
          assert.ok(report.probes.answered <= report.probes.sent)
          assert.equal(report.health === 'down' && report.why === undefined, false)
        }
      }
      const leftMs = nowMs
      for (let wakes = 0; wakes < 1000; wakes++) {
        nowMs = wakeAtMs
        wakeAtMs = fleet.tick(nowMs).wakeAtMs
      }
      assert.ok(nowMs - leftMs >= 3000, 'it sleeps in between')
      assert.equal(new Set(asked).size, asked.length, 'no two probes have the same number')
    }),
    propertyRuns(100),
  )
})
