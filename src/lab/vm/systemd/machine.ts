/** This guest as the router of a lab: its daemon is the unit's, and so are its programs. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { after, afterEach, before } from 'node:test'
import { createClient } from '../../../api/client.ts'
import type { StatusDocument } from '../../../api/contract.ts'
import { createLab, eventually } from '../../index.ts'
import type { Lab, LabOptions } from '../../index.ts'
import { mustRun, run } from '../../run.ts'

export const CONFIG = '/etc/multihomed/config.yaml'
/** Six times as long in a guest: docs/vm.md. */
const LIMIT_MS = 20_000

const client = createClient('/run/multihomed/multihomed.sock')

/** A command of the box that must succeed: emulated, it takes its time. */
export const must = (...argv: readonly string[]): Promise<string> =>
  mustRun(undefined, argv, { timeoutMs: LIMIT_MS })

/** Properties of a unit, as `systemctl show` has them. */
export async function show(unit: string, ...properties: readonly string[]): Promise<Record<string, string>> {
  const rows = await must(
    'systemctl',
    'show',
    unit,
    ...properties.map((property) => `--property=${property}`),
  )
  return Object.fromEntries(
    rows
      .trim()
      .split('\n')
      .map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)]),
  )
}

export async function status(): Promise<StatusDocument> {
  const answer = await client.status()
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}

/** What the daemon wrote to the journal since it was started. */
export const journal = (): Promise<string> =>
  must('journalctl', '--unit=multihomed', '--boot', '--output=cat', '--no-pager')

export async function becomes(line: string, state: 'up' | 'down' | 'absent'): Promise<void> {
  await eventually(
    async () => {
      const answer = await client.status()
      return answer.ok ? answer.value.lines.find(({ name }) => name === line)?.state : 'no answer'
    },
    (seen) => seen === state,
    { what: `${line} is ${state}`, timeoutMs: LIMIT_MS },
  )
}

/** A file with the lines of the lab as some other program configures them. */
export const FOLLOWED = `lan: { interfaces: [{ name: lan0, address: 10.0.0.1/24 }] }
lines: { fiber: { interface: wan1 }, dsl: { interface: wan2 } }
affinity: connection
`

/** @returns what the daemon has written to the journal from now on */
export async function journalSince(): Promise<() => Promise<string>> {
  const before = (await journal()).length
  return async () => (await journal()).slice(before)
}

/** Everything of ours that `ip rule` shows; of one priority in any order. */
export const ourRules = async (): Promise<string> =>
  (await must('ip', 'rule'))
    .split('\n')
    .filter((line) => line.includes('proto 222'))
    .toSorted()
    .join('\n')

/** What `doctor` says, on one line: as wide as it may be it is wrapped. */
export async function doctor(): Promise<string> {
  // What it finds wrong is no failure of its own.
  const { stdout } = await run(undefined, ['multihome', 'doctor'], { timeoutMs: LIMIT_MS })
  return stdout.replaceAll(/\s+/g, ' ')
}

/** Every one of some new connections succeeds, and all lines have a part. */
export async function spreads(lab: Lab): Promise<void> {
  const { failed, lines } = await lab.load({ connections: 20 })
  const used = Object.keys(lines).filter((line) => (lines[line]?.connections ?? 0) > 0)
  assert.deepEqual([failed, used], [0, ['fiber', 'dsl']])
}

/** Another file, taken over by the unit's own way. */
export async function apply(config: string): Promise<void> {
  await writeFile(CONFIG, config)
  // While it starts a reload would be one with that, and the file was read before.
  await must('systemctl', 'start', 'multihomed')
  await must('systemctl', 'reload', 'multihomed')
}

/** As long as the tests of a file; then the file that the guest booted with is in force again. */
export function machine(options: LabOptions = {}): { readonly lab: Lab } {
  let made: Lab | undefined
  let bootFile = ''
  before(async () => {
    bootFile = await readFile(CONFIG, 'utf8')
    made = await createLab({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 2, servers: 2, router: 'here', ...options }) // prettier-ignore
  })
  afterEach(async (context) => {
    if ('passed' in context && !context.passed)
      console.error(`the journal ends:\n${(await journal()).split('\n').slice(-40).join('\n')}`)
  })
  after(async () => {
    await made?.remove()
    await eventually(
      () => ['lan0', 'wan1', 'wan2'].filter((device) => existsSync(`/sys/class/net/${device}`)),
      (left) => left.length === 0,
      { what: 'the cables of the lab are gone', timeoutMs: LIMIT_MS },
    )
    await apply(bootFile)
  })
  return {
    get lab() {
      return made ?? assert.fail('the lab is made before the first test')
    },
  }
}
