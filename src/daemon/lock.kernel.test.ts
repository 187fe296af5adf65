import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { takeLock } from './lock.ts'

test('a second daemon in this network is refused with the pid of the first, until that is gone', async () => {
  const first = await takeLock()
  assert.ok(first.ok)
  assert.deepEqual(await takeLock(), { ok: false, error: { pid: process.pid } })
  first.value.release()
  const again = await takeLock()
  assert.ok(again.ok)
  again.value.release()
})

const HOLDER = `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
  const lock = await takeLock()
  console.log(lock.ok)
  setInterval(() => undefined, 1000)`

/** Another process with the lock, which may open `files` files at most. */
async function holder(files = 1024): Promise<ChildProcess> {
  const limited = [`--nofile=${files}`, '--', process.execPath, '--input-type=module', '-e', HOLDER]
  const child = spawn('prlimit', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [told] = (await once(child.stdout, 'data')) as [Buffer]
  assert.equal(told.toString(), 'true\n')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}

test('the lock of a daemon that was killed is free at once', async () => {
  const child = await holder()
  assert.deepEqual(await takeLock(), { ok: false, error: { pid: child.pid } })
  await kill(child)
  const lock = await takeLock()
  assert.ok(lock.ok)
  lock.value.release()
})

test('who holds connections to the lock open takes no files away from the daemon', async () => {
  const child = await holder(64)
  const held = Array.from({ length: 100 }, () => connect({ path: '\0multihomed', allowHalfOpen: true }))
  try {
    // Served or turned away: either way the daemon is rid of them, while this side keeps them open.
    await Promise.all(held.map((socket) => once(socket.resume(), 'end')))
    assert.deepEqual(await takeLock(), { ok: false, error: { pid: child.pid } })
  } finally {
    for (const socket of held) socket.destroy()
    await kill(child)
  }
})
