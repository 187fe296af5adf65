import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { PassQueue, type PassOutcome } from './pass-queue.ts'

const calm = (text: string): { text: string; urgent: boolean } => ({ text, urgent: false })
const urgent = (text: string): { text: string; urgent: boolean } => ({ text, urgent: true })
/** Lets everything run that is ready. */
const settled = (): Promise<void> => new Promise(setImmediate)

interface Scene {
  readonly queue: PassQueue
  readonly passes: (readonly string[])[]
}

function scene(t: TestContext, pass: () => Promise<PassOutcome> | PassOutcome): Scene {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const passes: (readonly string[])[] = []
  const queue = new PassQueue(async (causes) => {
    passes.push(causes)
    return pass()
  })
  return { queue, passes }
}

test('a burst of events is one pass that knows all causes, each once', async (t) => {
  const { queue, passes } = scene(t, () => 'worked')
  for (const text of ['wan1 down', 'route gone', 'route gone', 'nexthop gone']) queue.request(urgent(text))
  await settled()
  assert.deepEqual(passes, [['wan1 down', 'route gone', 'nexthop gone']])
})

test('sixty thousand routes that come during one pass are told as a handful and a number', async (t) => {
  const { queue, passes } = scene(t, () => 'worked')
  for (let i = 0; i < 60_000; i++) queue.request(calm(`route ${i}`))
  await settled()
  assert.deepEqual(passes, [['route 0', 'route 1', 'route 2', 'route 3', 'route 4', '59995 more']])
  queue.request(calm('one more route'))
  await settled()
  assert.deepEqual(passes.slice(1), [['one more route']])
})

test('what happens during a pass is one more pass behind it, never beside it', async (t) => {
  let running = 0
  let most = 0
  const gate = Promise.withResolvers<void>()
  const { queue, passes } = scene(t, async (): Promise<PassOutcome> => {
    most = Math.max(most, ++running)
    await gate.promise
    running--
    return 'worked'
  })
  queue.request(urgent('first'))
  await settled()
  queue.request(urgent('second'))
  queue.request(urgent('third'))
  gate.resolve()
  await settled()
  assert.deepEqual(passes, [['first'], ['second', 'third']])
  assert.equal(most, 1)
})

test('events that mean nothing to us make passes wait, longer and longer, up to a second', async (t) => {
  const { queue, passes } = scene(t, () => 'quiet')
  for (let i = 0; i < 3; i++) {
    queue.request(calm('noise'))
    await settled()
  }
  assert.equal(passes.length, 3, 'the first three come at once')
  let before = passes.length
  for (const gapMs of [20, 40, 80, 160, 320, 640, 1000, 1000]) {
    before = passes.length
    queue.request(calm('noise'))
    t.mock.timers.tick(gapMs - 1)
    await settled()
    assert.equal(passes.length, before, `not before ${gapMs} ms`)
    t.mock.timers.tick(1)
    await settled()
    assert.equal(passes.length, before + 1)
  }
})

test('a link that goes waits for nothing, however noisy the box is, and takes the gathered causes along', async (t) => {
  const { queue, passes } = scene(t, () => 'quiet')
  for (let i = 0; i < 8; i++) {
    queue.request(calm('noise'))
    await settled()
    t.mock.timers.tick(1000)
    await settled()
  }
  const before = passes.length
  queue.request(calm('more noise'))
  queue.request(urgent('wan1 is down'))
  await settled()
  assert.deepEqual(passes.slice(before), [['more noise', 'wan1 is down']])
  t.mock.timers.tick(5000)
  await settled()
  assert.equal(passes.length, before + 1, 'the timer of the noise is gone with it')
})

test('a pass that finds something to do ends the waiting', async (t) => {
  let work = false
  const { queue, passes } = scene(t, () => (work ? 'worked' : 'quiet'))
  for (let i = 0; i < 4; i++) {
    queue.request(calm('noise'))
    await settled()
    t.mock.timers.tick(1000)
    await settled()
  }
  work = true
  queue.request(urgent('now'))
  await settled()
  const before = passes.length
  queue.request(calm('next'))
  await settled()
  assert.equal(passes.length, before + 1)
})

test('what must be alone waits for its turn, and its failure is its own', async (t) => {
  const order: string[] = []
  const { queue } = scene(t, () => {
    order.push('pass')
    return 'worked'
  })
  queue.request(urgent('event'))
  const alone = queue.exclusive(async () => {
    order.push('alone')
    throw new Error('no')
  })
  await assert.rejects(alone, /no/)
  assert.deepEqual(await queue.exclusive(async () => 7), { ok: true, value: 7 })
  assert.deepEqual(order, ['pass', 'alone'])
})

test('after closing no pass begins, neither waiting nor asked for', async (t) => {
  const { queue, passes } = scene(t, () => 'quiet')
  for (let i = 0; i < 4; i++) {
    queue.request(calm('noise'))
    await settled()
  }
  const before = passes.length
  await queue.close()
  queue.request(urgent('late'))
  t.mock.timers.tick(5000)
  await settled()
  assert.equal(passes.length, before)
})

test('what waits behind the last job never begins: an apply must not put back what down took away', async (t) => {
  const { queue, passes } = scene(t, () => 'quiet')
  const last = queue.exclusive(async () => queue.shut())
  const late = queue.exclusive(async () => assert.fail('began after the last job'))
  queue.request(urgent('late as well'))
  assert.ok((await last).ok)
  assert.deepEqual(await late, { ok: false, error: 'stopped' })
  await settled()
  assert.deepEqual(passes, [])
})

test("a pass that fails rings the bell itself: the next one waits longer and longer, up to the daemon's own tries", async (t) => {
  const { queue, passes } = scene(t, () => 'failed')
  queue.request(calm('an event'))
  await settled()
  for (const gapMs of [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 30_000, 30_000]) {
    const before = passes.length
    queue.request(calm('what the pass did and took back'))
    t.mock.timers.tick(gapMs - 1)
    await settled()
    assert.equal(passes.length, before, `not before ${gapMs} ms`)
    t.mock.timers.tick(1)
    await settled()
    assert.equal(passes.length, before + 1)
  }
})

test('while passes fail, a link that goes waits a second at most, whatever waits already', async (t) => {
  const { queue, passes } = scene(t, () => 'failed')
  for (let i = 0; i < 12; i++) {
    queue.request(calm('an event'))
    t.mock.timers.tick(30_000)
    await settled()
  }
  const before = passes.length
  queue.request(calm('an event'))
  queue.request(urgent('wan1 is down'))
  queue.request(calm('another event'))
  t.mock.timers.tick(999)
  await settled()
  assert.equal(passes.length, before)
  t.mock.timers.tick(1)
  await settled()
  assert.deepEqual(passes.slice(before), [['an event', 'wan1 is down', 'another event']])
})

test('after a pass that succeeds nothing waits any more', async (t) => {
  let outcome: PassOutcome = 'failed'
  const { queue, passes } = scene(t, () => outcome)
  queue.request(calm('an event'))
  await settled()
  outcome = 'worked'
  queue.request(calm('what it did'))
  t.mock.timers.tick(20)
  await settled()
  queue.request(calm('an event'))
  await settled()
  assert.equal(passes.length, 3)
})
