import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { emptyMemory } from '../plan/index.ts'
import { BOX, TWO_LINES, reconciled } from './examples.ts'
import { loadMemory, saveMemory } from './state-dir.ts'
import { knowsOriginals, settingsLikeOurs } from './unknown-originals.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-unknown-'))
after(() => rmSync(folder, { recursive: true }))

test('only a memory of this boot knows how the box was before', async () => {
  const dir = { path: join(folder, 'state'), runtimePath: join(folder, 'run') }
  assert.equal(knowsOriginals(await loadMemory(dir)), false, 'nothing was written')
  await saveMemory(dir, emptyMemory)
  assert.equal(knowsOriginals(await loadMemory(dir)), true, 'written, though nothing had to be changed')
  for (const path of [dir.path, dir.runtimePath]) {
    const file = join(path, 'memory.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"boot": "[^"]*"/, '"boot": "another"'))
  }
  assert.equal(knowsOriginals(await loadMemory(dir)), false, 'written before the box was started anew')
})

test('the settings that down leaves without a memory are named, those of each line too', async () => {
  const kernel = new FakeKernel(BOX)
  assert.deepEqual(await settingsLikeOurs(kernel), [], 'nothing of ours is there')
  await reconciled(kernel, TWO_LINES)
  const settings = await settingsLikeOurs(kernel)
  assert.deepEqual(settings.map(({ key, value }) => `${key} = ${value}`).toSorted(), [
    'net/ipv4/conf/wan1/rp_filter = 2',
    'net/ipv4/conf/wan2/rp_filter = 2',
    'net/ipv4/fib_multipath_hash_policy = 1',
    'net/ipv4/ip_forward = 1',
    'net/ipv6/fib_multipath_hash_policy = 1',
  ])
})

test('the settings of IPv6 that down leaves without a memory are named as well', async () => {
  const settings = [
    { key: 'net/ipv6/conf/all/forwarding', value: '1' },
    { key: 'net/ipv6/conf/wan1/accept_ra', value: '2' },
    { key: 'net/ipv6/conf/wan1/keep_addr_on_down', value: '1' },
    { key: 'net/ipv6/conf/wan2/accept_ra', value: '1' },
  ]
  const kernel = new FakeKernel({ ...BOX, sysctls: settings })
  await reconciled(kernel, TWO_LINES)
  const left = (await settingsLikeOurs(kernel)).filter(({ key }) => key.startsWith('net/ipv6/conf/'))
  assert.deepEqual(left, settings.slice(0, 3))
})
