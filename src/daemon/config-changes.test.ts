import assert from 'node:assert/strict'
import { rename, rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { configOf } from './examples.ts'
import { B, C, codes, scene, silent, untilOver, weightOf, works } from './pretend-changes.ts'

test('confirmed in time: it stays, over a restart too', async (t) => {
  const it = await scene(t)
  await it.write(B)
  const outcome = await it.changes.apply({ confirmMs: 60_000 })
  assert.ok(outcome.is === 'applied' && outcome.trial !== undefined)
  assert.equal(outcome.trial.undoAtMs - outcome.trial.sinceMs, 60_000)
  assert.deepEqual(codes(it), ['unconfirmed'])
  assert.deepEqual(await it.changes.confirm(), { is: 'confirmed' })
  assert.deepEqual([codes(it), it.changes.trial, it.settled()], [[], undefined, 2])
  assert.deepEqual((await it.restart()).weights, [2])
})

test('not confirmed: the daemon itself goes back, and says so', async (t) => {
  const it = await scene(t)
  await it.write(B)
  await it.changes.apply({ confirmMs: 5 })
  await untilOver(it)
  assert.deepEqual(it.weights, [1, 2, 1])
  assert.deepEqual(
    [codes(it), it.settled()],
    [['file-undone'], 2],
    'wishes about what was undone are forgotten',
  )
  assert.ok(it.log.some((line) => line.includes('undone: no answer in 0.005 s')))
  const late = await it.changes.confirm()
  assert.ok(late.is === 'nothing' && late.undone?.why === 'no answer in 0.005 s')
})

test('ended in between, by a crash or a stop: the next start runs the former one and warns; apply takes it all the same', async (t) => {
  const it = await scene(t)
  await it.write(B)
  await it.changes.apply({ confirmMs: 60_000 })
  const next = await it.restart()
  assert.deepEqual(next.weights, [1])
  assert.match(next.log.join(), /was undone at .*: multihomed ended before it was confirmed; what runs is/)
  assert.match(next.log.join(), /multihome apply takes the file all the same/)
  const again = await next.restart()
  assert.deepEqual([again.weights, codes(again)], [[1], ['file-undone']])
  assert.equal((await again.changes.apply({})).is, 'applied')
  assert.deepEqual([again.weights, codes(again)], [[1, 2], []])
})

test('worse than before is undone at once, with the reason', async (t) => {
  const it = await scene(t)
  await it.write(B)
  it.measures.push([works('fiber'), works('dsl')], [works('fiber'), silent('dsl')])
  const outcome = await it.changes.apply({ confirmMs: 60_000 })
  assert.ok(outcome.is === 'undone')
  assert.equal(outcome.undo.why, 'dsl answered before and does not now (no answer within 2000 ms)')
  assert.equal(outcome.undo.readBack?.tables, 1)
  assert.ok(outcome.undo.readBack.rules > 0)
  assert.deepEqual([it.weights, it.changes.trial], [[1, 2, 1], undefined])
})

test('a second change has to wait, by SIGHUP as well', async (t) => {
  const it = await scene(t)
  await it.write(B)
  const both = await Promise.all([it.changes.apply({ confirmMs: 60_000 }), it.changes.apply({})])
  assert.deepEqual(both.map(({ is }) => is), ['applied', 'pending']) // prettier-ignore
  await it.write(C)
  assert.equal((await it.changes.apply({})).is, 'pending')
  assert.deepEqual(it.weights, [1, 2])
})

test('undo ends a trial at once, then goes back one by one, until nothing older is known', async (t) => {
  const it = await scene(t)
  await it.write(B)
  await it.changes.apply({})
  await it.write(C)
  await it.changes.apply({ confirmMs: 60_000 })
  const outcomes = []
  for (let i = 0; i < 3; i++) outcomes.push((await it.changes.undo()).is)
  assert.deepEqual(outcomes, ['undone', 'undone', 'nothing'])
  assert.deepEqual(it.weights, [1, 2, 3, 2, 1])
  // The file is C still, and neither C nor B are wanted.
  assert.deepEqual((await it.restart()).weights, [1])
})

test('who means the trial that he saw undoes nothing else, should it be over by then', async (t) => {
  const it = await scene(t)
  await it.write(B)
  await it.changes.apply({})
  await it.write(C)
  await it.changes.apply({ confirmMs: 60_000 })
  const outcomes = []
  for (let i = 0; i < 2; i++) outcomes.push((await it.changes.undo({ onlyTrial: true })).is)
  assert.deepEqual(
    [outcomes, it.weights],
    [
      ['undone', 'nothing'],
      [1, 2, 3, 2],
    ],
  )
})

test('the same file on trial has nothing to be undone to: no trial', async (t) => {
  const it = await scene(t)
  const outcome = await it.changes.apply({ confirmMs: 5 })
  assert.ok(outcome.is === 'applied' && outcome.trial === undefined)
})

test('a file that the kernel refuses is no trial, and no undone one', async (t) => {
  const it = await scene(t)
  await it.write(B)
  it.refuseNext()
  assert.equal((await it.changes.apply({ confirmMs: 60_000 })).is, 'failed')
  assert.deepEqual([codes(it), it.changes.trial], [['file-refused'], undefined])
  assert.equal((await it.changes.apply({ confirmMs: 60_000 })).is, 'applied')
})

test('an undo that the kernel refuses is remembered all the same', async (t) => {
  const it = await scene(t)
  await it.write(B)
  await it.changes.apply({ confirmMs: 60_000 })
  it.refuseNext()
  assert.deepEqual(await it.changes.undo(), { is: 'failed', trouble: 'nft: busy' })
  assert.deepEqual((await it.restart()).weights, [1])
})

test('without a place to write the way back down nothing is tried; for good it is', async (t) => {
  const it = await scene(t)
  await rm(it.state, { recursive: true })
  await writeFile(it.state, 'in the way')
  await it.write(B)
  assert.equal((await it.changes.apply({ confirmMs: 60_000 })).is, 'unsafe')
  assert.deepEqual([it.weights, it.changes.trial], [[1], undefined])
  assert.equal((await it.changes.apply({})).is, 'applied')
})

test('what cannot be written down is not confirmed: a restart would undo it', async (t) => {
  const it = await scene(t)
  await it.write(B)
  await it.changes.apply({ confirmMs: 60_000 })
  await rename(it.state, `${it.state}.away`)
  await writeFile(it.state, 'in the way')
  assert.equal((await it.changes.confirm()).is, 'unsafe')
  assert.deepEqual(codes(it), ['unconfirmed'])
  await rm(it.state)
  assert.equal((await it.changes.confirm()).is, 'confirmed')
  assert.deepEqual((await it.restart()).weights, [2])
})

test('the pretend file is one of ours', () => assert.equal(weightOf(configOf(C)), 3))
