import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventReader } from './sse.ts'

test('an event that comes in pieces is one event, and two in a piece are two', () => {
  const take = eventReader()
  assert.deepEqual(take('event: status\nda'), [])
  assert.deepEqual(take('ta: {"a":1}\n\nevent: event\nid: r/7\ndata: {}\n\nevent: al'), [
    { name: 'status', data: '{"a":1}' },
    { name: 'event', id: 'r/7', data: '{}' },
  ])
  assert.deepEqual(take('ive\ndata: \n\n'), [{ name: 'alive', data: '' }])
})

test('colons in what is told are no end of anything', () => {
  assert.deepEqual(eventReader()('data: {"text":"a: b"}\n\n'), [{ name: 'message', data: '{"text":"a: b"}' }])
})
