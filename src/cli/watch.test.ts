/** The live view as somebody uses it: keys, silence of the daemon, the end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { ClientError } from '../api/client.ts'
import { EXAMPLES } from '../api/fake.ts'
import { fail, ok } from '../model/index.ts'
import type { Answer } from './answer.ts'
import type { TerminalEvents } from './terminal.ts'
import type { Size } from './watch-picture.ts'
import { watchStatus } from './watch.ts'
import type { Watch } from './watch.ts'

const NOT_REACHABLE: ClientError = { is: 'not-reachable', socketPath: '/x.sock', said: 'ENOENT' }

interface Scene {
  /** What is shown now. */
  readonly rows: () => readonly string[]
  readonly press: (key: string) => void
  readonly resize: (size: Size) => void
  readonly kill: () => void
  /** The next pictures, until one shows it. */
  readonly shows: (pattern: RegExp) => Promise<void>
  readonly asked: () => number
  readonly ended: Promise<Answer>
  readonly isLeft: () => boolean
}

/** A watcher with a pretend terminal. */
function watch(ask: Watch['ask']): Scene {
  let rows: readonly string[] = []
  let events: TerminalEvents | undefined
  let size = { columns: 80, rows: 24 }
  let isLeft = false
  let asked = 0
  let onShow = (): void => {}
  const ended = watchStatus({
    ask: () => {
      asked++
      return ask()
    },
    everyMs: 1,
    settings: { color: 'never', ascii: false, json: false },
    surroundings: {
      env: { LANG: 'C.UTF-8' },
      nowMs: Date.now,
      hasServiceUnit: () => false,
      stdout: { write: () => assert.fail('only the terminal is drawn on') },
      terminal: () =>
        Promise.resolve({
          enter: (on) => {
            events = on
            return {
              size: () => size,
              show: (shown) => {
                assert.ok(!isLeft, 'drawn on a terminal that was given back')
                rows = shown
                onShow()
              },
              leave: () => (isLeft = true),
            }
          },
        }),
    },
  })
  return {
    rows: () => rows,
    press: (key) => events?.key(key),
    resize: (changed) => {
      size = changed
      events?.resize()
    },
    kill: () => events?.end(),
    shows: (pattern) =>
      new Promise((resolve) => {
        onShow = () => (pattern.test(rows.join('\n')) ? resolve() : undefined)
        onShow()
      }),
    asked: () => asked,
    ended,
    isLeft: () => isLeft,
  }
}

const heard = () => Promise.resolve(ok(EXAMPLES.status))

for (const [how, end] of [
  ['q', (scene: Scene) => scene.press('q')],
  ['Ctrl-C', (scene: Scene) => scene.press('\u0003')],
  ['Ctrl-D', (scene: Scene) => scene.press('\u0004')],
  ['a signal', (scene: Scene) => scene.kill()],
] as const) {
  test(`${how} ends it, with exit code 0 and the terminal given back`, async () => {
    const scene = watch(heard)
    await scene.shows(/● fiber/)
    end(scene)
    assert.deepEqual(await scene.ended, { is: 'ended', exitCode: 0 })
    assert.ok(scene.isLeft())
  })
}

test('it ends at once, also while a daemon that hangs is asked', async () => {
  let isHanging = false
  const scene = watch(() => (isHanging ? new Promise(() => {}) : heard()))
  await scene.shows(/● fiber/)
  isHanging = true
  const before = scene.asked()
  while (scene.asked() === before) await new Promise(setImmediate)
  scene.press('q')
  await scene.ended
})

test('a daemon that goes is seen, and seen again when it is back', async () => {
  let isThere = true
  const scene = watch(() => (isThere ? heard() : Promise.resolve(fail(NOT_REACHABLE))))
  await scene.shows(/● fiber {2}up/)
  isThere = false
  await scene.shows(/No news since \d\d:\d\d:\d\d, trying again\.[^]*○ fiber {2}unknown[^]*MH701/)
  isThere = true
  await scene.shows(/● fiber {2}up/)
  scene.press('q')
  await scene.ended
})

test('it may begin before the daemon does', async () => {
  let isThere = false
  const scene = watch(() => (isThere ? heard() : Promise.resolve(fail(NOT_REACHABLE))))
  await scene.shows(/No news yet, trying\./)
  isThere = true
  await scene.shows(/● fiber {2}up/)
  scene.press('q')
  await scene.ended
})

test('who may not ask is told so at once: waiting does not help', async () => {
  const scene = watch(() => Promise.resolve(fail({ is: 'not-allowed', socketPath: '/x.sock' })))
  const answer = await scene.ended
  assert.equal(answer.is === 'failed' && answer.failure.exitCode, 5)
})

test('space stops asking and drawing, and space goes on', async () => {
  const scene = watch(heard)
  await scene.shows(/live/)
  scene.press(' ')
  await scene.shows(/paused/)
  const [asked, rows] = [scene.asked(), scene.rows()]
  await new Promise((resolve) => setTimeout(resolve, 30)) // many turns
  assert.ok(scene.asked() <= asked + 1, 'at most the question that was under way')
  assert.equal(scene.rows(), rows)
  scene.press(' ')
  await scene.shows(/live/)
  scene.press('q')
  await scene.ended
})

test('? shows what it means, and the lines again', async () => {
  const scene = watch(heard)
  await scene.shows(/● fiber/)
  scene.press('?')
  await scene.shows(/▲ suspect/)
  scene.press('?')
  await scene.shows(/● fiber/)
  scene.press('q')
  await scene.ended
})

test('another size is drawn at once', async () => {
  const scene = watch(heard)
  await scene.shows(/INTERFACE/)
  scene.press(' ')
  scene.resize({ columns: 40, rows: 8 })
  assert.equal(scene.rows().length, 8)
  assert.ok(scene.rows().every((row) => row.length <= 40))
  scene.press('q')
  await scene.ended
})

const MAIN = join(import.meta.dirname, '../main.ts')
const skip = spawnSync('script', ['--version']).error === undefined ? false : 'there is no command script'

/** The program in a terminal of its own, without a daemon. */
async function inTerminal(act: (typed: NodeJS.WritableStream, pid: number) => void) {
  const command = `echo pid $$; exec '${process.execPath}' '${MAIN}' status --watch --socket /nonexistent/x.sock`
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let out = ''
  let isActed = false
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString('utf8')
    if (isActed || !out.includes('No news yet')) return
    isActed = true
    act(child.stdin, Number(/pid (\d+)/.exec(out)?.[1]))
  })
  const [exitCode] = (await once(child, 'close')) as unknown[] // events are untyped
  return { out, exitCode }
}

for (const [how, act] of [
  ['q', (typed: NodeJS.WritableStream) => typed.write('q')],
  ['Ctrl-C', (typed: NodeJS.WritableStream) => typed.write('\u0003')],
  ['SIGTERM', (_: unknown, pid: number) => process.kill(pid, 'SIGTERM')],
  ['SIGHUP', (_: unknown, pid: number) => process.kill(pid, 'SIGHUP')],
] as const) {
  test(`a real terminal is as it was after ${how}: screen, cursor, line ends`, { skip }, async () => {
    const { out, exitCode } = await inTerminal(act)
    assert.equal(exitCode, 0)
    assert.ok(out.includes('\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H'), 'taken, and drawn from the corner')
    assert.ok(out.endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l'), JSON.stringify(out.slice(-60)))
  })
}

test('--json without a terminal is a document on each line', async () => {
  const child = spawn(process.execPath, [MAIN, 'status', '-w', '--json', '--socket', '/nonexistent/x.sock'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let lines = 0
  child.stdout.on('data', (data: Buffer) => {
    lines += data.toString('utf8').split('\n').length - 1
    if (lines >= 2) child.kill()
  })
  const printed = await text(child.stdout)
  const documents = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string }) // it throws otherwise
  assert.ok(documents.length >= 2 && documents.every(({ kind }) => kind === 'Error'))
})
