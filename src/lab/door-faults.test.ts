import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindNamed, labState } from './door-faults.ts'
import { readFault } from './fault.ts'
import { planTopology } from './topology.ts'

const byRouter = planTopology({ lines: [{ name: 'fiber' }] }).lines
const byProvider = planTopology({ lines: [{ name: 'fiber', addressing: 'by-provider' }] }).lines

test('every button breaks something without being told how much', () => {
  for (const { name } of labState(byProvider, () => []).faults)
    assert.ok(readFault(kindNamed(name) ?? name).ok, name)
})

test('a button that could do nothing in this lab is not there', () => {
  const names = (lines: typeof byRouter): string[] => labState(lines, () => []).faults.map(({ name }) => name)
  assert.deepEqual(
    names(byProvider).filter((name) => !names(byRouter).includes(name)),
    ['address-change'],
  )
})

test('what somebody did to a line in a terminal stands beside it by the name of its button', () => {
  const { lines } = labState(byRouter, () => [{ kind: 'loss', ratio: 0.3 }, { kind: 'carrier' }])
  assert.deepEqual(lines, [{ name: 'fiber', faults: ['loss', 'cut'] }])
})
