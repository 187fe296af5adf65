import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runHook } from '../kernel/index.ts'
import { eventually } from '../lab/index.ts'
import type { HookConfig } from '../model/index.ts'
import { Hooks, type RunHook } from './hooks.ts'
import { Journal, type NewEntry } from './journal.ts'
import { createLog } from './log.ts'
import { WallClock } from './wall-clock.ts'

const PLACE = { file: 'config.yaml', line: 1, column: 1 }
const hook = (run: readonly string[], more: Partial<HookConfig> = {}): HookConfig => ({
  run,
  on: ['down', 'up'],
  timeoutMs: 20_000,
  place: PLACE,
  ...more,
})

interface Scene {
  readonly journal: Journal
  readonly log: string[]
  readonly hooks: Hooks
}

function scene(t: TestContext, configured: readonly HookConfig[], run: RunHook): Scene {
  const journal = new Journal(new WallClock())
  const log: string[] = []
  const hooks = new Hooks({
    hooks: () => configured,
    journal,
    stateOf: (line) => (line === 'lte' ? 'down' : undefined),
    document: (entry, place) => ({ event: entry.kind, line: entry.line, ...place }),
    run,
    log: createLog('text', {}, (line) => log.push(line.slice(13).trim())),
  })
  t.after(() => hooks.close())
  return { journal, log, hooks }
}

/** Programs that end when the test says so. */
function programs(): { readonly run: RunHook; readonly told: string[]; readonly end: () => void } {
  const told: string[] = []
  const running: (() => void)[] = []
  return {
    told,
    run: ({ argv, env }) => {
      told.push(`${argv.join(' ')} ${env['MULTIHOMED_EVENT']} ${env['MULTIHOMED_WHY']}`)
      return new Promise((resolve) => running.push(() => resolve({ output: '' })))
    },
    end: () => running.shift()?.(),
  }
}

const toldOf = (told: readonly string[], count: number): Promise<number> =>
  eventually(
    () => told.length,
    (length) => length === count,
    { what: `${count} programs were run` },
  )

const DOWN: NewEntry = { kind: 'down', line: 'lte', text: 'no carrier' }

test('a real program reads the event on stdin and in its environment', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'multihomed-hook-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'told')
  const script = `
    { cat; echo "$MULTIHOMED_EVENT,$MULTIHOMED_LINE,$MULTIHOMED_FAMILY,$MULTIHOMED_STATE,$MULTIHOMED_WHY,$MULTIHOMED_TIME"; } > "$1.new"
    mv "$1.new" "$1"`
  const { journal } = scene(t, [hook(['sh', '-c', script, 'hook', file])], runHook)
  journal.add({ ...DOWN, family: 'ipv6' })
  const text = await eventually(
    () => readFile(file, 'utf8'),
    () => true,
    { what: 'the program was told' },
  )
  const [json = '', env] = text.split('\n')
  const { hostname, ...event } = JSON.parse(json) as Record<string, unknown> // the shape is what is looked at
  assert.deepEqual(event, { event: 'down', line: 'lte', state: 'down' })
  assert.equal(typeof hostname, 'string')
  const [entry] = journal.entries()
  assert.equal(env, `down,lte,ipv6,down,no carrier,${new Date(entry?.atMs ?? 0).toISOString()}`)
})

test('a program that fails is told in the log with its last words, and in the journal behind its event', async (t) => {
  const script = 'for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3'
  const { journal, log } = scene(t, [hook(['sh', '-c', script])], runHook)
  const id = journal.add(DOWN)
  const failure = await eventually(
    () => journal.entries({ afterId: id })[0],
    (entry) => entry !== undefined,
    { what: 'the failure is told' },
  )
  assert.deepEqual(
    [failure?.kind, failure?.text, failure?.because],
    ['hook', 'sh failed, told of lte down: exit 3', id],
  )
  assert.deepEqual(log, [
    ...[3, 4, 5, 6, 7].map((i) => `info  sh: line ${i}`),
    'warn  hook sh failed, told of lte down: exit 3',
  ])
})

test('only the events it wants, and none of the box itself that no program is told of', async (t) => {
  const { run, told, end } = programs()
  const { journal } = scene(t, [hook(['mail'], { on: ['up', 'offline'] })], run)
  journal.add(DOWN)
  journal.add({ kind: 'repaired', text: 'rule 30201' })
  journal.add({ kind: 'offline', text: 'no line works' })
  end()
  await toldOf(told, 1)
  assert.deepEqual(told, ['mail offline no line works'])
})

test('one program is told one event after the other, another one meanwhile', async (t) => {
  const { run, told, end } = programs()
  const { journal } = scene(t, [hook(['mail']), hook(['siren'], { on: ['up'] })], run)
  journal.add(DOWN)
  journal.add({ kind: 'up', line: 'lte', text: 'back' })
  assert.deepEqual(told, ['mail down no carrier', 'siren up back'])
  end()
  await toldOf(told, 3)
  assert.equal(told[2], 'mail up back')
})

test('a program that hangs piles nothing up: the newest events are kept, and what it missed is told', async (t) => {
  const { run, told, end } = programs()
  const { journal, log } = scene(t, [hook(['mail'])], run)
  for (let i = 0; i < 1000; i++) journal.add({ ...DOWN, text: `event ${i}` })
  assert.deepEqual(told, ['mail down event 0'])
  end()
  await toldOf(told, 2)
  assert.equal(told[1], 'mail down event 950')
  assert.deepEqual(log, ['warn  hook mail is too slow: it was not told of 949 older events'])
})

test('a daemon that stops begins none of what waits', async (t) => {
  const { run, told, end } = programs()
  const { journal, hooks } = scene(t, [hook(['mail']), hook(['siren'])], run)
  journal.add(DOWN)
  journal.add(DOWN)
  hooks.close()
  end()
  end()
  journal.add(DOWN)
  await new Promise(setImmediate)
  assert.equal(told.length, 2)
})
