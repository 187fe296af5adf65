import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineId } from '../model/index.ts'
import type { Memory } from '../plan/index.ts'
import { memoryText, parseMemory } from './memory-text.ts'

const MEMORY: Memory = {
  ids: { fiber: lineId(1), toString: lineId(2) },
  gateways: { toString: '203.0.113.1', 'fiber/ipv6': 'fe80::1' },
  sources: {
    fiber: { address: '198.51.100.2', dev: 'wan1.10' },
    'fiber/ipv6': { address: '2001:db8:1::2', dev: 'wan1.10', kept: ['2001:db8:2::2'] },
  },
  drains: { dsl: { sinceMs: 1_763_824_202_000, force: false } },
  weights: { fiber: { weight: 2, insteadOf: 3 } },
  uses: { 'unified/multihome-use-4711': 'dsl' },
  leases: {
    fiber: {
      dev: 'wan1',
      address: { family: 'ipv4', address: '198.51.100.6', length: 28 },
      router: '198.51.100.1',
      dns: ['198.51.100.53'],
      mtuBytes: 1480,
      endsAtUptimeS: 4711,
    },
  },
  asking: ['wan1'],
  advertised: {
    lan0: {
      prefixes: [
        { prefix: { family: 'ipv6', address: '2001:db8:100::', length: 64 } },
        {
          prefix: { family: 'ipv6', address: '2001:db8:101::', length: 64 },
          goneAtMs: 1_763_824_202_000,
        },
      ],
      resolvers: ['2001:db8::53'],
    },
  },
  told: { is: 'resolved', interfaces: ['wan1.10'] },
  originals: {
    sysctls: [
      { key: 'net/ipv4/ip_forward', value: '0' },
      { key: 'net/ipv4/conf/wan1.10/rp_filter', value: '1' },
    ],
    addedAddresses: [{ family: 'ipv4', address: '198.51.100.2', length: 28, dev: 'wan1.10' }],
    linksRaised: ['wan1.10'],
    mtus: [{ dev: 'wan1', mtuBytes: 1500 }],
    shaped: ['wan1'],
  },
}
const TEXT = memoryText({ ...MEMORY, boot: 'a-boot', saves: 7 })

test('what was written is read back', () =>
  assert.deepEqual(parseMemory(TEXT), { ...MEMORY, boot: 'a-boot', saves: 7 }))

const sysctl = (key: string, value = '0'): unknown => ({
  originals: { ...MEMORY.originals, sysctls: [{ key, value }] },
})
const address = (change: object): unknown => ({
  originals: { ...MEMORY.originals, addedAddresses: [{ ...MEMORY.originals.addedAddresses[0], ...change }] },
})

const advertised = (change: object, dev = 'lan0', goneAtMs?: string): unknown => {
  const prefix = { family: 'ipv6', address: '2001:db8:100::', length: 64, ...change }
  return { advertised: { [dev]: { prefixes: [{ prefix, goneAtMs }], resolvers: [] } } }
}

// `down` acts on it as root: what is not as we write it must not be acted on.
const WRONG: readonly { name: string; change: unknown }[] = [
  { name: 'a setting outside of net/ipv4', change: sysctl('kernel/core_pattern', '1') },
  { name: 'a setting that climbs out', change: sysctl('net/ipv4/../../kernel/panic', '1') },
  { name: 'a setting that climbs out by conf', change: sysctl('net/ipv4/conf/../../core/somaxconn', '1') },
  { name: 'a setting with an absolute path', change: sysctl('/net/ipv4/ip_forward') },
  { name: 'a setting with an empty step', change: sysctl('net/ipv4//ip_forward') },
  { name: 'a setting of nothing', change: sysctl('net/ipv4') },
  { name: 'a setting to words', change: sysctl('net/ipv4/ip_forward', '|/tmp/x') },
  { name: 'a setting to two lines', change: sysctl('net/ipv4/ip_forward', '0\n1') },
  { name: 'a number that is text', change: { ids: { fiber: '1' } } },
  { name: 'a number that is none of a line', change: { ids: { fiber: 0 } } },
  { name: 'a broken number', change: { ids: { fiber: 1.5 } } },
  { name: 'two lines with one number', change: { ids: { fiber: 1, dsl: 1 } } },
  { name: 'numbers in a list', change: { ids: [1] } },
  { name: 'the name of no line', change: { ids: { 'a b': 1 } } },
  { name: 'a number for one family of a line', change: { ids: { 'fiber/ipv6': 1 } } },
  { name: 'a gateway of a family of nobody', change: { gateways: { 'a b/ipv6': 'fe80::1' } } },
  { name: 'a gateway that is no address', change: { gateways: { fiber: '1.2.3' } } },
  { name: 'a gateway with words after it', change: { gateways: { fiber: '192.0.2.1 dev lo' } } },
  {
    name: 'connections from an address that is none',
    change: { sources: { fiber: { address: '1.2.3', dev: 'wan1' } } },
  },
  {
    name: 'connections from an address of before that is none',
    change: { sources: { fiber: { address: '192.0.2.1', dev: 'wan1', kept: ['x'] } } },
  },
  { name: 'connections from nowhere', change: { sources: { fiber: { address: '192.0.2.1' } } } },
  { name: 'an address that is none', change: address({ address: 'x' }) },
  {
    name: 'an address of nothing',
    change: address({ address: undefined, length: undefined, family: undefined }),
  },
  { name: 'an address too long for its network', change: address({ length: 33 }) },
  { name: 'an address of the other family', change: address({ family: 'ipv6' }) },
  { name: 'an address on something that is no interface', change: address({ dev: 'wan1 #' }) },
  {
    name: 'a raised link that is no interface',
    change: { originals: { ...MEMORY.originals, linksRaised: ['-x'] } },
  },
  { name: 'a drain of no time', change: { drains: { fiber: { sinceMs: 'now', force: false } } } },
  { name: 'a drain that is not said to be forced or not', change: { drains: { fiber: { sinceMs: 1 } } } },
  { name: 'a group that is none of ours', change: { uses: { '../../etc': 'fiber' } } },
  { name: 'a group of no line', change: { uses: { 'multihome-use-1': '"; flush ruleset' } } },
  { name: 'drains of no line', change: { drains: { 'a b': { sinceMs: 1, force: true } } } },
  { name: 'something that is no interface to ask on', change: { asking: ['a b'] } },
  { name: 'hosts on something that is no interface', change: advertised({}, 'lan0;') },
  { name: 'hosts that were told of something that is no network', change: advertised({ address: '::1' }) },
  { name: 'a network that went at no time', change: advertised({}, 'lan0', 'yesterday') },
  { name: 'a program that nobody tells', change: { told: { is: 'off', interfaces: [] } } },
  {
    name: 'a program with something that is no interface',
    change: { told: { is: 'resolved', interfaces: ['--help'] } },
  },
  { name: 'no originals', change: { originals: null } },
  {
    name: 'originals without a list',
    change: { originals: { ...MEMORY.originals, linksRaised: undefined } },
  },
  { name: 'no boot', change: { boot: 7 } },
  { name: 'a count that is none', change: { saves: -1 } },
  { name: 'another version', change: { version: 2 } },
]

test('one of before the last upgrade is believed', () => {
  const {
    advertised: _,
    told: __,
    leases: ___,
    asking: ____,
    ...older
  } = JSON.parse(TEXT) as Record<string, unknown>
  const read = parseMemory(JSON.stringify(older))
  assert.deepEqual([read?.advertised, read?.told, read?.leases, read?.asking], [{}, undefined, {}, []])
})

for (const { name, change } of WRONG) {
  test(`a memory with ${name} is not believed`, () => {
    const text = JSON.stringify({ ...(JSON.parse(TEXT) as object), ...(change as object) })
    assert.equal(parseMemory(text), undefined)
  })
}

for (const text of ['', 'null', '[]', '7', TEXT.slice(0, 40)]) {
  test(`a memory that is ${JSON.stringify(text)} is not believed`, () =>
    assert.equal(parseMemory(text), undefined))
}
