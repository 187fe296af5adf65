/** What can be said of the file of a history from outside, without touching it. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { lookAtHistory, type HistoryFile } from './look-at-file.ts'
import { Store } from './store.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'multihomed-look-'))))
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

function seen(isOwned = false): HistoryFile {
  const look = lookAtHistory(folder, isOwned)
  assert.ok(look.ok)
  return look.value
}

test('where nothing was remembered there is nothing to say', () => {
  assert.deepEqual(seen(), { path: at('history.db') })
})

test('one of ours can be read, also while its owner has it alone; nothing is left beside it', () => {
  const store = Store.open(at('history.db'))
  assert.ok(store.ok)
  const before = readdirSync(folder)
  for (const isOwned of [true, false]) assert.equal(seen(isOwned).trouble, undefined)
  assert.deepEqual(readdirSync(folder), before)
  store.value.close()
  const { bytes = 0, trouble } = seen()
  assert.ok(bytes > 4096 && trouble === undefined, trouble)
})

test('one that is damaged is told, and so is one that was set aside', () => {
  writeFileSync(at('history.db'), 'no database of anybody'.repeat(300))
  writeFileSync(at('history.db.broken'), 'before')
  const { trouble, aside } = seen()
  assert.match(trouble ?? '', /not a database/)
  assert.deepEqual([aside?.path, aside?.bytes], [at('history.db.broken'), 6])
})

test('one that is not to be seen says why', () => {
  symlinkSync('history.db.broken', at('history.db.broken'))
  const look = lookAtHistory(folder, false)
  assert.match(look.ok ? '' : look.error, /^ELOOP/)
})
