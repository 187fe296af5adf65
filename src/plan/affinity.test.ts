import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Affinity } from '../model/index.ts'
import { affinityKeyOf, affinityKeyText } from './affinity.ts'

/** As kernel 6.18 had them in the map; daemon/affinity-key.kernel.test.ts finds those of the kernel at hand. */
const KEYS: readonly {
  readonly name: string
  readonly key: readonly [Affinity, string, string]
  readonly is: number | undefined
}[] = [
  { name: 'a pair', key: ['pair', '127.0.0.1', '127.0.0.2'], is: 610_961_120 },
  { name: 'a pair, the other way round', key: ['pair', '127.0.0.2', '127.0.0.1'], is: 1_446_593_264 },
  { name: 'another pair', key: ['pair', '127.0.0.5', '127.8.9.200'], is: 655_891_120 },
  { name: 'a pair of IPv6', key: ['pair', '2001:db8:a::11', '2001:db8:f::10'], is: 672_578_876 },
  { name: 'a client of IPv6', key: ['client', '2001:db8:a::11', '2001:db8:f::10'], is: 193_714_852 },
  { name: 'nothing is remembered', key: ['connection', '127.0.0.5', '127.8.9.200'], is: undefined },
]

for (const { name, key, is } of KEYS) {
  test(`${name} is found under the kernel's number`, () => assert.equal(affinityKeyOf(...key), is))
}

test('of a client only its own address counts', () => {
  const one = affinityKeyOf('client', '10.0.0.11', '203.0.113.10')
  assert.ok(one !== undefined)
  assert.equal(affinityKeyOf('client', '10.0.0.11', '203.0.113.11'), one)
  assert.notEqual(affinityKeyOf('client', '10.0.0.12', '203.0.113.10'), one)
})

test('the words never change: what met under other words would not be found again', () => {
  assert.equal(affinityKeyText('pair', 'ipv4'), 'jhash ip saddr . ip daddr mod 4294967295 seed 0x6d756c74')
  assert.equal(affinityKeyText('client', 'ipv4'), 'jhash ip saddr mod 4294967295 seed 0x6d756c74')
  assert.equal(affinityKeyText('connection', 'ipv4'), undefined)
  assert.equal(affinityKeyText('pair', 'ipv6'), 'jhash ip6 saddr . ip6 daddr mod 4294967295 seed 0x6d756c74')
})
