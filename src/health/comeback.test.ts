import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, type ProbeAnswer, type ProbeTarget } from '../model/index.ts'
import { answersNeeded } from './comeback.ts'
import { holdMs } from './penalty.ts'
import { answer, elsewhere, falsely, Simulation } from './simulator.ts'

const DEATH = 20_110
const BACK = 60_110
const dead = (_: ProbeTarget, atMs: number) => (atMs >= DEATH && atMs < BACK ? undefined : answer(50))
/** Nothing beyond the gateway answers. */
const deadBeyond = (target: ProbeTarget, atMs: number) =>
  target.kind === 'arp' ? answer(1) : dead(target, atMs)

test('a line that was down once is taken back after three seconds of answers', () => {
  const world = new Simulation([{ answer: dead }, { name: 'other' }]).runUntil(BACK + 10_000)
  const upMs = world.when('up', BACK) ?? 0
  assert.ok(upMs >= BACK + 3000 && upMs <= BACK + 1000 + 3200, `${upMs - BACK} ms`)
})

test('connections that were begun on it while it was dead prove nothing of then: their first packet is sent again and again', () => {
  const back = DEATH + 9000
  const repeated = (target: ProbeTarget, atMs: number) => {
    if (atMs < DEATH || atMs >= back) return answer(50)
    return target.kind === 'tcp' ? answer(1000 * Math.ceil((back - atMs) / 1000) + 50) : undefined
  }
  const world = new Simulation([{ answer: repeated }, { name: 'other' }]).runUntil(back + 10_000)
  assert.ok((world.when('up', DEATH) ?? 0) >= back + 3000)
})

test('one second dead, one alive: it stays out, without a penalty for it', () => {
  const flaps = (atMs: number): boolean =>
    atMs >= 20_000 && atMs < 320_000 && Math.floor(atMs / 1000) % 2 === 0
  const world = new Simulation([
    { answer: (_, atMs) => (flaps(atMs) ? undefined : answer(50)) },
    { name: 'other' },
  ])
  world.runUntil(330_000)
  assert.equal(world.count('down'), 1)
  assert.equal(world.report().health, 'up')
})

test('`prefer: stable` waits twenty times as long, unless nothing else works', () => {
  const stable = { policy: { prefer: 'stable' }, answer: dead } as const
  const withOther = new Simulation([stable, { name: 'other' }]).runUntil(BACK + 120_000)
  const upMs = withOther.when('up', BACK) ?? 0
  assert.ok(upMs >= BACK + 50_000 && upMs <= BACK + 65_000)
  const alone = new Simulation([stable]).runUntil(BACK + 5000)
  assert.ok((alone.when('up', BACK) ?? Infinity) <= BACK + 1500)
})

test('all-lines-dead-and-first-back: that is told of every line, and the first to answer is taken within a burst', () => {
  const world = new Simulation([
    {
      answer: (target, atMs) => (target.kind === 'arp' || atMs < DEATH ? answer(10) : undefined),
      gateway: '198.51.100.1',
    },
    { answer: deadBeyond, gateway: '203.0.113.1' },
  ]).runUntil(DEATH + 20_000)
  for (const line of ['line1', 'line2']) {
    const { health, blame, why } = world.report(line)
    assert.deepEqual({ health, blame }, { health: 'down', blame: 'internet' })
    assert.equal(
      why,
      'no answer from 6 of 6 targets while the gateway answers, as on every line: the Internet',
    )
  }
  world.runUntil(BACK + 5000)
  assert.ok((world.when('up', BACK, 'line2') ?? Infinity) <= BACK + 1000 + 400)
  assert.equal(world.report('line1').blame, 'provider')
})

test('the gateway answers, nothing beyond it does: the provider', () => {
  const world = new Simulation([{ answer: deadBeyond, gateway: '198.51.100.1' }, { name: 'other' }])
  world.runUntil(DEATH + 7000)
  assert.equal(world.report().blame, 'provider')
  assert.equal(world.report().why, 'no answer from 6 of 6 targets while the gateway answers: the provider')
})

test('nor does the gateway: it is told before the line is called down', () => {
  const world = new Simulation([{ answer: dead, gateway: '198.51.100.1' }, { name: 'other' }])
  world.runUntil(DEATH + 10_000)
  const down = world.changes.find(({ health }) => health === 'down')?.report
  assert.deepEqual([down?.blame, world.report().blame], ['gateway', 'gateway'])
  assert.equal(world.report().why, 'no answer from 6 of 6 targets, nor from the gateway')
})

test('a line that was dead from the start is found out within a second, and costs nobody anything afterwards', () => {
  const world = new Simulation([{ answer: () => undefined }, { name: 'other' }]).runUntil(5000)
  assert.ok((world.when('suspect') ?? Infinity) <= 1100)
})

test('plugged in again, it is known within a round trip; the third time in short order it has to prove itself', () => {
  const world = new Simulation([{}, { name: 'other' }]).runUntil(10_000)
  for (const plugged of ['up', 'up', 'down'] as const) {
    world.follow(['line1'])
    // Known before it is back: else it would be used until it is watched again.
    assert.equal(world.report().health, plugged === 'down' ? 'down' : 'unknown')
    world.runUntil(world.nowMs + 1000)
    world.follow()
    world.runUntil(world.nowMs + 100)
    assert.equal(world.report().health, plugged)
  }
  assert.match(world.report().why ?? '', /is back in 12 s if it stays quiet/)
  world.runUntil(world.nowMs + 13_000)
  assert.equal(world.report().health, 'up')
})

test('the third time in short order it is down since its cable went, and no less with the cable back', () => {
  const world = new Simulation([{}, { name: 'other' }]).runUntil(10_000)
  const unpluggedMs = [0, 1, 2].map(() => {
    const atMs = world.nowMs
    world.follow(['line1'])
    world.runUntil(atMs + 60_000)
    world.follow()
    world.runUntil(world.nowMs + 5000)
    return atMs
  })
  assert.deepEqual([world.report().health, world.report().sinceMs], ['down', unpluggedMs.at(-1)])
})

test('a target that answered does not answer while the cable is out, and does when it is back', () => {
  const world = new Simulation([{}, { name: 'other' }]).runUntil(30_000)
  const saysOf = (): object => new Set(world.report().targets.map(({ is, rttMs }) => `${is} ${rttMs ?? '-'}`))
  assert.deepEqual(saysOf(), new Set(['answers 50']))
  world.follow(['line1'])
  assert.deepEqual(saysOf(), new Set(['unknown -']))
  world.runUntil(world.nowMs + 30_000)
  assert.deepEqual(saysOf(), new Set(['unknown -']))
  world.follow()
  assert.deepEqual(saysOf(), new Set(['asked -']))
  world.runUntil(world.nowMs + 100)
  assert.deepEqual(saysOf(), new Set(['answers 50']))
})

test('no target of a line that has fallen silent is said to answer, asked again or not', () => {
  const world = new Simulation([{ answer: dead }, { name: 'other' }])
  for (const atMs of [DEATH + 7000, BACK - 1]) {
    world.runUntil(atMs)
    assert.equal(world.report().health, 'down')
    assert.deepEqual(
      world.report().targets.filter(({ is }) => is === 'answers'),
      [],
    )
  }
})

test('unplugged, nothing is asked', () => {
  const world = new Simulation([{}]).runUntil(10_000)
  world.follow(['line1'])
  const before = world.asked.length
  world.runUntil(100_000)
  assert.equal(world.asked.length, before)
  assert.equal(world.report().nextProbeAtMs, undefined)
})

test('a login page: the line goes down with it, and comes back without it', () => {
  const loggedInMs = 400_000
  const world = new Simulation([
    {
      answer: (target, atMs) =>
        target.kind === 'http' && atMs > 100_000 && atMs < loggedInMs
          ? elsewhere(50, 'it redirects to http://login.example/')
          : answer(50),
    },
    { name: 'other' },
  ]).runUntil(loggedInMs - 1)
  const { health, blame, why } = world.report()
  assert.deepEqual({ health, blame }, { health: 'down', blame: 'portal' })
  assert.equal(why, 'a login page answers for 1.1.1.1: it redirects to http://login.example/')
  world.runUntil(loggedInMs + 6000)
  assert.equal(world.report().health, 'up')
  assert.equal(world.report().penalty, 0)
})

test('a login page that is blocked once one is in does not keep the line out for ever', () => {
  const world = new Simulation([
    {
      answer: (target, atMs) =>
        target.kind !== 'http'
          ? answer(50)
          : atMs < 30_000
            ? elsewhere(50, 'it redirects elsewhere')
            : undefined,
    },
  ]).runUntil(20_000)
  assert.equal(world.report().health, 'down')
  world.runUntil(120_000)
  assert.equal(world.report().health, 'up')
})

const PAGE: ProbeTarget = { kind: 'https', host: 'example.net', path: '/', body: 'hello' }
const targets = [...DEFAULT_HEALTH.targets, PAGE]
const pageSays = (said: ProbeAnswer) => (target: ProbeTarget, atMs: number) =>
  target.kind === 'https' && atMs > 20_000 && atMs < 400_000 ? said : answer(50)

test('a page of the operator that sends us elsewhere is a login page, too; no other page is asked', () => {
  const said = elsewhere(80, 'a redirect to login.example')
  const world = new Simulation([{ policy: { targets }, answer: pageSays(said) }]).runUntil(310_000)
  assert.equal(world.report().blame, 'portal')
  world.runUntil(410_000)
  assert.equal(world.report().health, 'up')
  assert.equal(
    world.asked.some(({ target }) => target.kind === 'http'),
    false,
  )
})

test('a page of the operator with a wrong status or an expired certificate is no login page', () => {
  const said = falsely(80, 'status 500 instead of 200')
  for (const list of [targets, [PAGE]]) {
    const world = new Simulation([{ policy: { targets: list }, answer: pageSays(said) }]).runUntil(390_000)
    assert.equal(world.count('down') + world.count('suspect'), 0)
    assert.equal(world.report().health, 'up')
    assert.equal(world.report().targets.at(-1)?.is, 'silent')
  }
})

test('sent elsewhere once, and not when asked again at once: no login page', () => {
  let told = 0
  const world = new Simulation([
    {
      answer: (target, atMs) =>
        target.kind === 'http' && atMs > 100_000 && told++ === 0 ? elsewhere(50, 'a redirect') : answer(50),
    },
  ]).runUntil(400_000)
  assert.ok(told >= 2)
  assert.equal(world.count('down'), 0)
})

test('a page that sends every line elsewhere does so by itself, whichever line meets it first', () => {
  const redirected = (target: ProbeTarget, atMs: number) =>
    target.kind === 'http' && atMs > 100_000 ? elsewhere(50, 'a redirect to another.example') : answer(50)
  const world = new Simulation([{ answer: redirected }, { answer: redirected, metered: true }])
  world.runUntil(150_000)
  world.follow(['line1'])
  world.follow()
  world.runUntil(500_000)
  assert.deepEqual([world.report('line1').health, world.report('line2').health], ['up', 'up'])
  assert.ok(world.changes.filter(({ health }) => health === 'down').length <= 1)
  const asked = world.asked.filter(({ target, atMs }) => target.kind === 'http' && atMs > 310_000)
  assert.equal(asked.length, 0, 'it is left out for a while')
})

test('`health: off` for a line that is held down: nobody knows of it, and it begins anew when it is watched again', () => {
  const world = new Simulation([{ answer: dead }, { name: 'other' }]).runUntil(DEATH + 10_000)
  assert.equal(world.report().health, 'down')
  world.setPolicy('line1', { targets: [] })
  assert.deepEqual([world.report().health, world.report().penalty], ['unknown', 0])
  world.runUntil(BACK + 1000)
  world.setPolicy('line1', {})
  assert.equal(world.report().health, 'unknown')
  world.runUntil(BACK + 1200)
  assert.equal(world.report().health, 'up')
})

test('nor is a line that was pulled, and held for that', () => {
  const world = new Simulation([{}, { name: 'other' }]).runUntil(10_000)
  for (let pulled = 0; pulled < 3; pulled++) {
    world.follow()
    world.runUntil(world.nowMs + 1000)
    world.follow(['line1'])
  }
  assert.equal(world.report().health, 'down')
  world.setPolicy('line1', { targets: [] })
  assert.deepEqual([world.report().health, world.report().penalty], ['unknown', 0])
})

for (const { lossRatio, needed } of [
  { lossRatio: 0, needed: 5 },
  { lossRatio: 0.05, needed: 5 },
  { lossRatio: 0.1, needed: 4 },
  { lossRatio: 0.3, needed: 3 },
  { lossRatio: 0.7, needed: 2 },
]) {
  test(`a line that usually loses ${lossRatio * 100} % is back with ${needed} of 6 answers`, () => {
    assert.equal(answersNeeded(lossRatio), needed)
  })
}

for (const { penalty, prefer, seconds } of [
  { penalty: 1, prefer: 'quick', seconds: 3 },
  { penalty: 3, prefer: 'quick', seconds: 12 },
  { penalty: 20, prefer: 'quick', seconds: 300 },
  { penalty: 1, prefer: 'stable', seconds: 60 },
  { penalty: 20, prefer: 'stable', seconds: 3600 },
] as const) {
  test(`prefer ${prefer}, ${penalty} times down lately: it is held for ${seconds} s`, () => {
    assert.equal(holdMs(penalty, { ...DEFAULT_HEALTH, prefer }), seconds * 1000)
  })
}

test('a dead line that gets another gateway is not held for the silence of the old one', () => {
  let moved = false
  const world = new Simulation([
    { answer: (_, atMs) => (atMs < 5000 || moved ? answer(20) : undefined) },
    { name: 'other' },
  ])
  world.runUntil(20_000)
  assert.equal(world.report().health, 'down')
  moved = true
  world.follow([], { line1: 'wan1 198.51.100.14' })
  assert.equal(world.report().health, 'unknown')
  world.runUntil(20_500)
  assert.equal(world.report().health, 'up')
})
