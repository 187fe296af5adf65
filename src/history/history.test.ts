import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { History, type KeptEvent } from './index.ts'

const MIB = 1 << 20
const T0 = Date.UTC(2026, 10, 22, 14)
const NOW = { atMs: T0 + 60_000, isSteady: true }

const event = (run: string, id: number, rest: Partial<KeptEvent> = {}): KeptEvent => ({
  run,
  id,
  kind: 'down',
  line: 'lte',
  text: 'all checks lost',
  atMs: T0 + id * 1000,
  ...rest,
})

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'history-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

interface Kept {
  readonly history: History
  readonly said: string[]
  readonly clock: { nowMs: number }
}

function opened(t: TestContext, path: string, limitBytes = 100 * MIB): Kept {
  const said: string[] = []
  const clock = { nowMs: 0 }
  const log = { info: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) }
  const history = new History({ directory: path, limitBytes, log, nowMs: () => clock.nowMs })
  t.after(() => history.close())
  return { history, said, clock }
}

const ALL = { limit: 1000 }
const told = async (history: History, question: object = {}): Promise<string[]> =>
  ((await history.events({ ...ALL, ...question }))?.events ?? []).map(({ run, id }) => `${run}${id}`)

test('what happened before a restart is told with its words, its ids and its causes', async (t) => {
  const path = await directory(t)
  const first = opened(t, path)
  const events = [
    event('a', 1, { kind: 'suspect', family: 'ipv6' }),
    event('a', 2, { because: 1, family: 'ipv6' }),
  ]
  assert.ok(await first.history.keep({ events }, NOW))
  await first.history.close()
  const { line: _, ...ofBox } = event('b', 1, { kind: 'started', atMs: T0 + 60_000 })
  const second = opened(t, path)
  assert.ok(await second.history.keep({ events: [ofBox] }, NOW))
  assert.deepEqual(await second.history.events(ALL), { events: [...events, ofBox], isCut: false })
})

const ROWS = [
  { name: 'all', question: {}, ids: ['a1', 'a2', 'a3', 'b1', 'b2'] },
  { name: 'since a moment, itself included', question: { sinceMs: T0 + 3000 }, ids: ['a3', 'b1', 'b2'] },
  { name: 'until a moment, itself included', question: { untilMs: T0 + 2000 }, ids: ['a1', 'a2'] },
  { name: 'one line alone', question: { line: 'dsl' }, ids: ['a2'] },
  { name: 'one line in a time', question: { line: 'lte', sinceMs: T0 + 2000, untilMs: T0 + 3000 }, ids: ['a3'] }, // prettier-ignore
  { name: 'the newest two', question: { limit: 2 }, ids: ['b1', 'b2'] },
  { name: 'a line that nobody knows', question: { line: 'x' }, ids: [] },
]
test('what was kept is found by time and line', async (t) => {
  const { history } = opened(t, await directory(t))
  const events = [event('a', 1), event('a', 2, { line: 'dsl' }), event('a', 3), event('b', 1, { atMs: T0 + 4000 }), event('b', 2, { atMs: T0 + 5000 })] // prettier-ignore
  await history.keep({ events }, NOW)
  for (const { name, question, ids } of ROWS)
    await t.test(name, async () => assert.deepEqual(await told(history, question), ids))
  await t.test('older ones that were left out are owned to', async () => {
    assert.equal((await history.events({ limit: 4 }))?.isCut, true)
    assert.equal((await history.events({ limit: 5 }))?.isCut, false)
  })
})

test('nobody else can read it', async (t) => {
  const path = await directory(t)
  await opened(t, path).history.keep({ events: [event('a', 1)] }, NOW)
  for (const name of await readdir(path))
    assert.equal((await stat(join(path, name))).mode & 0o777, 0o600, name)
})

test('a clock that is set late moves what the run told, and nothing of the runs before', async (t) => {
  const { history } = opened(t, await directory(t))
  await history.keep({ events: [event('a', 1), event('b', 1, { atMs: 5000 })] }, NOW)
  await history.move('b', T0)
  const times = (await history.events(ALL))?.events.map(({ atMs }) => atMs - T0)
  assert.deepEqual(times, [1000, 5000])
})

test('times that jump back and forth are kept as they were told', async (t) => {
  const { history } = opened(t, await directory(t))
  const times = [T0, 0, T0 + 1e12, -5000, T0 + 1]
  await history.keep({ events: times.map((atMs, i) => event('a', i + 1, { atMs })) }, NOW)
  assert.deepEqual(await told(history, { sinceMs: -1e15 }), ['a1', 'a2', 'a3', 'a4', 'a5'])
})

for (const [name, bytes] of [
  ['is no database', 'no database '.repeat(1000)],
  ['was overwritten in the middle', undefined],
] as const) {
  test(`a file that ${name} is set aside and named, and the memory goes on`, async (t) => {
    const path = await directory(t)
    const file = join(path, 'history.db')
    if (bytes === undefined) {
      const { history } = opened(t, path)
      await history.keep({ events: Array.from({ length: 2000 }, (_, i) => event('a', i + 1)) }, NOW)
      await history.close()
      const content = await readFile(file)
      await writeFile(file, content.fill(0x55, 8192, content.length))
    } else await writeFile(file, bytes)
    const { history, said } = opened(t, path)
    for (let i = 0; i < 3 && !(await history.keep({ events: [event('b', 1)] }, NOW)); i++);
    await history.events(ALL)
    await history.keep({ events: [event('b', 2)] }, NOW)
    assert.ok((await told(history)).includes('b2'))
    assert.equal(history.aside?.path, `${file}.broken`)
    assert.match(said.join('\n'), /history\.db cannot be read \(.*set aside as history\.db\.broken/)
    assert.equal(history.trouble, undefined)
  })
}

test('a disk that cannot be written is told once, and tried again later', async (t) => {
  const path = join(await directory(t), 'state')
  await writeFile(path, 'a file in the place of the directory')
  const { history, said, clock } = opened(t, path)
  for (const nowMs of [0, 1000, 40_000]) {
    clock.nowMs = nowMs
    assert.equal(await history.keep({ events: [event('a', 1)] }, NOW), false)
  }
  assert.match(history.trouble ?? '', /^\/.*history\.db cannot be written: /)
  assert.equal(said.length, 1)
  await rm(path)
  clock.nowMs = 80_000
  assert.equal(await history.keep({ events: [event('a', 1)] }, NOW), true)
  assert.equal(history.trouble, undefined)
  assert.match(said.at(-1) ?? '', /written down again/)
})

test('a memory that is full forgets the oldest and stays below its bound', async (t) => {
  const path = await directory(t)
  const limitBytes = 5 * MIB
  const { history } = opened(t, path, limitBytes)
  const text = 'x'.repeat(400)
  let most = 0
  for (let round = 0; round < 100; round++) {
    const events = Array.from({ length: 200 }, (_, i) => event('a', round * 200 + i + 1, { text }))
    // One that is refused for want of room comes again, as the daemon does.
    while (!(await history.keep({ events }, NOW))) await new Promise((resolve) => setTimeout(resolve, 10))
    const sizes = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size)
    most = Math.max(
      most,
      (await Promise.all(sizes)).reduce((a, b) => a + b),
    )
  }
  const kept = await told(history, { limit: 20_000 })
  assert.equal(kept.at(-1), 'a20000')
  assert.ok(kept.length > 2000 && kept.length < 10_000, `${kept.length} of 20,000`)
  assert.ok(most <= limitBytes, `${most} bytes`)
})

test('a daemon that is killed while it writes has lost no batch that was kept, and none is there by half', async (t) => {
  const path = await directory(t)
  const writer = `
    const { History } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)})
    const NOW = { atMs: 0, isSteady: true }
    const history = new History({ directory: ${JSON.stringify(path)}, limitBytes: 1e8, log: { info() {}, warn() {} } })
    for (let batch = 0; ; batch++) {
      const events = Array.from({ length: 7 }, (_, i) => ({ run: 'a', id: batch * 7 + i + 1, kind: 'up', text: 'x'.repeat(300), atMs: Date.now() }))
      if (await history.keep({ events }, NOW)) process.stdout.write(batch + '\\n')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer], { stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
  let kept = -1
  for await (const chunk of child.stdout) {
    kept = Number(String(chunk).trimEnd().split('\n').at(-1))
    if (kept >= 100) break
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  const { history } = opened(t, path)
  const ids = (await history.events({ limit: 1e6 }))?.events.map(({ id }) => id) ?? []
  assert.ok(ids.length >= (kept + 1) * 7, `${ids.length} of ${kept + 1} batches`)
  assert.equal(ids.length % 7, 0)
  assert.deepEqual(
    ids,
    Array.from(ids, (_, i) => i + 1),
  )
  assert.equal(history.aside, undefined)
})

test('a log that a power cut tore anywhere holds whole batches from the first on', async (t) => {
  const path = await directory(t)
  const { history } = opened(t, path)
  for (let batch = 0; batch < 30; batch++)
    await history.keep({ events: Array.from({ length: 5 }, (_, i) => event('a', batch * 5 + i + 1)) }, NOW)
  const size = (await stat(join(path, 'history.db-wal'))).size
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: size }), async (at) => {
      const torn = await mkdtemp(join(tmpdir(), 'torn-'))
      try {
        for (const name of ['history.db', 'history.db-wal'])
          await copyFile(join(path, name), join(torn, name))
        await truncate(join(torn, 'history.db-wal'), at)
        const after = opened(t, torn)
        const ids = (await told(after.history)).map((id) => Number(id.slice(1)))
        await after.history.close()
        assert.equal(after.history.aside, undefined)
        assert.equal(ids.length % 5, 0)
        assert.deepEqual(
          ids,
          Array.from(ids, (_, i) => i + 1),
        )
      } finally {
        await rm(torn, { recursive: true })
      }
    }),
    { numRuns: 30 },
  )
})
