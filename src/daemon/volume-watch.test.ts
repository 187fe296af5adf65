import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monthNamed, type Month } from '../model/index.ts'
import { VolumeWatch, quotaText } from './volume-watch.ts'

const GB = 1e9
const DAY_MS = 86_400_000
const NOVEMBER = monthNamed('2026-11', 1) as Month // it is a month
const LTE = { name: 'lte', billingDay: 1, quotaBytes: 50 * GB }
const FIBER = { name: 'fiber', billingDay: 1 }

/** @param told by an earlier run */
function watched(told: string[] = []) {
  const used = new Map<string, number | undefined>()
  const added: string[] = []
  let nowMs = 0
  const watch = new VolumeWatch({
    usedBytes: (line) => Promise.resolve(used.get(line)),
    told: () => Promise.resolve(told),
    journal: {
      add: ({ kind, line, text }) => {
        added.push(text)
        assert.deepEqual([kind, line], ['quota', 'lte'])
        return 1
      },
    },
  })
  /** A minute later. */
  const uses = async (bytes: number, line = LTE, day = 12): Promise<string[]> => {
    used.set('lte', bytes)
    nowMs += 60_000
    await watch.look([FIBER, line], { wallMs: NOVEMBER.fromMs + (day - 0.5) * DAY_MS, nowMs })
    return added.splice(0)
  }
  return { watch, used, uses }
}

test('each step of a quota is told once, with where the pace leads', async () => {
  const { uses } = watched()
  assert.deepEqual(await uses(37 * GB), [])
  assert.deepEqual(await uses(37.6 * GB), ['75 % of 50 GB is used on day 12 of 30; at this pace it ends on day 16']) // prettier-ignore
  assert.deepEqual(await uses(40 * GB), [])
  assert.deepEqual(await uses(51 * GB), ['100 % of 50 GB is used on day 12 of 30'])
  assert.deepEqual(await uses(60 * GB), [])
})

test('what an earlier run told is not told again, and a larger quota is another matter', async () => {
  const before = ['75 % of 50 GB is used on day 2 of 30; at this pace it ends on day 3']
  assert.deepEqual(await watched(before).uses(40 * GB), [])
  assert.equal((await watched(before).uses(48 * GB)).length, 1)
  assert.equal((await watched(before).uses(76 * GB, { ...LTE, quotaBytes: 100 * GB })).length, 1)
})

test('a new month begins anew', async () => {
  const { uses } = watched()
  assert.equal((await uses(49 * GB)).length, 1)
  assert.equal((await uses(49 * GB, LTE, 40)).length, 1)
})

test('the sums are looked at once a minute, and one that nobody remembers is none', async () => {
  const { watch, used, uses } = watched()
  await uses(1 * GB)
  assert.deepEqual([...watch.volumes.keys()], ['lte'])
  assert.equal(watch.volumes.get('lte')?.usedBytes, 1 * GB)
  used.set('fiber', 7)
  await watch.look([FIBER], { wallMs: NOVEMBER.fromMs, nowMs: 60_001 })
  assert.deepEqual([...watch.volumes.keys()], ['lte'])
  await watch.look([FIBER], { wallMs: NOVEMBER.fromMs, nowMs: 60_001 }, true)
  assert.deepEqual(watch.volumes.get('fiber'), { usedBytes: 7, month: NOVEMBER })
})

test('a pace that keeps within the month is said to', () => {
  const volume = { usedBytes: 38 * GB, quotaBytes: 50 * GB, month: NOVEMBER }
  const wallMs = NOVEMBER.fromMs + 25 * DAY_MS
  assert.equal(quotaText(75, volume, wallMs), '75 % of 50 GB is used on day 26 of 30; at this pace it lasts')
})
