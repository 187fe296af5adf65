/** What a daemon costs, what its absence means, and what lies on the disk. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf } from '../examples.ts'
import { daemonFindings, type DaemonFacts } from './daemon-findings.ts'

const LINES = 'lines: { fiber: { interface: wan1 }, dsl: { interface: wan2 } }\n'
const config = configOf(LINES)
const path = '/var/lib/multihomed/history.db'
const cost = { residentBytes: 96e6, cpuRatio: 0.004, livesS: 600 }
const RUNS: DaemonFacts = {
  running: { pid: 611, isDoorShut: false, cost },
  isInKernel: true,
  stepCount: 0,
  config,
  history: { path, bytes: 4_200_000 },
  openFiles: [],
}
const { running: _, ...AWAY } = RUNS
const aside = { path: `${path}.broken`, bytes: 1000, atMs: Date.UTC(2026, 10, 1) }

const ROWS: readonly { readonly name: string; readonly facts: DaemonFacts; readonly told: RegExp | null }[] =
  [
    { name: 'it runs, and all is well', facts: RUNS, told: null },
    {
      name: 'it eats the box',
      facts: { ...RUNS, running: { pid: 611, isDoorShut: true, cost: { ...cost, cpuRatio: 0.4 } } },
      told: /^note cost: .*40\.0 % of a core since its start, which is much$/,
    },
    {
      name: 'it was started just now, which costs something once',
      facts: {
        ...RUNS,
        running: { pid: 611, isDoorShut: false, cost: { ...cost, cpuRatio: 0.4, livesS: 4 } },
      },
      told: null,
    },
    {
      name: 'it was killed, and its rules stand',
      facts: AWAY,
      told: /^fix daemon: no daemon answers: .* nobody notices a line that dies$/,
    },
    {
      name: 'it was killed, and somebody removed a rule',
      facts: { ...AWAY, stepCount: 1 },
      told: /; 1 step is missing to what the file wishes \(multihome plan\)$/,
    },
    { name: 'it was never started', facts: { ...AWAY, isInKernel: false }, told: /^note daemon: / },
    {
      name: 'a history that nobody can read',
      facts: { ...RUNS, history: { path, bytes: 9, trouble: 'file is not a database' } },
      told: /^note history: .*history\.db cannot be read: file is not a database$/,
    },
    {
      name: 'one that was set aside, while nobody runs who would say so',
      facts: { ...AWAY, isInKernel: false, stepCount: 0, config, history: { path, aside } },
      told: /history\.db\.broken is a history that nobody could read, set aside on 2026-11-01/,
    },
    {
      name: 'tokens that everybody may read',
      facts: { ...RUNS, openFiles: ['/var/lib/multihomed/tokens.json'] },
      told: /^fix state: .*tokens\.json is open to others/,
    },
  ]
for (const { name, facts, told } of ROWS) {
  test(`doctor, of the daemon: ${name}`, () => {
    const wrong = daemonFindings(facts).filter(({ severity }) => severity !== 'ok')
    const last = wrong.at(-1)
    if (told === null) assert.deepEqual(wrong, [])
    else assert.match(`${last?.severity} ${last?.name}: ${last?.text}`, told)
    for (const { help } of wrong) assert.ok(help !== undefined)
  })
}

test('doctor, of the daemon: what is well is said, too', () => {
  assert.deepEqual(
    daemonFindings(RUNS).map(({ text }) => text),
    [
      'the daemon (pid 611) takes 96 MB, and 0.4 % of a core since its start',
      'the API and the dashboard are at http://localhost:8222',
      '/var/lib/multihomed/history.db has 4.2 MB of 100 MB',
    ],
  )
  const off = daemonFindings({ ...RUNS, config: configOf(`${LINES}history: off\napi: off\n`) })
  assert.ok(off.some(({ text }) => text === 'history is off, as the file wishes'))
  assert.ok(!off.some(({ name }) => name === 'api'))
})
