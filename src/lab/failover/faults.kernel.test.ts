import assert from 'node:assert/strict'
import { test } from 'node:test'
import { programEntry } from '../package-root.ts'
import { run } from '../run.ts'
import type { Output } from '../run.ts'
import type { PlayedRow } from './fault-table.ts'

/** From a network that knows no private world, as from a user's shell. */
const faults = (...args: string[]): Promise<Output> =>
  run(undefined, ['unshare', '-n', process.execPath, programEntry(), 'lab', 'faults', ...args], {
    timeoutMs: 60_000,
  })

test('one fault alone, as JSON: everybody was there, and nobody on the other line noticed', async () => {
  const { stdout, stderr } = await faults('--only', 'carrier', '--json')
  const { rows } = JSON.parse(stdout) as { rows: PlayedRow[] }
  const [row] = rows
  assert.equal(rows.length, 1)
  assert.ok(row && 'outcome' in row.result, stdout + stderr)
  const { waiting, sending, own, fresh, downAfterMs, usedAgainAfterMs, hurt, falseAlarms } =
    row.result.outcome
  assert.deepEqual([waiting.connections, sending.connections, own.connections], [1, 2, 3])
  assert.ok(fresh.begun > 10)
  assert.ok(downAfterMs !== undefined && usedAgainAfterMs !== undefined)
  assert.deepEqual([hurt, falseAlarms], [0, 0])
})

test('a fault that does not exist is told with those that do, before anything is built', async () => {
  const { code, stdout, stderr } = await faults('--only', 'carrier', 'meteorite')
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /the lab knows no fault "meteorite"; it knows carrier, device, /)
})
