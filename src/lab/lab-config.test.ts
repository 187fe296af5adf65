import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../config/index.ts'
import { labConfig } from './lab-config.ts'
import { planTopology } from './topology.ts'

test("the lab's configuration is a right one, and weights are the lines' speeds: 100 to 20 is 5 to 1", () => {
  const parsed = parseConfig(labConfig(planTopology()), 'config.yaml')
  assert.ok(parsed.ok, JSON.stringify(parsed))
  assert.deepEqual(
    parsed.value.config.lines.map(({ name, weight, gateways }) => ({ name, weight, gateways })),
    [
      { name: 'fiber', weight: 5, gateways: ['198.51.100.1'] },
      { name: 'dsl', weight: 1, gateways: ['192.0.2.1'] },
    ],
  )
})
