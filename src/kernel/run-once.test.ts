import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { whileSpawnThrows, withoutDescriptors } from './hardship.ts'
import { runOnce } from './run-once.ts'

test('input goes in, and what was printed and complained comes out', async () => {
  assert.deepEqual(await runOnce('sh', ['-c', 'cat; echo no >&2; exit 3'], { input: 'yes' }), {
    ok: false,
    output: 'yes',
    error: 'no\n',
  })
})

test('a command that is not there, or for which the box has no room, is an outcome and ends nobody', async () => {
  const run = (): ReturnType<typeof runOnce> => runOnce('sh', ['-c', ':'])
  const [missing, tooLarge, noDescriptor] = [
    await runOnce('multihomed-no-such-command', []),
    await whileSpawnThrows(run),
    await withoutDescriptors(run),
  ]
  assert.match(missing.error, /^multihomed-no-such-command cannot be started: .*ENOENT/)
  assert.match(tooLarge.error, /^sh cannot be started: .*E2BIG/)
  assert.match(noDescriptor.error, /^sh cannot be started: .*EMFILE/)
  assert.ok((await run()).ok)
})

test('a command that hangs is ended, and says so in time', async () => {
  const { ok, output, error } = await runOnce('sh', ['-c', 'echo $$; kill -STOP $$'], { deadlineMs: 300 })
  assert.deepEqual([ok, error], [false, 'sh did not end within 300 ms'])
  assert.match(output, /^\d+\n$/)
  while (existsSync(`/proc/${output.trim()}`)) await setImmediate()
})
