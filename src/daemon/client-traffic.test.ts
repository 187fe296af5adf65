import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientTraffic, type BitsPerSecond } from './client-traffic.ts'

type Seen = readonly (readonly [client: string, id: number, bytes: number | undefined])[]

const look = (traffic: ClientTraffic, nowMs: number, seen: Seen): BitsPerSecond | undefined => {
  const walk = traffic.begin(nowMs)
  for (const one of seen) walk.add(...one)
  return walk.end()
}

test('a client that browses is as fast as it is, though what its ended connections had is gone from the sum', () => {
  const traffic = new ClientTraffic()
  const first = look(traffic, 0, [
    ['10.0.0.7', 1, 9_000_000],
    ['10.0.0.7', 2, 500],
    ['10.0.0.8', 3, 1000],
  ])
  assert.equal(first, undefined, 'of one look nothing can be told')
  const second = look(traffic, 5000, [
    ['10.0.0.7', 2, 100_500],
    ['10.0.0.7', 4, 25_000],
    ['10.0.0.8', 3, 1000],
  ])
  assert.deepEqual([...(second ?? [])], [
    ['10.0.0.7', 200_000],
    ['10.0.0.8', 0],
  ]) // prettier-ignore
})

test('who asks a moment after somebody else gets what he got, and not the noise of a moment', () => {
  const traffic = new ClientTraffic()
  look(traffic, 0, [['10.0.0.7', 1, 0]])
  look(traffic, 5000, [['10.0.0.7', 1, 5000]])
  const soon = look(traffic, 5010, [['10.0.0.7', 1, 5000]])
  assert.equal(soon?.get('10.0.0.7'), 8000)
})

test('a number that another connection has by now is no growth below nothing', () => {
  const traffic = new ClientTraffic()
  look(traffic, 0, [['10.0.0.7', 1, 5000]])
  assert.equal(look(traffic, 5000, [['10.0.0.7', 1, 10]])?.get('10.0.0.7'), 0)
})

test('of a client is told nothing while any of its connections is not counted, as if it did little', () => {
  const traffic = new ClientTraffic()
  const seen: Seen = [
    ['10.0.0.7', 1, 0],
    ['10.0.0.7', 2, undefined],
    ['10.0.0.8', 3, 0],
  ]
  look(traffic, 0, seen)
  assert.deepEqual([...(look(traffic, 5000, seen) ?? [])], [['10.0.0.8', 0]])
})

test('what is counted again after a while (offload gave it back) is no burst of all that it ever carried', () => {
  const traffic = new ClientTraffic()
  look(traffic, 0, [['10.0.0.7', 1, undefined]])
  assert.equal(look(traffic, 5000, [['10.0.0.7', 1, 900_000_000]])?.get('10.0.0.7'), 0)
  assert.equal(look(traffic, 10_000, [['10.0.0.7', 1, 900_005_000]])?.get('10.0.0.7'), 8000)
})

test('a download that has ended is no traffic any more, though its connection is remembered', () => {
  const traffic = new ClientTraffic()
  const ended: Seen = [['10.0.0.7', 1, 900_000_000]]
  look(traffic, 0, [['10.0.0.7', 1, 1000]])
  assert.ok(look(traffic, 5000, ended)?.get('10.0.0.7'))
  assert.equal(look(traffic, 10_000, ended)?.get('10.0.0.7'), 0)
})

test('nothing is told of too many, nor of what was long ago', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const traffic = new ClientTraffic()
  const crowd: Seen = Array.from({ length: 20_001 }, (_, id) => ['10.0.0.7', id, 1])
  look(traffic, 0, crowd)
  assert.equal(look(traffic, 5000, crowd), undefined, 'a crowd')
  look(traffic, 10_000, [['10.0.0.7', 1, 0]])
  context.mock.timers.tick(30_000)
  assert.equal(look(traffic, 40_000, [['10.0.0.7', 1, 5000]]), undefined, 'long ago')
})
