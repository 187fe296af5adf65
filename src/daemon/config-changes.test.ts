import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { fail, ok, type Config } from '../model/index.ts'
import { emptyMemory } from '../plan/index.ts'
import { chooseConfig } from './choose-config.ts'
import { ConfigChanges, type Engine } from './config-changes.ts'
import type { LineMeasure } from './control.ts'
import { BOX, configOf, reconciled } from './examples.ts'
import { Journal } from './journal.ts'
import { loadHistory } from './history-store.ts'
import { createLog } from './log.ts'
import { readConfig } from './read-config.ts'
import { WallClock } from './wall-clock.ts'

const fileOf = (weight: number): string =>
  `lan: { interfaces: [lan0] }\nlines: { fiber: { interface: wan2, weight: ${weight} }, dsl: { interface: wan3 } }\n`
const [A, B, C] = [fileOf(1), fileOf(2), fileOf(3)]
const weightOf = (config: Config | undefined): number | undefined => config?.lines[0]?.weight

const works = (line: string): LineMeasure => ({ line, works: true, delayMs: 4 })
const silent = (line: string): LineMeasure => ({ line, works: false, why: 'no answer within 2000 ms' })

interface Scene {
  readonly changes: ConfigChanges
  readonly log: string[]
  /** What the kernel was made to be, in order. */
  readonly weights: (number | undefined)[]
  /** Answers of the next measurements; none left: both lines work. */
  readonly measures: LineMeasure[][]
  readonly settled: () => number
  readonly state: string
  refuseNext(): void
  write(text: string): Promise<void>
  /** A new daemon on what the old one left. */
  restart(): Promise<Scene>
}

async function scene(t: TestContext, directory?: string): Promise<Scene> {
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'multihomed-')))
  const file = join(home, 'config.yaml')
  const state = join(home, 'state')
  if (directory === undefined) {
    await writeFile(file, A)
    t.after(() => rm(home, { recursive: true }))
  }
  const reading = await readConfig(file)
  assert.ok(reading.ok)
  const choice = chooseConfig(reading.value, await loadHistory(state, assert.fail), Date.now())
  const weights: (number | undefined)[] = [weightOf(choice.config)]
  const measures: LineMeasure[][] = []
  const log: string[] = []
  const journal = new Journal(new WallClock())
  let refusals = 0
  let settled = 0
  const go = async (config: Config) => {
    if (refusals > 0) {
      refusals--
      return fail('nft: busy')
    }
    weights.push(weightOf(config))
    return ok((await reconciled(new FakeKernel(BOX), config, emptyMemory)).report)
  }
  const engine: Engine = {
    take: go,
    insist: go,
    measure: async () => measures.shift() ?? [works('fiber'), works('dsl')],
    settled: async () => void settled++,
  }
  const changes = new ConfigChanges({
    file,
    directory: state,
    choice,
    engine,
    log: createLog('text', {}, (line) => log.push(line)),
    journal,
    clock: new WallClock(),
  })
  await changes.started()
  t.after(() => changes.close())
  return {
    changes,
    log,
    weights,
    measures,
    settled: () => settled,
    state,
    refuseNext: () => void refusals++,
    write: (text) => writeFile(file, text),
    restart: () => {
      changes.close()
      return scene(t, home)
    },
  }
}

const codes = ({ changes }: Scene): string[] => changes.notes(performance.now()).map(({ code }) => code)

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
  assert.deepEqual(codes(it), ['file-undone'])
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

/** The timer's own turn, and what it does in it. */
async function untilOver({ changes }: Scene): Promise<void> {
  while (changes.trial !== undefined) await new Promise((resolve) => setTimeout(resolve, 1))
  await changes.confirm()
}
