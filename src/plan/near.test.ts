import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { containsAddress, lineId, toAddress, toNumber } from '../model/index.ts'
import { prefixOf } from './examples.ts'
import { contested, disjoint, formatInterval, type NearNetwork } from './near.ts'

const near = (...networks: readonly (readonly [string, number])[]): NearNetwork[] =>
  networks.map(([text, line]) => ({ prefix: prefixOf(text), line: lineId(line) }))
const told = (networks: readonly NearNetwork[]): string[] =>
  disjoint(networks).map((interval) => `${formatInterval(interval)} ${interval.line}`)

const ROWS: readonly { name: string; networks: NearNetwork[]; intervals: readonly string[] }[] = [
  { name: 'nothing is near', networks: [], intervals: [] },
  {
    name: 'two modems on 192.168.1.0/24: the lower line has them',
    networks: near(['192.168.1.0/24', 2], ['192.168.1.0/24', 1]),
    intervals: ['192.168.1.0/24 1'],
  },
  {
    name: '10.1.0.0/16 inside 10.0.0.0/8: the longer prefix has its part',
    networks: near(['10.0.0.0/8', 1], ['10.1.0.0/16', 2]),
    intervals: ['10.0.0.0/16 1', '10.1.0.0/16 2', '10.2.0.0-10.255.255.255 1'],
  },
  {
    name: 'a host inside a network of the same line needs no place of its own',
    networks: near(['198.51.100.0/28', 1], ['198.51.100.1/32', 1]),
    intervals: ['198.51.100.0/28 1'],
  },
  {
    name: 'neighbours of one line become one, of two lines stay two',
    networks: near(['10.0.0.0/25', 1], ['10.0.0.128/25', 1], ['10.0.1.0/24', 2]),
    intervals: ['10.0.0.0/24 1', '10.0.1.0/24 2'],
  },
  {
    name: 'a single address is written without a length',
    networks: near(['203.0.113.9/32', 3]),
    intervals: ['203.0.113.9 3'],
  },
  {
    name: 'the last address there is does no harm',
    networks: near(['255.255.255.0/24', 1]),
    intervals: ['255.255.255.0/24 1'],
  },
]

for (const { name, networks, intervals } of ROWS) {
  test(name, () => assert.deepEqual(told(networks), intervals))
}

test('whatever overlaps, each address belongs to the longest prefix, then to the lowest line', () => {
  const network = fc.record({
    host: fc.nat(63),
    length: fc.integer({ min: 26, max: 32 }),
    line: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(network, { maxLength: 8 }), (drawn) => {
      const networks = near(
        ...drawn.map(({ host, length, line }) => [`10.0.0.${host}/${length}`, line] as const),
      )
      const intervals = disjoint(networks)
      for (let host = 0; host < 64; host++) {
        const address = toAddress('ipv4', toNumber('10.0.0.0') + BigInt(host))
        const [owner] = networks
          .filter(({ prefix }) => containsAddress(prefix, address))
          .toSorted((a, b) => b.prefix.length - a.prefix.length || a.line - b.line)
        const value = toNumber(address)
        const covering = intervals.filter(({ first, last }) => first <= value && value <= last)
        assert.deepEqual(
          covering.map(({ line }) => line),
          owner === undefined ? [] : [owner.line],
        )
      }
    }),
  )
})

test('what two lines claim alike is named, what lies inside another is not', () => {
  assert.deepEqual(contested(near(['192.168.1.0/24', 1], ['192.168.1.0/24', 2], ['192.168.0.0/16', 2])), [
    { prefix: prefixOf('192.168.1.0/24'), lines: [1, 2] },
  ])
})
