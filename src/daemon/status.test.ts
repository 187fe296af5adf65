import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineHealth, LineReport } from '../model/index.ts'
import type { TrackedState } from './line-tracker.ts'
import { judged } from './status.ts'

const report = (health: LineHealth): LineReport => ({
  line: 'lte',
  health,
  sinceMs: 900,
  why: '4 of 4 targets are silent',
  penalty: 0,
  probes: { sent: 0, answered: 0, bytes: 0 },
  targets: [],
})
const tracked = (state: TrackedState['state'], why?: string): TrackedState => ({
  state,
  sinceMs: 100,
  ...(why !== undefined && { why }),
})
const SILENT = '4 of 4 targets are silent'

const ROWS: readonly {
  readonly name: string
  readonly tracked: TrackedState
  readonly health?: LineHealth
  readonly shown: TrackedState
}[] = [
  { name: 'that nobody watches is as the kernel says', tracked: tracked('up'), shown: tracked('up') },
  { name: 'that answers is up', tracked: tracked('up'), health: 'up', shown: tracked('up') },
  { name: 'not asked yet is up as long as its cable is', tracked: tracked('up'), health: 'unknown', shown: tracked('up') },
  {
    name: 'silent behind a carrier that stands is down since it is silent',
    tracked: tracked('up'),
    health: 'down',
    shown: { state: 'down', why: SILENT, sinceMs: 900 },
  },
  {
    name: 'drained does not hide that it is suspect',
    tracked: tracked('draining'),
    health: 'suspect',
    shown: { state: 'suspect', why: SILENT, sinceMs: 900 },
  },
  {
    name: 'without a carrier is down for that, and not for its silence',
    tracked: tracked('down', 'no carrier'),
    health: 'down',
    shown: tracked('down', 'no carrier'),
  },
] // prettier-ignore

for (const { name, tracked: now, health, shown } of ROWS) {
  test(`a line ${name}`, () => {
    assert.deepEqual(judged(now, health && report(health)), shown)
  })
}
