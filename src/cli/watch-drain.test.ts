import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../api/fake.ts'
import type { Client } from '../api/client.ts'
import type { LineDocument, OneLineDocument } from '../api/contract.ts'
import { fail, ok } from '../model/index.ts'
import { screenFor } from './screen.ts'
import { drainRows, watchDrain } from './watch-drain.ts'

const now = (openConnections: number, change: Partial<LineDocument> = {}): OneLineDocument => ({
  ...EXAMPLES.drained,
  line: { ...EXAMPLES.drained.line, openConnections, ...change },
})

/** A daemon whose line has these counts, one look after the other. */
const client = (...counts: readonly number[]): Pick<Client, 'line'> => {
  const left = [...counts]
  return { line: () => Promise.resolve(ok(now(left.shift() ?? assert.fail('one look too many')))) }
}
const gone = { is: 'not-reachable', socketPath: '/s', said: 'ENOENT' } as const
const quick = { signal: new AbortController().signal, timeoutMs: 0, lookEveryMs: 0 }

test('the watch ends when nothing is open any more', async () => {
  const seen: (number | null)[] = []
  const end = await watchDrain(now(9), {
    ...quick,
    client: client(4, 0),
    show: ({ line }) => seen.push(line.openConnections),
  })
  assert.deepEqual([end.is, seen], ['empty', [9, 4, 0]])
})

test('the watch ends when somebody else takes the drain back, or the daemon is gone', async () => {
  const { drain: _, ...line } = EXAMPLES.drained.line
  const undrained = { line: () => Promise.resolve(ok({ ...EXAMPLES.drained, line })) }
  assert.equal((await watchDrain(now(9), { ...quick, client: undrained })).is, 'undrained')
  const nobody = { line: () => Promise.resolve(fail(gone)) }
  assert.deepEqual(await watchDrain(now(9), { ...quick, client: nobody }), { is: 'lost', error: gone })
})

test('a wait is over when its time is over, and not before one more look', async () => {
  const end = await watchDrain(now(9), {
    ...quick,
    client: { line: () => Promise.resolve(ok(now(8))) },
    timeoutMs: 5,
    lookEveryMs: 60_000,
  })
  assert.ok(end.is === 'timed-out' && end.document.line.openConnections === 8)
})

test('Ctrl-C ends the watch at once, not at the next look', async () => {
  const interrupted = new AbortController()
  const watch = { ...quick, client: client(), signal: interrupted.signal, lookEveryMs: 3_600_000 }
  const ending = watchDrain(now(9), watch)
  interrupted.abort()
  assert.equal((await ending).is, 'interrupted')
})

for (const { locale, block } of [
  { locale: 'C.UTF-8', block: '█' },
  { locale: 'C', block: '#' },
]) {
  test(`in ${locale} one row is drawn over and over, and stays whenever the count has halved`, () => {
    let out = ''
    const sink = { write: (text: string) => (out += text) }
    const rows = drainRows(sink, screenFor(sink, { LANG: locale }, { color: 'never', ascii: false }))
    for (const count of [1204, 1100, 602, 2, 1]) rows.show(now(count))
    rows.end()
    rows.end()
    const shown = out
      .replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
      .replaceAll('\r', '')
      .split('\u001b[K')
    const bar = (columns: number): string => block.repeat(columns)
    assert.deepEqual(shown, [
      `  HH:MM:SS   1204 ${bar(25)} ^C stops watching; the drain goes on`,
      `\n  HH:MM:SS   1100 ${bar(23)}`,
      `  HH:MM:SS    602 ${bar(13)}`,
      `\n  HH:MM:SS      2 ${bar(1)}`,
      `\n  HH:MM:SS      1 ${bar(1)}`,
      '\n',
    ])
  })
}
