import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { SCHEMA_STEPS } from './schema.ts'
import { Store } from './store.ts'

async function place(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'store-'))
  t.after(() => rm(directory, { recursive: true }))
  return join(directory, 'history.db')
}

function opened(path: string, steps?: readonly string[]): Store {
  const store = Store.open(path, steps)
  if (!store.ok) throw new Error(store.error.said)
  return store.value
}

const INSERT = `INSERT INTO event (run, id, at, kind, text) VALUES ('a', 1, 0, 'up', '')`

test('a file of an older release goes through the steps that it has not seen, with what is in it', async (t) => {
  const path = await place(t)
  const older = opened(path)
  assert.ok(older.write(() => older.run(INSERT)).ok)
  older.close()
  const newer = opened(path, [
    ...SCHEMA_STEPS,
    `ALTER TABLE event ADD COLUMN mood TEXT NOT NULL DEFAULT 'fair'`,
  ])
  assert.deepEqual(
    newer.rows('SELECT id, mood FROM event').map((row) => ({ ...row })),
    [{ id: 1, mood: 'fair' }],
  )
  newer.close()
  const again = Store.open(path)
  assert.deepEqual(!again.ok && again.error.is, 'broken')
})

test('a step that fails leaves the file as it was', async (t) => {
  const path = await place(t)
  const older = opened(path)
  assert.ok(older.write(() => older.run(INSERT)).ok)
  older.close()
  const failing = 'CREATE TABLE more (a TEXT); INSERT INTO nowhere VALUES (1)'
  assert.ok(!Store.open(path, [...SCHEMA_STEPS, failing]).ok)
  const after = opened(path)
  assert.equal(after.rows('SELECT id FROM event').length, 1)
  assert.equal(after.rows(`SELECT name FROM sqlite_schema WHERE name = 'more'`).length, 0)
  after.close()
})

test("another program's database is not taken for ours", async (t) => {
  const path = await place(t)
  const theirs = opened(path, ['CREATE TABLE event (a TEXT, run TEXT, id TEXT, because TEXT)'])
  theirs.close()
  const stranger = opened(await place(t))
  stranger.close()
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(path)
  database.exec(`DROP TABLE event; PRAGMA user_version = ${SCHEMA_STEPS.length}`)
  database.close()
  const opening = Store.open(path)
  assert.equal(!opening.ok && opening.error.is, 'broken')
})

test('a link in its place is not followed', async (t) => {
  const path = await place(t)
  await writeFile(`${path}.elsewhere`, '')
  await symlink(`${path}.elsewhere`, path)
  const opening = Store.open(path)
  assert.equal(!opening.ok && opening.error.is, 'unusable')
})

test('a job that throws changes nothing', async (t) => {
  const store = opened(await place(t))
  t.after(() => store.close())
  assert.throws(() =>
    store.write(() => {
      store.run(INSERT)
      throw new TypeError('a mistake of ours')
    }),
  )
  assert.deepEqual(store.rows('SELECT id FROM event'), [])
  assert.ok(store.write(() => store.run(INSERT)).ok)
})

test('what was written is there after it was settled, and the log begins anew', async (t) => {
  const path = await place(t)
  const store = opened(path)
  assert.ok(store.write(() => { for (let i = 0; i < 30_000; i++) store.run(INSERT) }).ok) // prettier-ignore
  assert.ok(store.needsSettling)
  assert.ok((await store.settle()).ok)
  assert.ok(!store.needsSettling)
  store.close()
  const after = opened(path)
  assert.equal(after.rows('SELECT id FROM event').length, 30_000)
  after.close()
})
