import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busiest } from './busiest.ts'

const client = (number: number, open: number) => ({ client: `10.0.0.${number}`, open, closing: 0, lines: [] })
const NOBODY: ReadonlySet<string> = new Set()

test('six clients by name, the rest together, the router last; in an order that does not jump', () => {
  const clients = [9, 8, 7, 6, 5, 4, 3, 20].map((number, i) => client(number, 100 - i))
  const shown = busiest([{ client: null, open: 5, closing: 2, lines: [] }, ...clients], NOBODY)
  assert.deepEqual(
    shown.map(({ label, open }) => [label, open]),
    [
      ['10.0.0.4', 95],
      ['10.0.0.5', 96],
      ['10.0.0.6', 97],
      ['10.0.0.7', 98],
      ['10.0.0.8', 99],
      ['10.0.0.9', 100],
      ['2 others', 187],
      ['this router', 3],
    ],
  )
})

test('who was shown stays while he is nearly as busy', () => {
  const clients = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => client(number, 100 - number))
  const keys = (before: ReadonlySet<string>) => busiest(clients, before).map(({ key }) => key)
  assert.ok(!keys(NOBODY).includes('10.0.0.7'))
  assert.ok(keys(new Set(['10.0.0.7'])).includes('10.0.0.7'))
})

test('where bytes are counted the one that fetches most is shown, however few connections it has', () => {
  const idle = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({
    ...client(number, 100),
    bitsPerSecond: 10 * number,
  }))
  const shown = busiest([...idle, { ...client(9, 1), bitsPerSecond: 5_000_000 }], NOBODY)
  assert.deepEqual(shown.map(({ label, bitsPerSecond }) => [label, bitsPerSecond]).slice(-3), [
    ['10.0.0.8', 80],
    ['10.0.0.9', 5_000_000],
    ['3 others', 60],
  ])
  const [, unknown] = busiest([{ ...client(1, 5), bitsPerSecond: 10 }, client(2, 1)], NOBODY)
  assert.ok(unknown && !('bitsPerSecond' in unknown))
})

test('whose connections are all over is shown for what he fetches, and else not at all', () => {
  const over = { ...client(1, 4), closing: 4 }
  assert.deepEqual(busiest([over, { ...client(2, 3), bitsPerSecond: 0, closing: 3 }], NOBODY), [])
  const [fetching] = busiest([{ ...over, bitsPerSecond: 9000 }], NOBODY)
  assert.deepEqual([fetching?.open, fetching?.bitsPerSecond], [0, 9000])
})
