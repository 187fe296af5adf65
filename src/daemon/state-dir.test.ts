import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { StateDirError, forgetMemory, loadMemory, saveMemory, type StateDir } from './state-dir.ts'

const memory: Memory = {
  ids: { fiber: 1, dsl: 2 } as unknown as Memory['ids'],
  gateways: { dsl: '203.0.113.1' },
  originals: {
    sysctls: [{ key: 'net/ipv4/ip_forward', value: '0' }],
    addedAddresses: [{ family: 'ipv4', address: '198.51.100.2', length: 28, dev: 'wan1' }],
    linksRaised: ['wan1'],
  },
}

let root: string
let dir: StateDir
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'multihomed-state-'))
  dir = { path: join(root, 'var'), runtimePath: join(root, 'run') }
})
afterEach(() => rm(root, { recursive: true }))

const file = (of: 'path' | 'runtimePath'): string => join(dir[of], 'memory.json')
const rewrite = async (of: 'path' | 'runtimePath', change: (text: string) => string): Promise<void> =>
  writeFile(file(of), change(await readFile(file(of), 'utf8')))
const fromAnotherBoot = (text: string): string => text.replace(/"boot": "[^"]+"/, '"boot": "another"')

test('what was remembered is there after a restart', async () => {
  await saveMemory(dir, memory)
  assert.deepEqual(await loadMemory(dir), memory)
})

test('a first start remembers nothing', async () => assert.deepEqual(await loadMemory(dir), emptyMemory))

test('after a reboot numbers and gateways are kept, and nothing of the last boot is put back', async () => {
  await saveMemory(dir, memory)
  await rewrite('path', fromAnotherBoot)
  await rm(file('runtimePath'))
  assert.deepEqual(await loadMemory(dir), { ...memory, originals: emptyMemory.originals })
})

test('when the state directory is lost, the copy still knows the way back', async () => {
  await saveMemory(dir, memory)
  await rm(dir.path, { recursive: true })
  assert.deepEqual(await loadMemory(dir), memory)
})

test('when the copy is lost, the state directory knows the way back', async () => {
  await saveMemory(dir, memory)
  await rm(dir.runtimePath, { recursive: true })
  assert.deepEqual(await loadMemory(dir), memory)
})

test('a state directory of an older boot takes the originals from the copy of this one', async () => {
  await saveMemory(dir, memory)
  await rewrite('path', fromAnotherBoot)
  assert.deepEqual((await loadMemory(dir)).originals, memory.originals)
})

for (const { name, change } of [
  { name: 'torn', change: (text: string) => text.slice(0, 40) },
  { name: 'empty', change: () => '' },
  { name: 'of another version', change: (text: string) => text.replace('"version": 1', '"version": 2') },
  { name: 'null', change: () => 'null' },
]) {
  test(`a file that is ${name} is named in the error, not taken for a first start`, async () => {
    await saveMemory(dir, memory)
    await rewrite('path', change)
    await assert.rejects(loadMemory(dir), (error) => {
      assert.ok(error instanceof StateDirError)
      assert.ok(error.message.includes(file('path')))
      return true
    })
  })
}

test('writing leaves no half file behind, and only root and its group may read', async () => {
  await saveMemory(dir, memory)
  await saveMemory(dir, { ...memory, gateways: {} })
  assert.deepEqual(await readdir(dir.path), ['memory.json'])
  assert.equal((await stat(file('path'))).mode & 0o027, 0)
  assert.deepEqual(await loadMemory(dir), { ...memory, gateways: {} })
})

test('a copy that cannot be written is no failure, a state directory that cannot be written is', async () => {
  await writeFile(join(root, 'run'), 'a file where the directory should be')
  await saveMemory(dir, memory)
  await writeFile(join(root, 'blocked'), '')
  await assert.rejects(saveMemory({ ...dir, path: join(root, 'blocked') }, memory))
})

test('after down nothing is remembered, twice as well', async () => {
  await saveMemory(dir, memory)
  await forgetMemory(dir)
  await forgetMemory(dir)
  assert.deepEqual(await loadMemory(dir), emptyMemory)
})
