import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import { configOf, reconciled } from './examples.ts'
import { checkOffline, downOffline, examineOffline, planOffline } from './offline.ts'

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

test('check, plan and doctor name the programs that the file counts on and that are not here', async () => {
  const programs = join(folder, 'programs')
  mkdirSync(programs)
  for (const name of ['ip', 'nft', 'setpriv', 'sh']) {
    const [path = ''] = execFileSync('which', [name], { encoding: 'utf8' }).split('\n')
    symlinkSync(path, join(programs, name))
  }
  const configFile = join(folder, 'config.yaml')
  writeFileSync(
    configFile,
    'lines: { fiber: { interface: wan1, address: dhcp }, dsl: { interface: wan2 } }\nlan: { interfaces: [lan0] }\ndns: resolved\n',
  )
  const places = { configFile, stateDir: join(folder, 'state'), socketPath: join(folder, 'run', 'x.sock') }
  const before = process.env['PATH']
  process.env['PATH'] = programs
  try {
    const [checked, planned, examined] = [
      await checkOffline(places),
      await planOffline(places),
      await examineOffline(places),
    ]
    assert.ok(planned.ok)
    for (const { notes } of [checked, planned.value, examined])
      assert.deepEqual(
        notes
          .map(({ code }) => code)
          .filter((code) => code !== 'missing-interface' && code !== 'no-usable-line'),
        ['no-dhcp-client', 'resolvers-untold'],
      )
  } finally {
    process.env['PATH'] = before
  }
})
