import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, QUIET, Simulation } from './simulator.ts'
import type { Sample } from './traffic.ts'

/** Time enough to know every target, and to have measured the loss. Just after a scheduled probe was answered. */
const DEATH = 20_110
const until = (deathMs: number) => (_: unknown, atMs: number) => (atMs < deathMs ? answer(50) : undefined)
const packets = (sent: number, life: number): Sample => ({ sent, life, handshakes: 0 })
/** What happens after the line was born: its first question is none. */
const questions = (world: Simulation): number[] =>
  world.questions.map(({ atMs }) => atMs).filter((atMs) => atMs > 0)

test('download-that-only-waits: its stream stops, and the line is suspected within a quarter of a second', () => {
  const world = new Simulation([
    { sample: (atMs) => (atMs <= DEATH ? packets(10, 20) : QUIET), answer: until(DEATH) },
  ]).runUntil(DEATH + 3000)
  assert.ok((world.when('suspect') ?? 0) - DEATH <= 250)
  assert.ok((world.when('down') ?? 0) - (world.when('suspect') ?? 0) === 500)
})

test('stream-that-just-ended: one question, and nobody is bothered', () => {
  const world = new Simulation([{ sample: (atMs) => (atMs <= DEATH ? packets(10, 20) : QUIET) }])
  world.runUntil(DEATH + 60_000)
  assert.equal(questions(world).length, 1)
  assert.equal(world.count('suspect'), 0)
})

test('quiet-line-first-syn: the first client of a dead idle line finds a live one by its own retry', () => {
  const world = new Simulation([
    { sample: (atMs) => (atMs === 60_000 ? packets(1, 0) : QUIET), answer: until(58_000) },
  ]).runUntil(62_000)
  assert.ok((questions(world)[0] ?? 0) <= 60_150)
  assert.ok((world.when('down') ?? Infinity) < 61_000)
})

test('dns-answered-in-60ms: an hour of lookups asks nothing', () => {
  const sample = (atMs: number): Sample => packets(atMs % 2000 === 0 ? 1 : 0, atMs % 2000 === 50 ? 1 : 0)
  assert.equal(questions(new Simulation([{ sample }]).runUntil(3_600_000)).length, 0)
})
