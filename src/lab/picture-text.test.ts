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

const picture = {
  pid: 7,
  daemonAnswers: true,
  hosts: { router: 'lab7.1-router' },
  lines: [
    { name: 'fiber', device: 'wan1', address: '198.51.100.2', state: 'connected' },
    { name: 'dsl', device: 'wan10', address: '192.0.2.2', state: 'cut' },
  ],
  env: {},
} as const

test('a line that was cut is seen at a glance, each thing below its like', () => {
  assert.equal(
    pictureText(picture),
    [
      'A lab is up (pid 7).',
      '  fiber  connected  wan1   198.51.100.2',
      '  dsl    cut        wan10  192.0.2.2',
      'Hosts: router',
    ].join('\n'),
  )
})

test('a daemon that died is told, and how to start one', () => {
  assert.match(
    pictureText({ ...picture, daemonAnswers: false }),
    /^The daemon is not running: .*\nTo start it: \S+ lab exec router multihome run$/m,
  )
})
