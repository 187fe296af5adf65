import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from './index.ts'
import { packageRoot } from './package-root.ts'
import { printedLines } from './printed-lines.ts'
import { run } from './run.ts'

const script = join(packageRoot(), 'scripts', 'private-world.sh')
/** A network that no sentinel knows, like the one a user's shell is in. */
const ELSEWHERE = ['unshare', '-n']

test('a private world has its own network and an empty /run, and knows itself', async () => {
  const look = 'readlink /proc/self/ns/net; ls -A /run; ip -o link; exec "$0" readlink /proc/self/ns/net'
  const { code, stdout } = await run(undefined, [...ELSEWHERE, script, 'sh', '-c', look, script])
  const [network, inRun, links, again, ...rest] = stdout.trim().split('\n')
  assert.equal(code, 0)
  assert.notEqual(network, readlinkSync('/proc/self/ns/net'))
  assert.deepEqual([inRun, again, rest], ['multihomed-private-world', network, []])
  assert.match(links ?? '', /^1: lo: /)
})

test('the command keeps its arguments, its input and its exit code', async () => {
  const command = ['sh', '-c', 'cat; echo "$1"; exit 42', 'sh', 'two words "$x"']
  const { code, stdout } = await run(undefined, [...ELSEWHERE, script, ...command], { input: 'input\n' })
  assert.deepEqual([code, stdout], [42, 'input\ntwo words "$x"\n'])
})

test('where namespaces are forbidden, one sentence says so and which setting does it', async (t) => {
  const forbid = 'echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"'
  const argv = [...ELSEWHERE, '-Ur', 'sh', '-c', forbid, 'sh', script, 'echo', 'never']
  if ((await run(undefined, ['unshare', '-Ur', 'true'])).code !== 0) return t.skip('no user namespaces here')
  const { code, stdout, stderr } = await run(undefined, argv)
  assert.deepEqual([code, stdout], [5, ''])
  assert.match(
    stderr,
    /^multihomed: no private network can be made here because user\.max_net_namespaces = 0: .+\n$/,
  )
})

test("outside, a lab refuses to touch the machine's network and says how to start it", async () => {
  const owner = join(import.meta.dirname, 'fixtures', 'lab-owner.ts')
  const { code, stderr } = await run(undefined, [...ELSEWHERE, process.execPath, owner])
  assert.equal(code, 1)
  assert.match(stderr, /start it with "scripts\/private-world\.sh COMMAND"/)
})

test('an owner that is killed takes daemon and world along: nothing is left to clean up', async () => {
  const owner = join(import.meta.dirname, 'fixtures', 'lab-owner.ts')
  const child = spawn('unshare', ['-n', script, process.execPath, owner], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await printedLines(child.stdout, 'the owner').waitFor(/^daemon \d+/)
  const daemonPid = Number(line.split(' ')[1])
  const network = readlinkSync(`/proc/${daemonPid}/ns/net`)
  child.kill('SIGKILL')
  await eventually(
    () => networkOf(daemonPid),
    (its) => its !== network,
    { what: 'the daemon is gone' },
  )
})

function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return undefined
  }
}
