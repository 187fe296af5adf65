import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mark, type Move } from '../model/index.ts'
import { invert } from '../plan/index.ts'
import { FakeKernel } from '../kernel/fake.ts'
import { BOX, OTHER_LINES, TWO_LINES, configOf, reconciled, stateOf } from './examples.ts'
import { carryOut } from './pass.ts'

test('whichever step fails, everything before it is taken back', async () => {
  const all = await movesOfFirstPass()
  assert.ok(all.length > 20)
  for (let after = 0; after < all.length; after++) {
    const kernel = new FakeKernel(BOX)
    const before = await stateOf(kernel)
    kernel.failNext(undefined, after)
    const done = await carryOut(kernel, all)
    assert.ok(!done.ok && done.error.undone)
    assert.deepEqual(done.error.move, all[after])
    assert.equal(await stateOf(kernel), before, `step ${after}: ${all[after]?.do}`)
  }
})

test('a second file that fails half way leaves the first one in force', async () => {
  const { memory } = await reconciled(new FakeKernel(BOX), TWO_LINES)
  const probe = new FakeKernel(BOX)
  await reconciled(probe, TWO_LINES)
  const { report } = await reconciled(probe, OTHER_LINES, memory)
  assert.ok(report.moves.length >= 2)
  const needed = report.moves.filter((move) => move.do !== 'end-connections')
  for (let after = 0; after < needed.length; after++) {
    const kernel = new FakeKernel(BOX)
    await reconciled(kernel, TWO_LINES)
    const before = await stateOf(kernel)
    kernel.failNext(undefined, after)
    const done = await carryOut(kernel, needed)
    assert.ok(!done.ok && done.error.undone)
    assert.equal(await stateOf(kernel), before)
  }
})

test('every step and then its inverse leaves the box as it was', async () => {
  const kernel = new FakeKernel(BOX)
  const kinds = new Set<Move['do']>()
  for (const moves of await everyKindOfPass()) {
    for (const move of moves) {
      const before = await stateOf(kernel)
      const back = invert(move)
      for (const one of [move, ...back, move]) {
        const outcome = await kernel.apply(one)
        assert.ok(outcome.ok, `${one.do}: ${outcome.ok ? '' : outcome.error.said}`)
        if (one === back.at(-1)) assert.equal(await stateOf(kernel), before, move.do)
      }
      kinds.add(move.do)
    }
  }
  const never: Move['do'][] = ['delete-address', 'change-route']
  assert.deepEqual(
    never.filter((kind) => kinds.has(kind)),
    never,
  )
})

test('what only tidies up may fail: the lines are changed all the same, and it is told', async () => {
  const { memory } = await reconciled(new FakeKernel(BOX), TWO_LINES)
  const probe = new FakeKernel(BOX)
  await reconciled(probe, TWO_LINES)
  const { report } = await reconciled(probe, OTHER_LINES, memory)
  const silent = { dev: 'wan2', address: '198.51.2.1' }
  const moves: readonly Move[] = [{ do: 'forget-neighbour', neighbour: silent }, ...report.moves]
  const kernel = new FakeKernel(BOX)
  await reconciled(kernel, TWO_LINES)
  kernel.failNext('forget-neighbour')
  kernel.failNext('end-connections')
  const done = await carryOut(kernel, moves)
  assert.ok(done.ok)
  assert.deepEqual(
    done.value.warnings.map((warning) => warning.what),
    ['forget-neighbour', 'end-connections'],
  )
  assert.equal(await stateOf(kernel), await stateOf(probe))
})

test('connections of a line whose address changes are ended, those of the line that stays and of others are not', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  const [fiber, dsl, foreign] = [mark(0x100_0000), mark(0x200_0000), mark(0x3)]
  kernel.connect(mark(fiber | foreign), 3)
  kernel.connect(dsl, 2)
  kernel.connect(foreign)
  await reconciled(kernel, MOVED_FIBER, memory)
  assert.deepEqual(
    await kernel.openConnections(mark(0x3f00_0000)),
    new Map([
      [dsl, 2],
      [0, 1],
    ]),
  )
})

test('what a failed pass made the kernel forget is not forgotten twice', async () => {
  const kernel = new FakeKernel(BOX)
  const ended: Move = {
    do: 'end-connections',
    family: 'ipv4',
    mark: mark(0x100_0000),
    mask: mark(0x3f00_0000),
  }
  kernel.failNext('set-link')
  const done = await carryOut(kernel, [ended, { do: 'set-link', dev: 'wan1', up: true }])
  assert.ok(!done.ok && done.error.undone)
  assert.deepEqual(kernel.applied, [ended])
})

test('what cannot be taken back is told', async () => {
  const kernel = new FakeKernel(BOX)
  const moves = await movesOfFirstPass()
  kernel.failNext('change-ruleset')
  kernel.failNext('delete-route')
  const done = await carryOut(kernel, moves)
  assert.ok(!done.ok)
  assert.equal(done.error.undone, false)
  assert.deepEqual(
    done.error.leftovers.map((error) => error.what),
    ['delete-route'],
  )
})

const MOVED_FIBER = configOf(`
lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, weight: 3, address: 198.51.1.3/24, gateway: 198.51.1.1 }
  dsl: { interface: wan2 }
`)

async function movesOfFirstPass(): Promise<readonly Move[]> {
  return (await reconciled(new FakeKernel(BOX), TWO_LINES)).report.moves
}

async function everyKindOfPass(): Promise<(readonly Move[])[]> {
  const kernel = new FakeKernel(BOX)
  const first = await reconciled(kernel, TWO_LINES)
  // Not within its old network: there the first address takes the second along, which no inverse brings back.
  const elsewhere = configOf(`
lan: { interfaces: [lan0] }
lines: { fiber: { interface: wan1, address: 192.0.2.3/24, gateway: 192.0.2.1 }, lte: { interface: wan3 } }
`)
  const second = await reconciled(kernel, elsewhere, first.memory)
  return [first.report.moves, second.report.moves]
}
