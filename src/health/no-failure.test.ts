import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeKind, ProbeTarget } from '../model/index.ts'
import { answer, falsely, QUIET, Simulation } from './simulator.ts'
import type { Sample } from './traffic.ts'

const START = 20_110
const packets = (sent: number, life: number, handshakes = 0): Sample => ({ sent, life, handshakes })
/** From then on, what is asked in these ways is dropped. */
const dropped = (kinds: readonly ProbeKind[], sinceMs: number) => (target: ProbeTarget, atMs: number) =>
  kinds.includes(target.kind) && atMs >= sinceMs ? undefined : answer(50)
const ECHOES: ProbeTarget[] = [
  { kind: 'icmp', address: '192.0.2.1' },
  { kind: 'icmp', address: '192.0.2.2' },
]
const isMute = ({ kind }: ProbeTarget): boolean => kind === 'icmp'

test('one-mute-target: it is benched, and no line is suspected for it', () => {
  const mute = (target: ProbeTarget, atMs: number) =>
    atMs >= START && 'address' in target && target.address === '8.8.8.8' ? undefined : answer(50)
  const world = new Simulation([{ answer: mute }, { answer: mute }]).runUntil(START + 600_000)
  for (const line of ['line1', 'line2']) {
    const { targets, lossRatio } = world.report(line)
    assert.deepEqual(
      targets.flatMap(({ target, is }) => (is === 'benched' && 'address' in target ? [target.address] : [])),
      ['8.8.8.8', '8.8.8.8'],
    )
    assert.equal(lossRatio, 0)
  }
  assert.equal(world.count('suspect'), 0)
})

test('a benched target is tried again, and is a witness again as soon as it answers', () => {
  const world = new Simulation([
    {
      answer: (target, atMs) =>
        isMute(target) &&
        'address' in target &&
        target.address === '8.8.8.8' &&
        atMs >= START &&
        atMs < START + 300_000
          ? undefined
          : answer(50),
    },
  ]).runUntil(START + 200_000)
  const is = (): string | undefined =>
    world
      .report()
      .targets.find(({ target }) => isMute(target) && 'address' in target && target.address === '8.8.8.8')?.is
  assert.equal(is(), 'benched')
  world.runUntil(START + 700_000)
  assert.equal(is(), 'answers')
})

test('no-witness: nobody ever answered there, so an idle line is suspected at most', () => {
  const world = new Simulation([{ policy: { targets: ECHOES }, answer: () => undefined }, { name: 'other' }])
  world.runUntil(600_000)
  assert.equal(world.count('down'), 0)
  assert.equal(world.report().health, 'suspect')
  assert.match(world.report().why ?? '', /^none of its 2 targets has ever answered/)
})

test('no-witness, and users are answered: it is used', () => {
  const world = new Simulation([
    { policy: { targets: ECHOES }, answer: () => undefined, sample: () => packets(2, 3) },
  ]).runUntil(600_000)
  assert.equal(world.count('suspect') + world.count('down'), 0)
})

test('no-witness, and users hear nothing any more for three seconds: down', () => {
  const world = new Simulation([
    {
      policy: { targets: ECHOES },
      answer: () => undefined,
      sample: (atMs) => packets(1, atMs < START ? 3 : 0),
    },
  ]).runUntil(START + 4000)
  const downMs = world.when('down') ?? 0
  assert.ok(downMs >= START + 2900 && downMs <= START + 3500)
})

test('handshake-is-an-answer: a provider that drops all our probes, and carries TCP', () => {
  const world = new Simulation([
    {
      policy: { targets: ECHOES },
      answer: dropped(['icmp'], START),
      sample: (atMs) => packets(2, 3, atMs % 2000 === 0 ? 1 : 0),
    },
  ]).runUntil(START + 600_000)
  assert.equal(world.count('suspect') + world.count('down'), 0)
})

for (const { users, sample } of [
  { users: 'nobody on it', sample: () => QUIET },
  { users: 'a download', sample: () => packets(10, 20) },
  {
    users: 'people browsing',
    sample: (atMs: number) => (atMs % 3000 < 500 ? packets(2, 3, atMs % 200 === 0 ? 1 : 0) : QUIET),
  },
]) {
  test(`icmp-dropped-everywhere, and DNS too, with ${users}: what carries TCP is never down`, () => {
    const world = new Simulation([{ answer: dropped(['icmp', 'dns', 'http'], START), sample }])
    world.runUntil(START + 600_000)
    assert.equal(world.count('down'), 0)
    assert.ok(world.count('suspect') <= 4)
    assert.equal(world.count('suspect', START + 30_000), 0, 'it has learned whom to ask')
    assert.equal(world.report().degraded, undefined)
  })
}

test('ICMP and DNS dropped from the start: another kind is found within two seconds', () => {
  const world = new Simulation([{ answer: dropped(['icmp', 'dns'], 0) }, { name: 'other' }]).runUntil(600_000)
  assert.ok((world.when('up') ?? Infinity) < 2000)
  assert.equal(world.count('down'), 0)
})

test('names fail: the line stays up, and that is said', () => {
  const world = new Simulation([{ answer: dropped(['dns'], START) }]).runUntil(START + 300_000)
  const { health, blame, why } = world.report()
  assert.deepEqual({ health, blame }, { health: 'up', blame: 'dns' })
  assert.match(why ?? '', /no name server/)
  assert.equal(world.count('suspect'), 0)
})

test('name servers lie: no proof of the line, and no reason to leave it either', () => {
  const world = new Simulation([
    {
      answer: (target, atMs) =>
        target.kind === 'dns' && atMs >= START ? falsely(20, 'it answers 10.0.0.1') : answer(50),
    },
  ]).runUntil(START + 300_000)
  assert.equal(world.report().blame, 'dns')
  assert.equal(world.report().health, 'up')
})

test('a gateway that answers no ARP is no failure', () => {
  const world = new Simulation([{ answer: dropped(['arp'], 0), gateway: '198.51.100.1' }]).runUntil(300_000)
  assert.equal(world.count('suspect'), 0)
})

test('a probe that never left this box says nothing of the line', () => {
  const world = new Simulation([
    {
      answer: (_, atMs) =>
        atMs >= START ? { answered: false, why: 'no route leads there', unasked: true } : answer(50),
      sample: () => packets(3, 3),
    },
  ]).runUntil(START + 60_000)
  assert.equal(world.count('suspect'), 0)
  assert.equal(world.report().lossRatio, 0)
})

test('where no probe leaves this box, that is said, and nothing is known of the line', () => {
  const refused = { answered: false, why: 'operation not permitted', unasked: true } as const
  const why = 'its probes do not leave this box: operation not permitted'
  const never = new Simulation([{ answer: () => refused }]).runUntil(2000)
  assert.deepEqual([never.report().health, never.report().why], ['unknown', why])
  const world = new Simulation([
    { answer: (_, atMs) => (atMs >= START && atMs < START + 60_000 ? refused : answer(50)) },
  ])
  world.runUntil(START + 4000)
  assert.equal(world.report().why, undefined)
  world.runUntil(START + 59_000)
  assert.deepEqual([world.report().health, world.report().why], ['up', why])
  world.runUntil(START + 70_000)
  assert.equal(world.report().why, undefined)
})

test('a suspicion that lasts does not ask the gateway for ever, nor spend more than a metered line may', () => {
  const budgetBytesPerMonth = 1_000_000
  const world = new Simulation(
    [
      {
        policy: { targets: ECHOES, budgetBytesPerMonth },
        metered: true,
        gateway: '198.51.100.1',
        answer: () => undefined,
      },
    ],
    { counted: false },
  ).runUntil(24 * 3_600_000)
  assert.equal(world.report().health, 'suspect')
  const gateway = world.asked.filter(({ target, atMs }) => target.kind === 'arp' && atMs < 600_000)
  assert.ok(gateway.length < 150, `${gateway.length}`)
  // A day's worth that was there, and one that fills up; the first burst is free.
  const { bytes } = world.report().probes
  assert.ok(bytes <= (2 * budgetBytesPerMonth) / 30 + 10_000, `${bytes}`)
})

test('what only sends has its line asked less and less, not for ever', () => {
  const world = new Simulation([{ sample: () => packets(1, 0) }]).runUntil(3_600_000)
  assert.ok(world.questions.length < 800)
  assert.equal(world.count('suspect'), 0)
})
