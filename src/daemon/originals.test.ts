import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Move } from '../model/index.ts'
import { emptyMemory, type Originals } from '../plan/index.ts'
import { withOriginalsOf, withoutSettled } from './originals.ts'

const KEY = 'net/ipv4/ip_forward'
const REDIRECTS = 'net/ipv4/conf/all/accept_redirects'
const set = (from: string, to: string): Move => ({
  do: 'set-sysctl',
  from: { key: KEY, value: from },
  to: { key: KEY, value: to },
})
const address = { family: 'ipv4', address: '198.51.100.2', length: 28, dev: 'wan1' } as const
const none = emptyMemory.originals

const ROWS: readonly { name: string; moves: readonly Move[]; known?: Originals; originals: Originals }[] = [
  {
    name: 'a setting is remembered as it was',
    moves: [set('0', '1')],
    originals: { ...none, sysctls: [{ key: KEY, value: '0' }] },
  },
  {
    name: 'the first value counts, not one that we or others set meanwhile',
    moves: [set('2', '1')],
    known: { ...none, sysctls: [{ key: KEY, value: '0' }] },
    originals: { ...none, sysctls: [{ key: KEY, value: '0' }] },
  },
  {
    name: 'what the kernel overwrites along with a setting is remembered behind it',
    moves: [{ ...set('0', '1'), loses: [{ key: REDIRECTS, value: '0' }] } as Move],
    originals: {
      ...none,
      sysctls: [
        { key: KEY, value: '0' },
        { key: REDIRECTS, value: '0' },
      ],
    },
  },
  {
    name: 'what the kernel overwrote since the first time is no original',
    moves: [{ ...set('0', '1'), loses: [{ key: REDIRECTS, value: '0' }] } as Move],
    known: { ...none, sysctls: [{ key: KEY, value: '0' }] },
    originals: { ...none, sysctls: [{ key: KEY, value: '0' }] },
  },
  {
    name: 'an address of ours is remembered once',
    moves: [
      { do: 'add-address', address },
      { do: 'add-address', address },
    ],
    originals: { ...none, addedAddresses: [address] },
  },
  {
    name: 'a link that we switched on is remembered once',
    moves: [
      { do: 'set-link', dev: 'wan1', up: true },
      { do: 'set-link', dev: 'wan1', up: true },
    ],
    originals: { ...none, linksRaised: ['wan1'] },
  },
  {
    name: 'the MTU that an interface had before us is remembered, not one that we gave it',
    moves: [
      { do: 'set-mtu', dev: 'wan1', from: 1500, to: 1492 },
      { do: 'set-mtu', dev: 'wan1', from: 1492, to: 1480 },
    ],
    originals: { ...none, mtus: [{ dev: 'wan1', mtuBytes: 1500 }] },
  },
  {
    name: 'an interface that we shape is remembered once: its queues are found by that',
    moves: (['up', 'down'] as const).map((direction) => ({
      do: 'add-shaper',
      shaper: { dev: 'wan1', direction, bitsPerSecond: 1e6, through: 'mhin-wan1' },
    })),
    originals: { ...none, shaped: ['wan1'] },
  },
  {
    name: 'a link that we switch off again is none we raised',
    moves: [{ do: 'set-link', dev: 'wan1', up: false }],
    originals: none,
  },
]

for (const { name, moves, known, originals } of ROWS) {
  test(name, () => assert.deepEqual(withOriginalsOf(moves, known ?? none), originals))
}

test("what was put back and is wanted no more is the admin's again", () => {
  const known: Originals = {
    sysctls: [
      { key: KEY, value: '0' },
      { key: 'gone', value: '0' },
    ],
    addedAddresses: [address, { ...address, dev: 'wan2' }],
    linksRaised: ['wan1'],
    mtus: [
      { dev: 'wan1', mtuBytes: 1500 },
      { dev: 'wan2', mtuBytes: 1500 },
    ],
    shaped: ['wan1', 'wan2'],
  }
  assert.deepEqual(
    withoutSettled(known, new Set([KEY]), [address], [{ interface: 'wan2', mtuBytes: 1492, shape: {} }]),
    {
      sysctls: [{ key: KEY, value: '0' }],
      addedAddresses: [address],
      linksRaised: ['wan1'],
      mtus: [{ dev: 'wan2', mtuBytes: 1500 }],
      shaped: ['wan2'],
    },
  )
})

test('what follows forwarding is remembered as long as forwarding is held, and no longer', () => {
  const sysctls = [
    { key: KEY, value: '0' },
    { key: REDIRECTS, value: '0' },
    { key: 'net/ipv4/conf/tun0/forwarding', value: '1' },
  ]
  assert.deepEqual(withoutSettled({ ...none, sysctls }, new Set([KEY]), [], []), { ...none, sysctls })
  assert.deepEqual(withoutSettled({ ...none, sysctls }, new Set(), [], []), none)
})
