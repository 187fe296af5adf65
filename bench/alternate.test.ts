import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alternate } from './alternate.ts'

test('everyone is measured in every round, begins equally often, and the warm-up does not count', async () => {
  const order: string[] = []
  const measure = (name: string) => async (): Promise<number> => order.push(name)
  const samples = await alternate(3, { a: measure('a'), b: measure('b'), c: measure('c') })
  assert.equal(order.join(''), 'abcbcacababc')
  assert.deepEqual(samples, { a: [6, 8, 10], b: [4, 9, 11], c: [5, 7, 12] })
})
