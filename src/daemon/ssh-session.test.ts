import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const SESSION = '203.0.113.9 50000 198.51.100.2 22'
const ask = `import('${new URL('ssh-session.ts', import.meta.url).href}').then(({ sshConnection }) => console.log(sshConnection()))`
const node = [process.execPath, '--input-type=module', '-e', ask]

/** @returns what a process says that `program` starts, where the caller came by SSH */
const said = (...program: readonly string[]): string => {
  const [command = '', ...argv] = [...program, ...node]
  return spawnSync(command, argv, {
    encoding: 'utf8',
    env: { ...process.env, SSH_CONNECTION: SESSION },
  }).stdout.trim()
}

test('the session of the caller is found', () => assert.equal(said(), SESSION))

test('it is found behind a sudo that does not hand it on', () =>
  assert.equal(said('sh', '-c', 'unset SSH_CONNECTION; "$@"; exit', 'sh'), SESSION))
