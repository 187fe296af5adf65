import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }

const MAIN = join(import.meta.dirname, 'main.ts')

/** Names every module on stderr as it is loaded. */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context) } })
`)}`

async function run(...argv: string[]): Promise<{ exitCode: unknown; out: string; loaded: string[] }> {
  const child = spawn(process.execPath, ['--import', TELL_MODULES, MAIN, ...argv], {
    env: { ...process.env, MULTIHOMED_SOCKET: '/nonexistent/multihomed.sock' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<unknown[]>, // events are untyped
  ])
  return { exitCode, out, loaded: err.split('\n') }
}

const matching = (loaded: readonly string[], pattern: RegExp): string[] =>
  loaded.filter((url) => pattern.test(url))

test('--version and the first help answer at once: no package is loaded for them', async () => {
  for (const option of ['--version', '--help']) {
    const { exitCode, out, loaded } = await run(option)
    assert.equal(exitCode, 0)
    assert.ok(out.startsWith(option === '--version' ? `${manifest.version}\n` : 'multihome: '), out)
    assert.ok(loaded.length > 2, 'the modules were told')
    assert.deepEqual(matching(loaded, /node_modules|node:http/), [])
  }
})

test('status loads neither the schemas, nor the server, nor the engine', async () => {
  const { exitCode, loaded } = await run('status')
  assert.equal(exitCode, 4)
  assert.ok(matching(loaded, /commander/).length > 0, 'the modules were told')
  assert.deepEqual(matching(loaded, /zod|yaml|koffi|\/src\/(config|daemon|kernel|plan|render|lab)\//), [])
})

test('explain loads neither the schemas, nor the YAML parser, nor the engine', async () => {
  const { exitCode, out, loaded } = await run('explain', 'weight')
  assert.equal(exitCode, 0)
  assert.match(out, /^lines\.NAME\.weight/)
  assert.deepEqual(matching(loaded, /zod|yaml|koffi|\/src\/(daemon|kernel|plan|render|lab)\//), [])
})

test('a reader that closes the pipe early is no failure', async () => {
  const child = spawn(process.execPath, [MAIN, 'config', 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [err, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<unknown[]>, // events are untyped
  ])
  assert.equal(err, '')
  assert.equal(exitCode, 0)
})
