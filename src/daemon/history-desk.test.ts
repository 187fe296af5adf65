import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { parseConfig } from '../config/index.ts'
import type { Config } from '../model/index.ts'
import { HistoryDesk } from './history-desk.ts'
import { Journal } from './journal.ts'
import { createLog } from './log.ts'
import { TWO, started } from './pretend-daemon.ts'
import { WallClock, type Clocks } from './wall-clock.ts'

const BOOT_MS = Date.UTC(2026, 10, 22, 14)

function config(history = ''): Config {
  const parsed = parseConfig(TWO + history, 'test.yaml')
  if (!parsed.ok) throw new Error('the file of the test is wrong')
  return parsed.value.config
}

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'desk-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

const boot = (): Promise<string> => Promise.resolve('a boot')

/** A run of the daemon, one second on with each entry. */
function run(t: TestContext, path: string, bootMs = BOOT_MS) {
  const clocks: { now: Clocks } = { now: { wallMs: bootMs, monotonicMs: 0 } }
  const time = { nowMs: 0 }
  const clock = new WallClock(() => clocks.now)
  const journal = new Journal(clock, () => (time.nowMs += 1000))
  const log = createLog('text', {}, () => undefined)
  const desk = new HistoryDesk({ journal, clock, directory: path, log, boot, nowMs: () => time.nowMs })
  t.after(() => desk.close())
  const kinds = async (question: object = { limit: 100 }): Promise<string[]> =>
    (await desk.pastEvents(question)).entries.map(({ kind }) => kind)
  return { desk, journal, clocks, kinds }
}

test('after a restart the story of before is told with its ids, causes and runs', async (t) => {
  const path = await directory(t)
  const first = run(t, path)
  first.desk.passed(config())
  const down = first.journal.add({ kind: 'down', line: 'dsl', text: 'no carrier' })
  await first.desk.open()
  first.journal.add({ kind: 'steered', text: 'new connections go to fiber', because: down })
  await first.desk.close()

  const second = run(t, path, BOOT_MS + 60_000)
  second.desk.passed(config())
  second.journal.add({ kind: 'started', text: '' })
  await second.desk.open()
  const { entries, run: now, isCut } = await second.desk.pastEvents({ sinceMs: BOOT_MS })
  assert.deepEqual(
    entries.map(({ run: of, id, kind, because }) => [of === now, id, kind, because]),
    [
      [false, 1, 'down', undefined],
      [false, 2, 'steered', 1],
      [true, 1, 'started', undefined],
    ],
  )
  assert.equal(isCut, false)
  assert.deepEqual(await second.kinds({ limit: 1 }), ['started'])
  assert.deepEqual(await second.kinds({ untilMs: BOOT_MS + 1000 }), ['down'])
})

test('history: off writes nothing, and tells of this run all the same', async (t) => {
  const path = await directory(t)
  const { desk, journal, kinds } = run(t, path)
  desk.passed(config('history: off'))
  await desk.open()
  journal.add({ kind: 'down', line: 'dsl', text: '' })
  assert.deepEqual(await kinds(), ['down'])
  assert.deepEqual(await readdir(path), [])
})

test('a history that is switched on later has the whole run, and off it is left alone', async (t) => {
  const path = await directory(t)
  const { desk, journal, kinds } = run(t, path)
  desk.passed(config('history: off'))
  journal.add({ kind: 'down', line: 'dsl', text: '' })
  await desk.open()
  desk.passed(config())
  assert.deepEqual(await kinds(), ['down'])
  assert.deepEqual(await readdir(path), ['history.db', 'history.db-wal'])
  desk.passed(config('history: off'))
  journal.add({ kind: 'up', line: 'dsl', text: '' })
  assert.deepEqual(await kinds(), ['down', 'up'])
  assert.deepEqual(await readdir(path), ['history.db'])
})

test('a box that learns the time late has its start where it belongs', async (t) => {
  const path = await directory(t)
  const { desk, journal, clocks } = run(t, path, 0)
  desk.passed(config())
  journal.add({ kind: 'started', text: '' })
  await desk.open()
  clocks.now = { wallMs: BOOT_MS, monotonicMs: 1000 }
  journal.add({ kind: 'up', line: 'dsl', text: '' })
  const { entries } = await desk.pastEvents({ sinceMs: 0 })
  assert.deepEqual(
    entries.map(({ atMs }) => atMs),
    [BOOT_MS, BOOT_MS + 1000],
  )
})

test('what cannot be written is noted, and told of from memory', async (t) => {
  const path = join(await directory(t), 'file')
  await writeFile(path, '')
  const { desk, journal, kinds } = run(t, path)
  desk.passed(config())
  await desk.open()
  journal.add({ kind: 'down', line: 'dsl', text: '' })
  assert.deepEqual(await kinds(), ['down'])
  assert.deepEqual(
    desk.notes.map(({ code }) => code),
    ['history-unkept'],
  )
})

test('a damaged history is a note of status, and the daemon goes on', async (t) => {
  const stateDir = await directory(t)
  await writeFile(join(stateDir, 'history.db'), 'no database')
  const { daemon } = await started(t, { stateDir })
  await daemon.remember()
  await daemon.pastEvents({ limit: 1 })
  const { notes } = await daemon.status()
  assert.match(
    notes.find(({ code }) => code === 'history-set-aside')?.text ?? '',
    /not a database.*history\.db\.broken now; the memory begins anew$/,
  )
})
