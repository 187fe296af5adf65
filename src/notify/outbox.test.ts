import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from './message.ts'
import { EMPTY, LIMITS, delivered, failed, hopeful, next, put, refused, type Outbox } from './outbox.ts'

const M = 60_000

const message = (id: string, line?: string, more: Partial<Message> = {}): Message => ({
  id,
  thread: id,
  kind: 'down',
  tone: 'bad',
  ...(line !== undefined && { line }),
  atMs: 0,
  title: `${line ?? 'the box'} ${id}`,
  body: 'b',
  urgent: false,
  ...more,
})

/** Sends what is due; `undefined`: nothing is. */
function sendAt(outbox: Outbox, nowMs: number, quietUntilMs?: number): { title?: string; outbox: Outbox } {
  const due = next(outbox, nowMs, quietUntilMs)
  if (due.is !== 'send') return { outbox }
  return { title: due.parcel.message.title, outbox: delivered(outbox, due.parcel, nowMs) }
}

test('a line is spoken of once in five minutes, and what waited then leaves as one', () => {
  const first = sendAt(put(EMPTY, [message('1', 'lte')]), 0)
  assert.equal(first.title, 'lte 1')
  const full = put(first.outbox, [message('2', 'lte'), message('3', 'lte')])
  assert.deepEqual(next(full, M, undefined), { is: 'wait', untilMs: LIMITS.lineMs })
  const last = sendAt(full, LIMITS.lineMs)
  assert.equal(last.title, '2 messages: lte 2; lte 3')
  assert.deepEqual(next(last.outbox, LIMITS.lineMs, undefined), { is: 'empty' })
})

test('another line is spoken of at once', () => {
  const { outbox } = sendAt(put(EMPTY, [message('1', 'lte')]), 0)
  assert.equal(sendAt(put(outbox, [message('2', 'dsl')]), M).title, 'dsl 2')
})

test('after six messages in an hour the seventh waits', () => {
  let outbox = EMPTY
  for (let i = 0; i < LIMITS.many; i++) outbox = sendAt(put(outbox, [message(`${i}`, `l${i}`)]), i * M).outbox
  assert.deepEqual(next(put(outbox, [message('x')]), 10 * M, undefined), { is: 'wait', untilMs: 60 * M })
  assert.equal(sendAt(put(outbox, [message('x')]), 60 * M).title, 'the box x')
})

test('nobody is woken but for what may, and the rest leaves as one in the morning', () => {
  const night = put(EMPTY, [
    message('1', 'lte'),
    message('2', 'lte', { thread: '1', title: 'lte is back' }),
    message('3', 'dsl'),
  ])
  assert.deepEqual(next(night, 0, 480 * M), { is: 'wait', untilMs: 480 * M })
  const offline = message('4', undefined, { kind: 'offline', urgent: true, title: 'You were offline' })
  const woken = sendAt(put(night, [offline]), M, 480 * M)
  assert.equal(woken.title, 'You were offline')
  assert.equal(sendAt(woken.outbox, 480 * M).title, '2 messages: lte is back; dsl 3')
})

test('what waited while no line worked is headed by that none did', () => {
  const offline = message('2', undefined, {
    kind: 'offline',
    title: 'You were offline 14:02-14:09',
    body: '7 m.',
  })
  const due = next(put(EMPTY, [message('1', 'lte'), offline]), 0, undefined)
  assert.ok(due.is === 'send')
  assert.equal(due.parcel.message.title, 'You were offline 14:02-14:09, and 1 more')
  assert.equal(due.parcel.message.body, 'lte 1: b\n7 m.')
  assert.deepEqual(due.parcel.ids, ['1', '2'])
  assert.equal(due.parcel.message.id, '2', 'who knows message 1 already takes it for another one')
})

test('what has no room is counted, not kept', () => {
  const many = Array.from({ length: LIMITS.waiting + 3 }, (_, i) => message(`${i}`, `l${i}`))
  const outbox = put(EMPTY, many)
  assert.equal(outbox.waiting.length, LIMITS.waiting)
  const due = next(outbox, 0, undefined)
  assert.ok(due.is === 'send')
  assert.match(due.parcel.message.title, /^53 messages/)
  assert.match(due.parcel.message.body, /and 33 older ones$/)
})

test('a message is put in once, however often it is told', () => {
  assert.equal(put(put(EMPTY, [message('1')]), [message('1')]).waiting.length, 1)
})

test('failures are tried again later and later, at once when there is new hope, and as late as the receiver asks', () => {
  const waiting = put(EMPTY, [message('1')])
  const once = failed(waiting, 0)
  assert.deepEqual(next(once, 0, undefined), { is: 'wait', untilMs: 5000 })
  const twice = failed(once, 5000)
  assert.deepEqual(next(twice, 5000, undefined), { is: 'wait', untilMs: 15_000 })
  assert.equal(next(hopeful(twice), 6000, undefined).is, 'send')
  assert.deepEqual(next(failed(waiting, 0, 40_000), 0, undefined), { is: 'wait', untilMs: 40_000 })
})

test('what a receiver refuses is not sent again', () => {
  const waiting = put(EMPTY, [message('1')])
  const due = next(waiting, 0, undefined)
  assert.ok(due.is === 'send')
  assert.deepEqual(next(refused(waiting, due.parcel), 0, undefined), { is: 'empty' })
})
