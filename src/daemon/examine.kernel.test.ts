/** What other programs leave in the kernel, and that they are named by it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { requirePrivateWorld } from '../lab/index.ts'
import { examineOffline } from './offline.ts'

requirePrivateWorld()
const folder = mkdtempSync(join(tmpdir(), 'multihomed-examine-'))
after(() => rmSync(folder, { recursive: true }))
const configFile = join(folder, 'config.yaml')
writeFileSync(configFile, 'lines: { fiber: { interface: wan1 }, dsl: { interface: wan2 } }\n')
const places = { configFile, stateDir: join(folder, 'state'), socketPath: join(folder, 'run', 'x.sock') }

const LEFT_BY_DOCKER_AND_UFW = `
table ip filter {
  chain FORWARD { type filter hook forward priority filter; policy drop; jump DOCKER-USER; }
  chain DOCKER { }
  chain DOCKER-USER { }
  chain ufw-user-input { }
}
table ip nat {
  chain DOCKER { }
}
`

test('doctor names Docker, ufw and Tailscale by what they left, and that the LAN is forwarded nowhere', async () => {
  const run = (command: string, words: string, input = '') =>
    execFileSync(command, words.split(' '), { input })
  run('nft', '-f -', LEFT_BY_DOCKER_AND_UFW)
  run('ip', 'rule add pref 5210 fwmark 0x80000/0xff0000 lookup main')
  try {
    assert.deepEqual(await signs(), [
      'ok Docker (chain ip filter DOCKER)',
      'ok Tailscale (rule 5210: from all fwmark 0x80000 lookup 254)',
      'note ufw (chain ip filter ufw-user-input)',
      'note chain ip filter FORWARD drops what no rule of it allows',
    ])
  } finally {
    run('ip', 'rule del pref 5210')
    run('nft', '-f -', 'delete table ip filter; delete table ip nat')
  }
  assert.deepEqual(await signs(), [], 'and not when they are gone')
})

/** In the kernel; what runs on a developer's machine besides is told of its programs. */
async function signs(): Promise<string[]> {
  const { findings, unseen } = await examineOffline(places)
  assert.deepEqual(unseen, [])
  return findings.flatMap(({ severity, text }) => {
    const sign = /^(?:.*\((?:chain|rule) [^)]*\)|chain .*? allows)/.exec(text)?.[0]
    return sign === undefined ? [] : [`${severity} ${sign}`]
  })
}
