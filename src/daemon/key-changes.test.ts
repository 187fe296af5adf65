/** Whoever changes a key of the file is told of that key: by the steps it has, or by what changes without one. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import type { PlanReport } from '../plan/index.ts'
import { BOX, configOf, reconciled } from './examples.ts'
import { plannedFor } from './planned.ts'
import { look, withLineIds } from './reconciler.ts'

type Values = Readonly<Record<string, unknown>>

const FIBER: Values = { interface: 'wan1', weight: 3, address: '198.51.1.2/24', gateway: '198.51.1.1' }
const FILE: Values = { lan: { interfaces: ['lan0'] } }

/** Each key on a line of its own. */
const fileOf = (fiber: Values, top: Values): string =>
  [
    ...Object.entries({ ...FILE, ...top }).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    'lines:',
    '  dsl: { interface: wan2 }',
    '  fiber:',
    ...Object.entries({ ...FIBER, ...fiber }).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
  ].join('\n')

/** By key what it says then; several where its parts are told apart. */
const OF_LINE: Readonly<Record<string, readonly unknown[]>> = {
  interface: ['wan3'],
  weight: [2],
  address: ['198.51.1.9/24', ['198.51.1.2/24', '198.51.1.3/24']],
  gateway: ['198.51.1.7'],
  networks: ['203.0.113.64/29'],
  sources: [{ '10.0.0.5': '198.51.1.2' }],
  families: ['ipv4'],
  via: ['dsl'],
  endpoint: ['192.0.2.7'],
  nat: ['off', 'masquerade'],
  mtu: [1400],
  shape: ['20 Mbit', { up: '5 Mbit' }],
  mss: [1200],
  dns: [['198.51.1.53']],
  role: ['backup'],
  metered: [true, '50 MB'],
  quota: ['50 GB'],
  billingDay: [15],
  health: ['off', { suspicion: '800ms' }],
  release: ['never', '5s'],
  failback: ['move', 'drain 10m'],
}

const OF_FILE: Readonly<Record<string, readonly unknown[]>> = {
  lan: [{ interfaces: ['lan0'], networks: ['10.0.0.0/25'] }, { interfaces: ['lan0', 'wan4'] }],
  affinity: ['connection', 'client'],
  firewall: [{ inbound: 'drop' }, { inbound: 'drop', open: ['tcp/22'] }],
  forward: [[{ line: 'fiber', port: 'tcp/443', to: '10.0.0.5' }]],
  vpn: ['ours', 'first'],
  mainDefault: ['lines'],
  offload: ['software'],
  dns: ['/run/multihomed/resolv.conf', 'resolved'],
  api: ['off', 'localhost:8333'],
  health: ['off', { rise: '10s' }],
  release: ['never', { after: '5s' }],
  failback: ['move', 'drain 10m'],
  hooks: [[{ run: ['/usr/local/bin/tell'], on: ['down'] }]],
  notify: [{ channels: { phone: { kind: 'ntfy', url: 'https://ntfy.sh/TOPIC' } } }],
  history: ['off', { size: '200 MB' }, { clients: true }],
  marks: [{ mask: 0x00ff_0000 }],
  rulePriorityBase: [20_000],
}

async function planned(before: string, after: string): Promise<PlanReport> {
  const kernel = new FakeKernel(BOX)
  const [former, config] = [configOf(before), configOf(after)]
  const { memory } = await reconciled(kernel, former)
  const reading = await look(kernel, former, memory)
  assert.ok(reading.ok)
  const known = withLineIds(memory, config)
  return plannedFor({ config, former, observed: reading.value, memory: known, health: new Map() }).report
}

function holds({ groups, stepCount, besides }: PlanReport, key: string): void {
  const told = groups.flatMap(({ title, why }) => [title, ...why])
  const named = new RegExp(`\\b${key}\\b`)
  assert.ok((stepCount === 0 ? besides : [...told, ...besides]).some((one) => named.test(one)), [...told, ...besides].join('\n')) // prettier-ignore
  const all = [...told, ...besides, ...groups.map(({ effect }) => effect)]
  for (const text of all) assert.doesNotMatch(text, /not as it should be|none on traffic|undefined|^$/)
  assert.ok(!groups.some(({ sign }) => sign === '!'), 'a change is no repair')
}

const BARE = fileOf({}, {})

for (const [key, values] of Object.entries(OF_LINE)) {
  test(`whoever changes it at a line is told so: ${key}`, async () => {
    for (const value of values) {
      const changed = fileOf({ [key]: value }, {})
      holds(await planned(BARE, changed), key)
      holds(await planned(changed, BARE), key)
    }
  })
}

for (const [key, values] of Object.entries(OF_FILE)) {
  test(`whoever changes it in the file is told so: ${key}`, async () => {
    for (const value of values) {
      const changed = fileOf({}, { [key]: value })
      holds(await planned(BARE, changed), key)
      holds(await planned(changed, BARE), key)
    }
  })
}

test('no key of the file is forgotten here', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../docs/config.schema.json', import.meta.url), 'utf8'),
  ) as { properties: { lines: { additionalProperties: { properties: object } } } }
  const { lines, ...file } = schema.properties
  assert.deepEqual(Object.keys(OF_FILE).toSorted(), Object.keys(file).toSorted())
  assert.deepEqual(
    Object.keys(OF_LINE).toSorted(),
    Object.keys(lines.additionalProperties.properties).toSorted(),
  )
})

test('what changes beside another change is told as well', async () => {
  const { groups, besides } = await planned(
    BARE,
    fileOf({ role: 'backup', health: 'off' }, { affinity: 'client' }),
  )
  const [router] = groups.filter(({ subject }) => subject === 'router')
  assert.deepEqual(router?.why, [
    'affinity is new (config.yaml:2)',
    'role of fiber is new (config.yaml:10)',
    'fiber: a backup, in reserve',
  ])
  assert.match(
    router?.effect ?? '',
    /fiber 75 → 0 %.*; new connections: a client takes the line that it took before$/,
  )
  assert.deepEqual(besides, [
    'health of fiber is new (config.yaml:11): nobody is asked over fiber, so a silent provider is no longer noticed',
  ])
})

test('a file that says the same in other words changes nothing', async () => {
  const { stepCount, besides } = await planned(BARE, `# the same\n${BARE}`)
  assert.deepEqual([stepCount, besides], [0, []])
})
