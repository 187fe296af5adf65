import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busyShare, cpuTime } from './cpu-time.ts'

const stat = (columns: string): string => `cpu  ${columns}\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n`

test('softirqs, where packets are forwarded, count as work; waiting for a disk does not', () =>
  assert.deepEqual(cpuTime(stat('10 1 20 300 40 2 30 0 0 0')), { busyMs: 630, idleMs: 3400 }))

test('a load that leaves a quarter of the machine idle is seen as such', () =>
  assert.equal(busyShare({ busyMs: 1000, idleMs: 5000 }, { busyMs: 1300, idleMs: 5100 }), 0.75))
