import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { listenForInterruption, unlessAborted } from './interruption.ts'
import type { Interruption } from './interruption.ts'

function pretendProcess(): {
  send: (signal: string, atMs: number) => void
  exits: unknown[]
  it: Interruption
} {
  const exits: unknown[] = []
  const events = new EventEmitter()
  let nowMs = 0
  const program = Object.assign(events, { exit: (code: unknown) => exits.push(code) })
  const it = listenForInterruption(program as unknown as NodeJS.Process, () => nowMs)
  const send = (signal: string, atMs: number): void => {
    nowMs = atMs
    events.emit(signal, signal)
  }
  return { send, exits, it }
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  test(`${signal} is heard, and told to the shell as it expects`, () => {
    const { send, exits, it } = pretendProcess()
    assert.deepEqual([it.signal.aborted, it.exitCode], [false, undefined])
    send(signal, 0)
    assert.deepEqual([it.signal.aborted, it.exitCode, exits], [true, exitCode, []])
  })

test('whoever asks a second time waits no longer, with whichever signal', () => {
  const { send, exits } = pretendProcess()
  send('SIGINT', 0)
  send('SIGTERM', 2000)
  assert.deepEqual(exits, [143])
})

test('a signal that comes twice at once, as `timeout` sends it, still lets the lab go in good order', () => {
  const { send, exits, it } = pretendProcess()
  send('SIGTERM', 0)
  send('SIGTERM', 1)
  assert.deepEqual([exits, it.exitCode], [[], 143])
})

test('what an interruption breaks is no failure; what breaks by itself is', async () => {
  const broken = (): Promise<never> => Promise.reject(new Error('broken'))
  assert.equal(await unlessAborted(AbortSignal.abort(), broken), undefined)
  await assert.rejects(unlessAborted(new AbortController().signal, broken), /broken/)
})
