import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { whereToWrite, writeNew } from './new-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-new-'))
after(() => rmSync(folder, { recursive: true }))
const NEW = 'lines: {}\n'

/** A name in a folder of its own. @param files by their ends: `` and `.new` */
function place(name: string, files: Record<string, string> = {}): string {
  const file = join(folder, name, 'config.yaml')
  mkdirSync(join(folder, name))
  for (const [end, text] of Object.entries(files)) writeFileSync(file + end, text)
  return file
}

test('nothing is there: the file is written, with the folders that it lacks', async () => {
  const file = join(place('none'), '..', 'etc', 'multihomed', 'config.yaml')
  assert.deepEqual(await whereToWrite(file, NEW), { is: 'writable', path: file, beside: false })
  assert.ok((await writeNew(file, NEW)).ok)
  assert.equal(readFileSync(file, 'utf8'), NEW)
})

test("somebody's file stays as it is: ours is written beside it", async () => {
  const file = place('theirs', { '': 'theirs' })
  assert.deepEqual(await whereToWrite(file, NEW), { is: 'writable', path: `${file}.new`, beside: true })
  assert.equal((await writeNew(file, NEW)).ok, false)
  assert.equal(readFileSync(file, 'utf8'), 'theirs')
})

test('the file beside it is not written over either', async () => {
  const file = place('both', { '': 'theirs', '.new': 'of last week' })
  assert.deepEqual(await whereToWrite(file, NEW), { is: 'taken', path: `${file}.new` })
})

test('a file that says the same already is nothing to do', async () => {
  assert.deepEqual(await whereToWrite(place('same', { '': NEW }), NEW), { is: 'there' })
})

test('a folder cannot be the file, and is not given a neighbour', async () => {
  assert.deepEqual(await whereToWrite(folder, NEW), { is: 'impossible', why: 'it is a folder' })
})

test('a folder that cannot be: a file is in its place', async () => {
  const file = join(place('wall', { '': 'a file' }), 'config.yaml')
  assert.equal((await whereToWrite(file, NEW)).is, 'impossible')
})
