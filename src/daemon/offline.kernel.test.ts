import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import { configOf, reconciled } from './examples.ts'
import { downOffline } from './offline.ts'

requirePrivateWorld()
const opened = await openLinuxKernel()
assert.ok(opened.ok)
const kernel = opened.value
after(() => kernel.close())
const folder = mkdtempSync(join(tmpdir(), 'multihomed-offline-'))
after(() => rmSync(folder, { recursive: true }))

const HASH_POLICY = '/proc/sys/net/ipv4/fib_multipath_hash_policy'

test('down with another state directory than the daemon had: it names the settings that stay changed', async () => {
  const ip = (words: string) => execFileSync('ip', words.split(' '))
  const before = readFileSync(HASH_POLICY)
  ip('link add wan1 type veth peer name wan1-far')
  try {
    await reconciled(
      kernel,
      configOf('lines: { fiber: { interface: wan1, address: 198.51.1.2/24, gateway: 198.51.1.1 } }'),
    )
    const places = { stateDir: join(folder, 'state'), socketPath: join(folder, 'run', 'x.sock') }
    const would = await downOffline({ ...places, dryRun: true })
    const down = await downOffline({ ...places, dryRun: false })
    assert.ok(would.ok && down.ok)
    const left = [
      { key: 'net/ipv4/fib_multipath_hash_policy', value: '1' },
      { key: 'net/ipv6/fib_multipath_hash_policy', value: '1' },
      { key: 'net/ipv4/conf/wan1/rp_filter', value: '2' },
    ]
    assert.deepEqual([would.value.settingsLeft, down.value.settingsLeft], [left, left])
    const again = await downOffline({ ...places, dryRun: false })
    assert.ok(again.ok)
    assert.deepEqual(
      [again.value.commands, again.value.settingsLeft],
      [[], undefined],
      'nothing of ours is there',
    )
  } finally {
    ip('link del wan1')
    // What down could not put back: other tests share this network.
    writeFileSync(HASH_POLICY, before)
  }
})
