import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientError } from '../api/client.ts'
import type { EventsDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { fail, ok, type Result } from '../model/index.ts'
import { followEvents } from './follow-events.ts'

const AWAY: ClientError = { is: 'not-reachable', socketPath: '/x.sock', said: 'ENOENT' }
const history = (run: string, ...ids: number[]): EventsDocument => ({
  ...EXAMPLES.events,
  run,
  events: ids.map((id) => ({ time: EXAMPLES.events.time, id, event: 'up', text: '' })),
})

/** What is told by a daemon that gives these answers, and with which ids it was asked. */
async function told(
  first: EventsDocument,
  answers: readonly Result<EventsDocument, ClientError>[],
): Promise<{ readonly told: readonly (readonly number[] | string)[]; readonly asked: readonly number[] }> {
  const asked: number[] = []
  const rest = [...answers, ok(history('last', 1))]
  const ask = (after: number) => {
    asked.push(after)
    return Promise.resolve(rest.shift() ?? ok(history('last', 99)))
  }
  const all: (readonly number[] | string)[] = []
  for await (const news of followEvents(first, { ask, everyMs: 1 })) {
    const heard = news.ok ? news.value.map(({ id }) => id) : news.error.is
    if (typeof heard !== 'string' && heard.includes(99)) break
    all.push(heard)
  }
  return { told: all, asked: asked.slice(0, answers.length) }
}

test('each event is told once, and nobody is bothered while nothing happens', async () => {
  const it = await told(history('a', 1, 2), [ok(history('a', 3)), ok(history('a')), ok(history('a', 4, 5))])
  assert.deepEqual(it, { told: [[3], [4, 5]], asked: [2, 3, 3] })
})

test('a daemon that is away is told once and waited for', async () => {
  const it = await told(history('a', 7), [fail(AWAY), fail(AWAY), ok(history('a', 8)), fail(AWAY)])
  assert.deepEqual(it.told, ['not-reachable', [8], 'not-reachable'])
})

test('a daemon that was started anew is heard from its start, whatever was seen of the one before', async () => {
  const it = await told(history('a', 500), [ok(history('b')), ok(history('b', 1, 2, 3))])
  assert.deepEqual(it, { told: [[1, 2, 3]], asked: [500, 0] })
})
