import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostList, pictureText } from './picture-text.ts'
import { planTopology } from './topology.ts'

const rows: [clients: number, text: string][] = [
  [0, 'internet, router, switch, isp-fiber, isp-dsl'],
  [3, 'internet, router, switch, isp-fiber, isp-dsl, client-1, client-2, client-3'],
  [17, 'internet, router, switch, isp-fiber, isp-dsl, client-1 … client-17'],
]
for (const [clients, text] of rows)
  test(`a lab with ${clients} clients names its hosts on one line of a terminal`, () => {
    assert.equal(hostList(planTopology({ clients }).hosts), text)
    assert.ok(text.length < 80)
  })

test('a line that was cut is seen at a glance', () => {
  const line = { name: 'dsl', device: 'wan1', address: '192.0.2.2', state: 'cut' } as const
  assert.equal(
    pictureText({ pid: 7, hosts: { router: 'lab7.1-router' }, lines: [line], env: {} }),
    'A lab is up (pid 7).\n  dsl  cut  wan1  192.0.2.2\nHosts: router',
  )
})
