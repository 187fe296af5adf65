import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeServiceManager } from './notify-socket.ts'
import { runOnce } from './run-once.ts'

test('programs that we start know no socket of systemd: they would speak in our name', async (t) => {
  process.env['NOTIFY_SOCKET'] = '/nowhere/notify'
  t.after(() => delete process.env['NOTIFY_SOCKET'])
  const tell = takeServiceManager(process.env)
  assert.doesNotMatch((await runOnce('env', [])).output, /NOTIFY_SOCKET/)
  await tell('READY=1') // nobody listens there, and that is no mistake
})
