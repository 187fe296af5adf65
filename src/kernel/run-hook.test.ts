import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { eventually } from '../lab/index.ts'
import { withoutDescriptors } from './hardship.ts'
import { runHook, type HookRun } from './run-hook.ts'

const { signal } = new AbortController()
const run = (script: string, more: Partial<HookRun> = {}): ReturnType<typeof runHook> =>
  runHook({ argv: ['sh', '-c', script, 'hook'], env: {}, input: '', timeoutMs: 20_000, signal, ...more })

const gone = (pid: string): Promise<boolean> =>
  eventually(
    () => existsSync(`/proc/${pid.trim()}`),
    (exists) => !exists,
    { what: 'the process is gone' },
  )

test('the event is on its stdin', async () => {
  assert.deepEqual(await run('cat', { input: '{"event":"down"}\n' }), { output: '{"event":"down"}\n' })
})

test('a program that does not read what it is told is no trouble, however long that is', async () => {
  assert.deepEqual(await run(':', { input: 'x'.repeat(1_000_000) }), { output: '' })
})

test('of our surroundings it sees PATH alone, and what it is given', async () => {
  process.env['MULTIHOMED_TEST_SECRET'] = 'secret'
  const { output } = await run('env | grep -v "^PWD=\\|^_=\\|^SHLVL="; pwd', {
    env: { MULTIHOMED_LINE: 'lte' },
  })
  delete process.env['MULTIHOMED_TEST_SECRET']
  assert.deepEqual(output.trim().split('\n').toSorted(), [
    '/',
    'MULTIHOMED_LINE=lte',
    `PATH=${process.env['PATH']}`,
  ])
})

test('no shell reads its arguments', async () => {
  const { output } = await runHook({
    argv: ['printf', '%s', '$(id); `id` && id'],
    env: {},
    input: '',
    timeoutMs: 20_000,
    signal,
  })
  assert.equal(output, '$(id); `id` && id')
})

test('a program that hangs is ended at its time limit, with all that it started', async () => {
  const { trouble, output } = await run('sleep 1000 & echo $!; wait', { timeoutMs: 300 })
  assert.equal(trouble, 'it did not end within 0.3 s')
  await gone(output)
})

test('what it leaves behind in the background is ended with it', async () => {
  const { trouble, output } = await run('sleep 1000 & echo $!')
  assert.equal(trouble, undefined)
  await gone(output)
})

test('a daemon that stops takes its hooks along', async () => {
  const stopping = new AbortController()
  const running = run('sleep 1000', { signal: stopping.signal })
  stopping.abort()
  assert.equal((await running).trouble, 'multihomed is stopping')
})

test('why it failed: its exit code, a signal, no such program, no room on the box', async () => {
  const fine = () => run(':')
  assert.deepEqual(await run('echo no >&2; exit 3'), { trouble: 'exit 3', output: 'no\n' })
  assert.equal((await run('kill -TERM $$')).trouble, 'it was ended by SIGTERM')
  assert.match(
    (await runHook({ argv: ['/no/such/hook'], env: {}, input: '', timeoutMs: 1000, signal })).trouble ?? '',
    /^it cannot be started: .*ENOENT/,
  )
  assert.match(
    (await run(':', { env: { TOO_LARGE: 'x'.repeat(200_000) } })).trouble ?? '',
    /^it cannot be started: .*E2BIG/,
  )
  assert.match((await withoutDescriptors(fine)).trouble ?? '', /^it cannot be started: .*EMFILE/)
})

test('a program that talks without end fills no memory: its last words are kept', async () => {
  const { output } = await run('seq 1 100000')
  assert.equal(output.length, 4096)
  assert.ok(output.endsWith('99999\n100000\n'))
})
