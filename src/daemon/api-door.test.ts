import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fail, ok } from '../model/index.ts'
import { ApiDoor } from './api-door.ts'
import { createLog } from './log.ts'

const settled = (): Promise<void> => new Promise(setImmediate)

/** A door that cannot be opened the first `failures` times. */
function scene(t: TestContext, failures: number) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const log: string[] = []
  const seen = { tries: 0, closed: 0 }
  const door = new ApiDoor(
    async () =>
      ++seen.tries <= failures
        ? fail({ text: 'cannot listen: EROFS' })
        : ok({ close: async () => void seen.closed++ }),
    createLog('text', {}, (line) => log.push(line)),
  )
  return { door, log, seen }
}

test('a door that opens says nothing, and closes', async (t) => {
  const { door, log, seen } = scene(t, 0)
  await door.open()
  await door.close()
  assert.deepEqual([seen.tries, seen.closed, log], [1, 1, []])
})

test('a /run that is read-only for a while is told once, tried later and later, and then told again', async (t) => {
  const { door, log, seen } = scene(t, 3)
  await door.open()
  for (const [i, pauseMs] of [1000, 2000, 4000].entries()) {
    t.mock.timers.tick(pauseMs - 1)
    await settled()
    assert.equal(seen.tries, i + 1)
    t.mock.timers.tick(1)
    await settled()
  }
  assert.equal(seen.tries, 4)
  assert.deepEqual(log.map((line) => /EROFS|works now/.exec(line)?.[0]), ['EROFS', 'works now']) // prettier-ignore
  await door.close()
  assert.equal(seen.closed, 1)
})

test('after closing nobody tries again', async (t) => {
  const { door, seen } = scene(t, 9)
  await door.open()
  await door.close()
  t.mock.timers.tick(60_000)
  await settled()
  assert.deepEqual([seen.tries, seen.closed], [1, 0])
})
