import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../config/index.ts'
import { labConfig } from './lab-config.ts'
import { planTopology } from './topology.ts'

test("the lab's configuration is a right one, with each line's speed as its weight", () => {
  const parsed = parseConfig(labConfig(planTopology()), 'config.yaml')
  assert.ok(parsed.ok, JSON.stringify(parsed))
  assert.deepEqual(
    parsed.value.config.lines.map(({ name, weight, gateway }) => ({ name, weight, gateway })),
    [
      { name: 'fiber', weight: 100, gateway: '198.51.100.1' },
      { name: 'dsl', weight: 20, gateway: '192.0.2.1' },
    ],
  )
})
