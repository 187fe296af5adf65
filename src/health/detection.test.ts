import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeTarget } from '../model/index.ts'
import { answer, QUIET, Simulation } from './simulator.ts'
import type { Sample } from './traffic.ts'

/** Time enough to know every target and to have measured the loss; just after a scheduled probe was answered. */
const DEATH = 20_110
const until = (deathMs: number) => (_: ProbeTarget, atMs: number) => (atMs < deathMs ? answer(50) : undefined)
const packets = (sent: number, life: number): Sample => ({ sent, life, handshakes: 0 })
const stream = (endMs: number) => (atMs: number) => (atMs <= endMs ? packets(10, 20) : QUIET)
/** Those after the line was born. */
const questions = (world: Simulation): number[] =>
  world.questions.map(({ atMs }) => atMs).filter((atMs) => atMs > 0)
const after = (deathMs: number, atMs: number | undefined): number =>
  (atMs ?? Number.POSITIVE_INFINITY) - deathMs

test('download-that-only-waits: it sends nothing, and is noticed within a quarter of a second', () => {
  const world = new Simulation([{ sample: stream(DEATH), answer: until(DEATH) }]).runUntil(DEATH + 3000)
  assert.ok(after(DEATH, questions(world)[0]) <= 150)
  assert.ok(after(DEATH, world.when('suspect')) <= 250)
  assert.equal(after(world.when('suspect') ?? 0, world.when('down')), 500)
})

test('a second death is found out as fast as the first', () => {
  const dead = (atMs: number): boolean => atMs >= DEATH && (atMs - DEATH) % 60_000 < 5000
  const world = new Simulation([
    {
      sample: (atMs) => (dead(atMs) ? QUIET : packets(10, 20)),
      answer: (_, atMs) => (dead(atMs) ? undefined : answer(50)),
    },
    { name: 'other' },
  ])
  for (const deathMs of [DEATH, DEATH + 60_000, DEATH + 120_000]) {
    world.runUntil(deathMs + 10_000)
    assert.ok(after(deathMs, world.when('down', deathMs)) <= 800)
  }
})

test('stream-that-just-ended: one question, and nobody is bothered', () => {
  const world = new Simulation([{ sample: stream(DEATH) }]).runUntil(DEATH + 60_000)
  assert.equal(questions(world).length, 1)
  assert.equal(world.count('suspect'), 0)
})

test('quiet-line-first-syn: the first client of a dead idle line finds a live one by its own retry', () => {
  const world = new Simulation([
    { sample: (atMs) => (atMs === 60_000 ? packets(1, 0) : QUIET), answer: until(58_000) },
  ]).runUntil(62_000)
  assert.ok(after(60_000, questions(world)[0]) <= 150)
  assert.ok(after(60_000, world.when('down')) < 1000)
})

test('dns-answered-in-60ms: an hour of lookups asks nothing', () => {
  const sample = (atMs: number): Sample => packets(atMs % 2000 === 0 ? 1 : 0, atMs % 2000 === 50 ? 1 : 0)
  assert.deepEqual(questions(new Simulation([{ sample }]).runUntil(3_600_000)), [])
})

test('pure-ack-is-no-request: what expects no answer is not counted as sent, and asks nothing', () => {
  const world = new Simulation([{ sample: (atMs) => packets(0, atMs === DEATH ? 1 : 0) }]).runUntil(
    DEATH + 4000,
  )
  assert.deepEqual(questions(world), [])
})

test('gateway-chatter-is-no-life: what is sent counts from the first packet on, whatever the gateway says', () => {
  const world = new Simulation([
    { sample: (atMs) => packets(5, atMs <= DEATH ? 5 : 0), answer: until(DEATH), gateway: '198.51.100.1' },
  ]).runUntil(DEATH + 3000)
  assert.ok(after(DEATH, world.when('suspect')) <= 350)
})

test('lone-repeats-do-not-lift: a server repeats itself, and that is no sign that we are heard', () => {
  const repeats = [600, 1000, 1400].map((afterMs) => 20_100 + afterMs)
  const world = new Simulation([
    {
      sample: (atMs) => (repeats.includes(atMs) ? packets(0, 1) : stream(DEATH)(atMs)),
      answer: until(DEATH),
      policy: { suspicionMs: 1500 },
    },
  ]).runUntil(DEATH + 5000)
  assert.deepEqual(
    world.changes.map(({ health }) => health),
    ['unknown', 'up', 'suspect', 'down'],
  )
})

test('outbound-only-death: they hear us no more and go on talking; life is believed for five seconds', () => {
  const world = new Simulation([{ sample: () => packets(1, 3), answer: until(DEATH) }]).runUntil(DEATH + 8000)
  assert.ok(after(DEATH, world.when('suspect')) >= 4000)
  assert.ok(after(DEATH, world.when('down')) <= 6500)
})

test('saturated-then-late: two seconds of queue are slow, and neither loss nor suspicious', () => {
  const grownMs = DEATH + 10_000
  const world = new Simulation([
    {
      sample: () => packets(5, 5),
      answer: (_, atMs) => answer(50 + (1950 * Math.max(0, Math.min(atMs, grownMs) - DEATH)) / 10_000),
    },
  ]).runUntil(DEATH + 120_000)
  assert.equal(world.count('suspect'), 0)
  const { degraded, lossRatio, rttMs } = world.report()
  assert.deepEqual({ degraded, lossRatio, rttMs }, { degraded: 'slow', lossRatio: 0, rttMs: 2000 })
})

const browsing = () => {
  let samples = 0
  return (_: number, dice: () => number): Sample => {
    if (samples === 0 && dice() < 0.02) samples = 10 + Math.floor(dice() * 30)
    if (samples === 0) return QUIET
    samples--
    return packets(1 + Math.floor(dice() * 3), dice() < 0.1 ? 0 : 1 + Math.floor(dice() * 6))
  }
}

for (const { users, sample } of [
  { users: 'nobody on it', sample: () => () => QUIET },
  { users: 'people browsing', sample: browsing },
]) {
  test(`thirty-percent-for-ten-minutes, ${users}: fifty lines, none of them called down, most of them lossy`, () => {
    let lossy = 0
    for (let seed = 1; seed <= 50; seed++) {
      const world = new Simulation(
        [
          {
            answer: (_, __, dice) => (dice() < 0.3 ? undefined : answer(45 + 10 * dice())),
            sample: sample(),
          },
        ],
        { seed },
      ).runUntil(600_000)
      assert.equal(world.count('down'), 0, `seed ${seed}`)
      if (world.report().degraded === 'lossy') lossy++
    }
    assert.ok(lossy > 25)
  })
}

test('verdict-refuted-by-late-answer: it was only late, nothing is held against it, and more time is given next time', () => {
  const lateMs = 1200
  // The radio sleeps; the first probe of the question wakes it.
  const sleeps = (atMs: number): boolean => atMs >= DEATH && atMs < DEATH + lateMs
  const world = new Simulation([
    {
      sample: (atMs) => (atMs === 20_150 ? packets(1, 0) : QUIET),
      answer: (_, atMs) => answer(sleeps(atMs) ? DEATH + lateMs + 50 - atMs : 50),
    },
    { name: 'other' },
  ]).runUntil(DEATH + 5000)
  assert.ok(world.when('down') !== undefined)
  assert.ok(after(DEATH, world.when('up', DEATH)) <= lateMs + 60)
  assert.equal(world.report().penalty, 0)
})

test('flap-ten-ten: each time it is kept out longer, and it says for how long', () => {
  const endMs = 20_000 + 900_000
  const isDead = (atMs: number): boolean =>
    atMs >= 20_000 && atMs < endMs && Math.floor((atMs - 20_000) / 10_000) % 2 === 0
  const world = new Simulation([
    { answer: (_, atMs) => (isDead(atMs) ? undefined : answer(50)) },
    { name: 'other' },
  ])
  world.runUntil(75_000)
  assert.match(world.report().why ?? '', /^it answers again, and is back in 11 s if it stays quiet$/)
  assert.ok((world.report().backAtMs ?? 0) > 75_000)
  world.runUntil(endMs + 15_000)
  assert.ok(world.count('down') <= 10)
  assert.equal(world.report().health, 'up')
})

test('late-tick-is-not-silence: our own loop was blocked, and the answers were waiting in the socket', () => {
  const world = new Simulation([{}]).runUntil(DEATH)
  for (let blocked = 0; blocked < 20; blocked++) {
    world.runUntilAsked().block(400)
    world.runUntil(world.nowMs + 1500)
  }
  assert.deepEqual(questions(world), [])
  assert.equal(world.report().lossRatio, 0)
})

test('a loop that is late every time still notices', () => {
  const world = new Simulation([{ sample: stream(DEATH), answer: until(DEATH) }]).runUntil(DEATH)
  while (world.nowMs < DEATH + 6000) {
    world.block(400)
    world.runUntil(world.nowMs + 401)
  }
  assert.equal(world.report().health, 'down')
})

for (const { users, sample, withinMs } of [
  // A call hears one packet of two: no silence, so the probes find it. TCP all but stops, and is asked about at once.
  {
    users: 'a call',
    sample: (bad: boolean, dice: () => number) => packets(2, bad && dice() < 0.25 ? 0 : 2),
    withinMs: 1500,
  },
  {
    users: 'TCP',
    sample: (bad: boolean, dice: () => number) =>
      bad ? packets(dice() < 0.3 ? 1 : 0, dice() < 0.08 ? 1 : 0) : packets(5, 10),
    withinMs: 1000,
  },
]) {
  test(`half of the packets lost each way, with ${users}: most are lossy or suspected in time, all within ten seconds`, () => {
    const late: number[] = []
    for (let seed = 1; seed <= 40; seed++) {
      const badMs = DEATH + seed * 11
      const world = new Simulation(
        [
          {
            answer: (_, atMs, dice) => (atMs >= badMs && dice() < 0.75 ? undefined : answer(50)),
            sample: (atMs, dice) => sample(atMs >= badMs, dice),
          },
          { name: 'other' },
        ],
        { seed },
      )
      const isWell = (): boolean => world.report().health === 'up' && world.report().degraded === undefined
      world.runUntil(badMs)
      while (isWell() && world.nowMs < badMs + 10_000) world.runUntil(world.nowMs + 10)
      late.push(world.nowMs - badMs)
      world.runUntil(badMs + 10_000)
      assert.ok(world.report().degraded === 'lossy' || world.report().health !== 'up', `seed ${seed}`)
    }
    const median = late.toSorted((a, b) => a - b)[20] ?? Number.POSITIVE_INFINITY
    assert.ok(median <= withinMs, `${median} ms`)
  })
}
