import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Frugal, FrugalByQuestion } from './frugal.ts'

/** A reading that takes its time on a clock of its own, and tells how many there were. */
function costly(tookMs: number): { readonly frugal: Frugal<number>; readonly pass: (ms: number) => void } {
  let nowMs = 0
  let readings = 0
  const read = async (): Promise<number> => {
    const mine = (readings += 1)
    await Promise.resolve()
    nowMs += tookMs
    return mine
  }
  return { frugal: new Frugal(read, 0.01, () => nowMs), pass: (ms) => void (nowMs += ms) }
}

test('whoever asks now and then gets a fresh answer each time', async () => {
  const { frugal, pass } = costly(9)
  for (let i = 1; i <= 50; i += 1) {
    assert.equal(await frugal.read(), i)
    pass(1000)
  }
})

test('a few questions in a row are answered fresh, as a person asks who has just changed something', async () => {
  const { frugal } = costly(9)
  for (let i = 1; i <= 10; i += 1) assert.equal(await frugal.read(), i)
})

test('asked all the time it costs a hundredth of it', async () => {
  const { frugal, pass } = costly(9)
  let readings = 0
  for (let i = 0; i < 20 * 60; i += 1) {
    readings = await frugal.read()
    pass(50)
  }
  assert.ok(readings * 9 <= 0.01 * 70_000 + 109, `${readings} readings of 9 ms in a minute`)
  assert.ok(readings > 40, `${readings} readings: the answers grow old`)
})

test('one that takes seconds is asked for all the same when the last one is old', async () => {
  const { frugal, pass } = costly(2000)
  assert.equal(await frugal.read(), 1)
  pass(9000)
  assert.equal(await frugal.read(), 1)
  pass(2000)
  assert.equal(await frugal.read(), 2)
})

test('whoever needs to know now waits for one that begins after the question, and many share it', async () => {
  const { frugal } = costly(2000)
  await frugal.read()
  const [first, second, third] = await Promise.all([frugal.readNow(), frugal.readNow(), frugal.readNow()])
  assert.deepEqual([first, second, third], [2, 3, 3])
})

test('what has changed since is never told, however often one asks and whatever was under way', async () => {
  const { frugal } = costly(2000)
  assert.deepEqual([await frugal.read(), await frugal.read()], [1, 1])
  frugal.outdated()
  const underWay = frugal.read()
  frugal.outdated()
  assert.deepEqual([await underWay, await frugal.read(), await frugal.read()], [2, 3, 3])
})

test('one that fails is told to those who asked, and the next one is a new try', async () => {
  let readings = 0
  const frugal = new Frugal(
    () => ((readings += 1) === 1 ? Promise.reject(new Error('no')) : Promise.resolve(readings)),
    0.01,
  )
  const [first, second] = await Promise.allSettled([frugal.readNow(), frugal.readNow()])
  assert.deepEqual([first.status, second], ['rejected', { status: 'fulfilled', value: 2 }])
})

test('what many ask costs once, and is not the answer to another question', async () => {
  let nowMs = 0
  let readings = 0
  const frugal = new FrugalByQuestion(
    async ({ line }: { line: string }) => {
      readings += 1
      await Promise.resolve()
      nowMs += 200
      return `${line} ${readings}`
    },
    0.01,
    () => nowMs,
  )
  assert.equal(await frugal.read({ line: 'fiber' }), 'fiber 1')
  assert.equal(await frugal.read({ line: 'fiber' }), 'fiber 1')
  assert.equal(await frugal.read({ line: 'dsl' }), 'dsl 2')
  nowMs += 10_000
  assert.equal(await frugal.read({ line: 'fiber' }), 'fiber 3')
})

test('ever new questions push out the answers that nobody asks for any more', async () => {
  let nowMs = 0
  const asked: string[] = []
  const frugal = new FrugalByQuestion(
    (question: string) => {
      asked.push(question)
      nowMs += 200
      return Promise.resolve(question)
    },
    0.01,
    () => nowMs,
  )
  await frugal.read('once')
  await frugal.read('often')
  for (let i = 0; i < 32; i += 1) {
    await frugal.read(`new ${i}`)
    await frugal.read('often')
  }
  await frugal.read('once')
  assert.deepEqual(
    asked.filter((question) => !question.startsWith('new')),
    ['once', 'often', 'once'],
  )
})
