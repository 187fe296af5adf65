/** The live view as somebody uses it: keys, silence of the daemon, the end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { ClientError, Listener } from '../api/client.ts'
import type { StatusDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { fail, ok } from '../model/index.ts'
import type { Answer } from './answer.ts'
import type { TerminalEvents } from './terminal.ts'
import type { Size } from './watch-picture.ts'
import { watchStatus } from './watch.ts'
import type { Watch } from './watch.ts'

const NOT_REACHABLE: ClientError = { is: 'not-reachable', socketPath: '/x.sock', said: 'ENOENT' }

const nobody = (): never => assert.fail('nobody is asked')
const NOBODY: Watch['client'] = {
  status: nobody,
  follow: nobody,
  events: nobody,
  history: nobody,
  drain: nobody,
  undrain: nobody,
  probe: nobody,
  connections: nobody,
}

interface Scene {
  /** What is shown now. */
  readonly rows: () => readonly string[]
  readonly press: (...keys: readonly string[]) => void
  readonly resize: (size: Size) => void
  readonly kill: () => void
  /** The next pictures, until one shows it. */
  readonly shows: (pattern: RegExp) => Promise<void>
  /** The daemon tells how it is. */
  readonly tell: (status?: StatusDocument) => void
  readonly tellEvent: (text: string, id: number) => void
  /** The daemon goes, and is not there until `comes`. */
  readonly goes: () => void
  readonly comes: () => void
  readonly isListening: () => boolean
  readonly done: readonly string[]
  readonly ended: Promise<Answer>
  readonly isLeft: () => boolean
}

/** A watcher with a pretend terminal and a pretend daemon. */
function watch(answers: Partial<Watch['client']> = {}): Scene {
  let rows: readonly string[] = []
  let events: TerminalEvents | undefined
  let size = { columns: 80, rows: 24 }
  let isLeft = false
  let isThere = true
  let listener: Listener | undefined
  let onShow = (): void => {}
  const done: string[] = []
  const told = <Document>(what: string, document: Document) => {
    done.push(what)
    return Promise.resolve(ok(document))
  }
  const ended = watchStatus({
    client: {
      status: () => Promise.resolve(isThere ? ok(EXAMPLES.status) : fail(NOT_REACHABLE)),
      follow: (heard) => {
        if (isThere) {
          listener = heard
          setImmediate(() => listener?.status(EXAMPLES.status))
        } else setImmediate(() => heard.over(NOT_REACHABLE))
        return () => (listener = undefined)
      },
      events: () => Promise.resolve(ok(EXAMPLES.events)),
      history: () => Promise.resolve(ok(EXAMPLES.lineHistory)),
      drain: (name) => told(`drain ${name}`, EXAMPLES.drained),
      undrain: (name) => told(`undrain ${name}`, EXAMPLES.line),
      probe: (name) => told(`probe ${name}`, EXAMPLES.probe),
      connections: () => told('flows', EXAMPLES.connections),
      ...answers,
    },
    everyMs: 1,
    settings: { color: 'never', ascii: false, json: false },
    surroundings: {
      env: { LANG: 'C.UTF-8' },
      nowMs: Date.now,
      hasServiceUnit: () => false,
      stdout: { write: () => assert.fail('only the terminal is drawn on') },
      stderr: { write: () => assert.fail('only the terminal is drawn on') },
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
    press: (...keys) => keys.forEach((key) => events?.key(key)),
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
    tell: (status = EXAMPLES.status) => listener?.status(status),
    tellEvent: (text, id) =>
      listener?.event(
        { api: 'v1', kind: 'Event', time: new Date().toISOString(), id, event: 'up', text },
        'r',
      ),
    goes: () => {
      isThere = false
      listener?.over(NOT_REACHABLE)
    },
    comes: () => (isThere = true),
    isListening: () => listener !== undefined,
    done,
    ended,
    isLeft: () => isLeft,
  }
}

for (const [how, end] of [
  ['q', (scene: Scene) => scene.press('q')],
  ['Ctrl-C', (scene: Scene) => scene.press('\u0003')],
  ['Ctrl-D', (scene: Scene) => scene.press('\u0004')],
  ['a signal', (scene: Scene) => scene.kill()],
] as const) {
  test(`${how} ends it, with exit code 0, the terminal given back and nobody listening`, async () => {
    const scene = watch()
    await scene.shows(/● fiber/)
    end(scene)
    assert.deepEqual(await scene.ended, { is: 'ended', exitCode: 0 })
    assert.ok(scene.isLeft() && !scene.isListening())
  })
}

test('it ends at once, also while a daemon that hangs is asked', async () => {
  const scene = watch({ probe: () => new Promise(() => {}), events: () => new Promise(() => {}) })
  await scene.shows(/● fiber/)
  scene.press('p', 'q')
  await scene.ended
})

test('a daemon that goes is seen, and seen again when it is back', async () => {
  const scene = watch()
  await scene.shows(/● fiber {2}up/)
  scene.goes()
  await scene.shows(/No news since \d\d:\d\d:\d\d, trying again\.[^]*○ fiber {2}unknown[^]*MH701/)
  scene.comes()
  await scene.shows(/● fiber {2}up/)
  scene.press('q')
  await scene.ended
})

test('it may begin before the daemon does', async () => {
  const scene = watch({ status: () => Promise.resolve(fail(NOT_REACHABLE)) })
  scene.goes()
  await scene.shows(/No news yet, trying\./)
  scene.comes()
  await scene.shows(/● fiber {2}up/)
  scene.press('q')
  await scene.ended
})

test('who may not ask is told so at once: waiting does not help', async () => {
  const scene = watch({ status: () => Promise.resolve(fail({ is: 'not-allowed', socketPath: '/x.sock' })) })
  const answer = await scene.ended
  assert.equal(answer.is === 'failed' && answer.failure.exitCode, 5)
})

test('space stops the picture whatever comes, and space goes on with all of it', async () => {
  const scene = watch()
  await scene.shows(/live/)
  scene.press(' ')
  await scene.shows(/paused/)
  const { rows } = scene
  const before = rows().join('\n')
  scene.tellEvent('news while nobody wanted any', 900)
  scene.press('x')
  assert.equal(rows().join('\n'), before)
  scene.press(' ')
  await scene.shows(/live[^]*news while nobody wanted any/)
  scene.press('q')
  await scene.ended
})

test('what happens is shown as it happens', async () => {
  const scene = watch()
  await scene.shows(/● fiber/)
  scene.tellEvent('it can be used again', 901)
  await scene.shows(/it can be used again/)
  scene.press('q')
  await scene.ended
})

test('d asks, y drains the chosen line, and what it came to is told', async () => {
  const scene = watch()
  await scene.shows(/● fiber/)
  scene.press('j', 'd')
  await scene.shows(/Drain dsl\? It takes no new connections\.\ny yes/)
  scene.press('y')
  await scene.shows(/fiber takes no new connections/) // the pretend daemon only knows that one
  assert.deepEqual(scene.done, ['drain dsl'])
  scene.press('q')
  await scene.ended
})

test('why a line is not drained is told in the words of the daemon', async () => {
  const problem = EXAMPLES.lastLine
  const scene = watch({ drain: () => Promise.resolve(fail({ is: 'problem', problem })) })
  await scene.shows(/● fiber/)
  scene.press('d', 'y')
  await scene.shows(/error\[MH601\]: [^]*cuts everyone off/)
  scene.press('q')
  await scene.ended
})

test('p asks over the line, and every answer is shown', async () => {
  const scene = watch()
  await scene.shows(/● fiber/)
  scene.press('p')
  await scene.shows(/CHECK +ASKED/)
  scene.press('escape')
  await scene.shows(/LINE +STATE/)
  scene.press('q')
  await scene.ended
})

test('f shows who has open connections, and why the daemon cannot tell', async () => {
  const scene = watch()
  await scene.shows(/● fiber/)
  scene.press('f')
  await scene.shows(/400 open connections of 1 client/)
  scene.press('q')
  await scene.ended
  const problem = { ...EXAMPLES.lastLine, code: 'MH590' as const, detail: 'it cannot be read' }
  const other = watch({ connections: () => Promise.resolve(fail({ is: 'problem', problem })) })
  await other.shows(/● fiber/)
  other.press('f')
  await other.shows(/error\[MH590\]: it cannot be read/)
  other.press('q')
  await other.ended
})

test('another size is drawn at once', async () => {
  const scene = watch()
  await scene.shows(/STATE/)
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
    assert.ok(
      out.includes('\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[?2026h\u001b[H\u001b[J'),
      'taken, and drawn from the corner',
    )
    assert.ok(out.endsWith('\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l'), JSON.stringify(out.slice(-60)))
  })
}

test('without a terminal the status is printed, and anew when the verdict is another or the daemon is back', async () => {
  const { status } = EXAMPLES
  const worse: StatusDocument = { ...status, verdict: { text: 'No line is in use.', level: 'none' } }
  const away = fail(NOT_REACHABLE)
  const answers = [ok(status), ok(status), ok(worse), away, away, ok(worse)]
  const printed: string[] = []
  const enough = fail({ is: 'not-allowed', socketPath: '/x.sock' } as const)
  const ended = await watchStatus({
    client: { ...NOBODY, status: () => Promise.resolve(answers.shift() ?? enough) },
    everyMs: 1,
    settings: { color: 'never', ascii: false, json: false },
    surroundings: {
      env: { LANG: 'C.UTF-8' },
      nowMs: Date.now,
      hasServiceUnit: () => false,
      stdout: { write: (out) => printed.push(`out ${/^.*(?:Internet works|No line).*$/m.exec(out)?.[0]}`) },
      stderr: { write: (err) => printed.push(`err ${err.slice(0, 12)}`) },
      terminal: () => Promise.resolve(undefined),
    },
  })
  assert.equal(ended.is, 'failed')
  const [first] = status.verdict.text.split(/(?<=\.) /)
  assert.deepEqual(
    [printed[0]?.startsWith(`out ${first}`), ...printed.slice(1)],
    [true, 'out No line is in use.', 'err error[MH701]', 'out No line is in use.'],
  )
})

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
