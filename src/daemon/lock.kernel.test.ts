import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
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

test('the lock of a daemon that was killed is free at once', async () => {
  const program = `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
    const lock = await takeLock()
    console.log(lock.ok)
    setInterval(() => undefined, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [told] = (await once(holder.stdout, 'data')) as [Buffer]
  assert.equal(told.toString(), 'true\n')
  assert.deepEqual(await takeLock(), { ok: false, error: { pid: holder.pid } })
  const gone = once(holder, 'close')
  holder.kill('SIGKILL')
  await gone
  const lock = await takeLock()
  assert.ok(lock.ok)
  lock.value.release()
})
