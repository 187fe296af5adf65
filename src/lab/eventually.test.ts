import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './eventually.ts'

test('a wait ends as soon as the condition holds and gives what it saw', async () => {
  let looks = 0
  const seen = await eventually(
    () => (looks += 1),
    (n) => n === 3,
    { what: 'third look', intervalMs: 1 },
  )
  assert.deepEqual([seen, looks], [3, 3])
})

test('a wait in vain says what it waited for and what it saw last, so that a failing test explains itself', async () => {
  const wait = eventually(
    () => ({ lines: 1 }),
    (seen) => seen.lines === 2,
    { what: 'two lines', timeoutMs: 5, intervalMs: 1 },
  )
  await assert.rejects(wait, { message: 'never came true within 5 ms: two lines; last seen: { lines: 1 }' })
})

test('a look that fails is no end of the wait, but its error is told when the time is over', async () => {
  const look = Promise.reject.bind(Promise, new Error('no such host'))
  await assert.rejects(
    eventually(look, () => true, { what: 'a number', timeoutMs: 5, intervalMs: 1 }),
    /a number; last error: Error: no such host/,
  )
})
