import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '../history/index.ts'
import type { LineReport } from '../model/index.ts'
import type { LineFacts } from '../plan/index.ts'
import { CounterWindow } from './counters.ts'
import { LineSampler, type LinesNow, type Sampled } from './line-sampler.ts'
import type { TrackedState } from './line-tracker.ts'
import { OutageBook } from './outage-book.ts'
import { WallClock } from './wall-clock.ts'

const T0 = Date.UTC(2026, 10, 22, 12)

const leg = (id: number, name: string, dev: string): LineFacts =>
  ({ id, leg: name, family: 'ipv4', config: { name, interface: dev } }) as unknown as LineFacts // all that is read of it

const LINES = [leg(1, 'fiber', 'wan1'), leg(2, 'lte', 'wan2')]

function box(boot = 'boot') {
  const outages = new OutageBook()
  const sampler = new LineSampler(new WallClock(() => ({ wallMs: T0, monotonicMs: 0 })), boot, outages)
  const counters = new CounterWindow()
  const states = new Map<string, TrackedState>(LINES.map((line) => [line.leg, { state: 'up', sinceMs: 0 }]))
  const look = (
    atMs: number,
    rx: number,
    chosen: readonly [number, number] = [0, 0],
    rest: Partial<LinesNow> = {},
  ): Sampled => {
    const traffic = new Map([['wan1', { rxBytes: rx, txBytes: rx / 10 }]])
    counters.add({ chosen: new Map([['chosen_1', chosen[0]], ['chosen_2', chosen[1]]]), traffic }, atMs) // prettier-ignore
    return sampler.take({ lines: LINES, states, reports: new Map(), counters, ...rest }, atMs)
  }
  return { sampler, states, look, outages }
}

const of = ({ observations }: Sampled, name = 'fiber') => observations.find((one) => one.leg === name)

const times = ({ watchedMs, downMs, suspectMs }: Partial<Observation> = {}) => ({
  watchedMs,
  downMs,
  suspectMs,
})

test('the first look knows no difference, the second one does', () => {
  const { look } = box()
  assert.deepEqual(look(10_000, 5000, [100, 100]).observations, [])
  const fiber = of(look(20_000, 6000, [103, 101]))
  assert.deepEqual(
    [
      fiber?.receivedBytes,
      fiber?.sentBytes,
      fiber?.chosen,
      fiber?.chosenInAll,
      fiber?.watchedMs,
      fiber?.downMs,
    ],
    [1000, 100, 3, 4, 10_000, 0],
  )
  assert.equal(fiber?.atS, (T0 + 15_000) / 1000)
})

test('until it became what it is a line was what it was before, to the millisecond', () => {
  const { look, states } = box()
  look(10_000, 0)
  states.set('fiber', { state: 'down', sinceMs: 13_000, why: 'no carrier' })
  assert.equal(of(look(20_000, 0))?.downMs, 7000)
  states.set('fiber', { state: 'suspect', sinceMs: 24_000 })
  const after = of(look(30_000, 0))
  assert.deepEqual([after?.downMs, after?.suspectMs], [4000, 6000])
})

test('an outage between two looks is counted to the millisecond, and once', () => {
  const { look, states, outages } = box()
  states.set('fiber', { state: 'suspect', sinceMs: 0 })
  look(10_000, 0)
  outages.begins('fiber', T0 + 12_000, 'no answer')
  outages.ends('fiber', T0 + 14_766)
  states.set('fiber', { state: 'up', sinceMs: 14_766 })
  outages.begins('lte', T0 + 19_000, 'no carrier')
  states.set('lte', { state: 'down', sinceMs: 19_000 })
  const both = look(20_000, 0)
  assert.deepEqual(times(of(both)), { watchedMs: 10_000, downMs: 2766, suspectMs: 2000 })
  assert.deepEqual(times(of(both, 'lte')), { watchedMs: 10_000, downMs: 1000, suspectMs: 0 })
  outages.ends('lte', T0 + 20_500)
  outages.begins('lte', T0 + 29_000, 'no carrier')
  const after = look(30_000, 0)
  assert.equal(of(after)?.downMs, 0, 'not twice')
  assert.equal(of(after, 'lte')?.downMs, 1500, 'the end of one and the beginning of the next')
})

test('an outage is watched, also while nothing else is known of the line', () => {
  const { look, states, outages } = box()
  states.set('fiber', { state: 'unknown', sinceMs: 0 })
  look(10_000, 0)
  outages.begins('fiber', T0 + 12_000, 'no carrier')
  outages.ends('fiber', T0 + 13_000)
  assert.deepEqual(times(of(look(20_000, 0))), { watchedMs: 1000, downMs: 1000, suspectMs: 0 })
})

test('what nobody knows is not watched', () => {
  const { look, states } = box()
  states.set('fiber', { state: 'unknown', sinceMs: 0 })
  look(10_000, 0)
  assert.equal(of(look(20_000, 0))?.watchedMs, 0)
})

const report = (health: 'unknown' | 'up', sinceMs: number, targets = 1): LineReport => ({
  line: 'fiber',
  health,
  sinceMs,
  penalty: 0,
  probes: { sent: 0, answered: 0, bytes: 0 },
  targets: Array.from({ length: targets }, () => ({
    target: { kind: 'icmp', address: '1.1.1.1' },
    is: 'asked',
  })),
})

test('a line that is asked and has not answered yet is not up, and from its first answer on it is', () => {
  const { look } = box()
  const reports = new Map([['fiber', report('unknown', 0)]])
  look(10_000, 0, [0, 0], { reports })
  assert.equal(of(look(20_000, 0, [0, 0], { reports }))?.watchedMs, 0)
  reports.set('fiber', report('up', 26_000))
  assert.equal(of(look(30_000, 0, [0, 0], { reports }))?.watchedMs, 4000)
})

test('where nobody shall be asked, a line with cable and gateway is watched', () => {
  const { look } = box()
  const reports = new Map([['fiber', report('unknown', 0, 0)]])
  look(10_000, 0, [0, 0], { reports })
  assert.equal(of(look(20_000, 0, [0, 0], { reports }))?.watchedMs, 10_000)
})

test('a loop that was held up saw nothing meanwhile', () => {
  const { look } = box()
  look(10_000, 0)
  assert.equal(of(look(610_000, 0))?.watchedMs, 30_000)
})

test('an interface that was made anew counts from nothing', () => {
  const { look } = box()
  look(10_000, 9000)
  assert.equal(of(look(20_000, 70))?.receivedBytes, 70)
})

for (const [boot, billed] of [
  ['boot', 4000],
  ['another', 0],
] as const) {
  test(`what went through while no daemon ran is ${billed === 0 ? 'nobody knows how much after a reboot' : 'on the bill'}`, () => {
    const { look, sampler } = box()
    sampler.goOnFrom([{ line: 'fiber', interface: 'wan1', boot, receivedBytes: 1000, sentBytes: 100 }])
    const { usage, observations } = look(10_000, 5000)
    assert.deepEqual(usage.map(({ receivedBytes }) => receivedBytes), billed === 0 ? [] : [billed]) // prettier-ignore
    assert.deepEqual(observations, [], 'but in no graph')
  })
}
