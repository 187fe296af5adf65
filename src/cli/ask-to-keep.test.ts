import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { EXAMPLES } from '../api/fake.ts'
import type { Client } from '../api/client.ts'
import { fail, ok } from '../model/index.ts'
import { askToKeep, type Verdict } from './ask-to-keep.ts'
import { screenFor } from './screen.ts'

const { undone: _, ...status } = EXAMPLES.status
const onTrial = { ...status, trial: EXAMPLES.tried.trial ?? assert.fail('the example is on trial') }
const { api: _api, kind: _kind, time: _time, ...undo } = EXAMPLES.undo
const late = { is: 'problem', problem: EXAMPLES.tooLate } as const

interface Scene {
  readonly verdict: Promise<Verdict>
  readonly shown: () => string
  type(text: string): void
  end(): void
  interrupt(): void
}

/** Somebody before a question. */
function scene(
  t: TestContext,
  answers: Partial<Client> = {},
  { lookEveryMs = 60_000, secondsLeft = 100 } = {},
): Scene {
  const stdin = new PassThrough()
  t.after(() => stdin.destroy())
  const interrupted = new AbortController()
  let out = ''
  const stdout = { write: (text: string) => (out += text) }
  const client = {
    status: async () => ok(onTrial),
    confirm: async () => ok(EXAMPLES.confirm),
    undo: async () => ok(EXAMPLES.undo),
    ...answers,
  }
  const verdict = askToKeep({
    client,
    stdin,
    stdout,
    screen: screenFor(stdout, { LANG: 'C.UTF-8' }, { color: 'never', ascii: false }),
    signal: interrupted.signal,
    secondsLeft,
    lookEveryMs,
  })
  return {
    verdict,
    shown: () => out,
    type: (text) => stdin.write(text),
    end: () => stdin.end(),
    interrupt: () => interrupted.abort(),
  }
}

test('yes keeps it', async (t) => {
  const it = scene(t)
  it.type('  Yes \n')
  assert.deepEqual(await it.verdict, { is: 'kept', document: EXAMPLES.confirm })
  assert.equal(it.shown(), 'Keep it? Type yes, or run multihome confirm elsewhere.\nUndo in 100 s › ')
})

test('no undoes it at once', async (t) => {
  const it = scene(t)
  it.type('no\n')
  assert.deepEqual(await it.verdict, { is: 'undone', undone: EXAMPLES.undo })
})

test('anything else is asked again: a cat on the keyboard keeps nothing and undoes nothing', async (t) => {
  const it = scene(t)
  it.type('\nyesno\n')
  it.type('yes\n')
  assert.equal((await it.verdict).is, 'kept')
  assert.equal(it.shown().match(/yes keeps it, no undoes it at once\.\nUndo in /g)?.length, 2)
})

test('Ctrl-C and a closed terminal leave the time to the daemon, and tell how much is left', async (t) => {
  for (const leave of ['interrupt', 'end'] as const) {
    const it = scene(t)
    it[leave]()
    const verdict = await it.verdict
    assert.ok(verdict.is === 'left' && verdict.secondsLeft > 90, leave)
  }
})

test('the time is counted down where one types, without moving what is typed', async (t) => {
  let looks = 0
  const ask = async () => ok(++looks < 3 ? onTrial : { ...status, undone: undo })
  const it = scene(t, { status: ask }, { lookEveryMs: 1, secondsLeft: 9.5 })
  assert.deepEqual(await it.verdict, { is: 'undone', undone: undo })
  assert.match(it.shown(), /\u001b7\rUndo in 10 s › \u001b8/) // oxlint-disable-line no-control-regex
})

test('who confirmed elsewhere need not answer here', async (t) => {
  const it = scene(t, { status: async () => ok(status) }, { lookEveryMs: 1 })
  assert.equal((await it.verdict).is, 'elsewhere')
})

test('a yes that comes too late hears what happened', async (t) => {
  const it = scene(t, {
    confirm: async () => fail(late),
    status: async () => ok({ ...status, undone: undo }),
  })
  it.type('yes\n')
  assert.deepEqual(await it.verdict, { is: 'undone', undone: undo })
})

test('a daemon that is gone is not waited for', async (t) => {
  const gone = { is: 'not-reachable', socketPath: '/s', said: 'ENOENT' } as const
  const it = scene(t, { status: async () => fail(gone) }, { lookEveryMs: 1 })
  assert.deepEqual(await it.verdict, { is: 'lost', error: gone })
})
