import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monthNamed, type Month } from '../model/index.ts'
import { VolumeWatch, quotaText } from './volume-watch.ts'

const GB = 1e9
const DAY_MS = 86_400_000
const NOVEMBER = monthNamed('2026-11', 1) as Month // it is a month
const LTE = { name: 'lte', interface: 'wan2', billingDay: 1, quotaBytes: 50 * GB }
const FIBER = { name: 'fiber', interface: 'wan1', billingDay: 1 }

/** @param told by an earlier run */
function watched(told: string[] = []) {
  const used = new Map<string, number | undefined>()
  const added: string[] = []
  let nowMs = 0
  const carried = new Map<string, number>()
  const watch = new VolumeWatch({
    carriedBytes: (dev) => carried.get(dev) ?? 0,
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
  const now = (lines = [FIBER, LTE], day = 12) => watch.volumes(lines, NOVEMBER.fromMs + (day - 0.5) * DAY_MS)
  return { watch, used, uses, carried, now }
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
  const { watch, used, uses, now } = watched()
  await uses(1 * GB)
  assert.deepEqual([...now().keys()], ['lte'])
  assert.equal(now().get('lte')?.usedBytes, 1 * GB)
  used.set('fiber', 7)
  await watch.look([FIBER, LTE], { wallMs: NOVEMBER.fromMs, nowMs: 60_001 })
  assert.deepEqual([...now().keys()], ['lte'])
  await watch.look([FIBER, LTE], { wallMs: NOVEMBER.fromMs, nowMs: 60_001 }, true)
  assert.deepEqual(now().get('fiber'), { usedBytes: 7, month: NOVEMBER })
})

test('what went through since the last look is used as well, as far as the same counters tell', async () => {
  const { uses, carried, now } = watched()
  carried.set('wan2', 500)
  await uses(1 * GB)
  carried.set('wan2', 700)
  assert.equal(now().get('lte')?.usedBytes, 1 * GB + 200)
  assert.equal(now([FIBER, { ...LTE, interface: 'wan3' }]).get('lte')?.usedBytes, 1 * GB)
  carried.set('wan2', 3)
  assert.equal(now().get('lte')?.usedBytes, 1 * GB, 'an interface that was made anew')
})

test('quota and month are those of the file that runs, at once; another month is looked up at the next look', async () => {
  const { watch, uses, now } = watched()
  await uses(1 * GB)
  const { quotaBytes: _, ...unpaid } = LTE
  assert.deepEqual(now([FIBER, unpaid]).get('lte'), { usedBytes: 1 * GB, month: NOVEMBER })
  const later = { ...LTE, billingDay: 10 }
  assert.equal(now([FIBER, later]).get('lte'), undefined, 'of another span of time')
  await watch.look([FIBER, later], { wallMs: NOVEMBER.fromMs + 11.5 * DAY_MS, nowMs: 60_001 })
  assert.equal(now([FIBER, later]).get('lte')?.usedBytes, 1 * GB)
})

test('a pace that keeps within the month is said to', () => {
  const volume = { usedBytes: 38 * GB, quotaBytes: 50 * GB, month: NOVEMBER }
  const wallMs = NOVEMBER.fromMs + 25 * DAY_MS
  assert.equal(quotaText(75, volume, wallMs), '75 % of 50 GB is used on day 26 of 30; at this pace it lasts')
})
