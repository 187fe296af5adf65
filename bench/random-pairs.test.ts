import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomPairs } from './random-pairs.ts'

const clients = ['a', 'b', 'c', 'd']
const servers = ['x', 'y', 'z']

test('the same seed draws the same pairs, so that a run can be repeated; another seed draws others', () => {
  assert.deepEqual(randomPairs(50, clients, servers, 7), randomPairs(50, clients, servers, 7))
  assert.notDeepEqual(randomPairs(50, clients, servers, 7), randomPairs(50, clients, servers, 8))
})

test('no pair is preferred: of 12,000 draws each of 12 pairs gets about 1,000', () => {
  const counts = new Map<string, number>()
  for (const { client, server } of randomPairs(12_000, clients, servers, 1))
    counts.set(client + server, (counts.get(client + server) ?? 0) + 1)
  assert.equal(counts.size, 12)
  for (const [pair, count] of counts) assert.ok(count > 850 && count < 1150, `${pair}: ${count}`)
})
