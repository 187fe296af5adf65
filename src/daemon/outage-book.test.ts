import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutageBook, type LegThen } from './outage-book.ts'

const T0 = Date.UTC(2026, 10, 22, 12)

const down: LegThen = { state: 'down', why: 'no carrier', sinceMs: T0 + 5 }
const up: LegThen = { state: 'up', sinceMs: T0 + 9 }

test('an outage between two looks is known by its events, and one without events by the looks', () => {
  const book = new OutageBook()
  book.begins('lte', T0, 'no answer')
  book.ends('lte', T0 + 2)
  book.seen(new Map([['fiber', down], ['lte', up]]), T0 + 6) // prettier-ignore
  book.seen(new Map([['fiber', up], ['lte', up]]), T0 + 10) // prettier-ignore
  assert.deepEqual(
    book.news().map((news) => [news.is, news.leg, 'atMs' in news ? news.atMs - T0 : NaN]),
    [
      ['begins', 'lte', 0],
      ['ends', 'lte', 2],
      ['begins', 'fiber', 5],
      ['ends', 'fiber', 9],
    ],
  )
  assert.deepEqual(book.news(), [])
})

test('a line that is taken out of the file while it is down has no outage any more', () => {
  const book = new OutageBook()
  book.begins('lte', T0, 'no answer')
  book.seen(new Map(), T0 + 50)
  assert.deepEqual(book.news().at(-1), { is: 'ends', leg: 'lte', atMs: T0 + 50 })
})
