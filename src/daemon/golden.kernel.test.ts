import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import type { Observed, Ruleset } from '../model/index.ts'
import { diff } from '../plan/index.ts'
import { reconciled, stateOf } from './examples.ts'
import { GOLDEN, goldenCases, workOut } from './golden.ts'
import { takeDown } from './take-down.ts'

requirePrivateWorld()
const opened = await openLinuxKernel()
assert.ok(opened.ok)
const kernel = opened.value
after(() => kernel.close())

const observe = async (): Promise<Observed> => {
  const reading = await kernel.observe([])
  assert.ok(reading.ok)
  return reading.value
}
const change = async (from: Ruleset | undefined, to: Ruleset | undefined): Promise<void> => {
  const done = await kernel.apply({ do: 'change-ruleset', from, to })
  assert.ok(done.ok, done.ok ? '' : done.error.said)
}

for (const name of goldenCases()) {
  test(`the ruleset of ${name} loads, and what nft prints of it is read as what was meant`, async () => {
    const { observed, wanted, memory } = await workOut(name, (start) => new FakeKernel(start))
    const leftToDo = async (): Promise<string[]> =>
      diff({ ...observed, ruleset: (await observe()).ruleset }, wanted.state, memory.originals)
        .map((move) => move.do)
        .filter((kind) => kind === 'change-ruleset')
    // From nothing to what was there before, from there to what is wished, as the kernel itself tells it.
    await change(undefined, observed.ruleset)
    await change((await observe()).ruleset, wanted.state.ruleset)
    assert.deepEqual(await leftToDo(), [])
    await change(wanted.state.ruleset, undefined)
    assert.equal((await observe()).ruleset, undefined)
    execFileSync('nft', ['-f', join(GOLDEN, name, 'ruleset.nft')])
    assert.deepEqual(await leftToDo(), [])
    await change(wanted.state.ruleset, undefined)
  })
}

test("the how-to's own network: rules and tables as its README shows them, and nothing left after down", async () => {
  const { config } = await workOut('howto', (start) => new FakeKernel(start))
  for (const dev of ['IFI', 'IFE1', 'IFE2']) {
    execFileSync('ip', ['link', 'add', dev, 'type', 'veth', 'peer', 'name', `${dev}-far`])
    execFileSync('ip', ['link', 'set', `${dev}-far`, 'up'])
  }
  const before = await stateOf(kernel)
  const { memory } = await reconciled(kernel, config)
  holdConsole(join(GOLDEN, 'howto', 'README.md'))
  assert.deepEqual((await reconciled(kernel, config, memory)).report.moves, [])
  const down = await takeDown(kernel, memory, false)
  assert.ok(down.ok, down.ok ? '' : down.error)
  assert.equal(withoutTraffic(await stateOf(kernel)), withoutTraffic(before))
  for (const dev of ['IFI', 'IFE1', 'IFE2']) execFileSync('ip', ['link', 'del', dev])
})

/** Every `$ command` in a console block of the page is run, and prints what stands below it. */
function holdConsole(path: string): void {
  const page = readFileSync(path, 'utf8')
  const held = page.replaceAll(/(?<=```console\n)[^]*?(?=```)/g, (block) =>
    block
      .split(/^(?=\$ )/m)
      .map((part) => {
        const [command = ''] = part.split('\n')
        const [program = '', ...args] = command.slice(2).split(' ')
        const printed = execFileSync(program, args, { encoding: 'utf8' })
        return `${command}\n${printed.replaceAll(/[ \t]+$/gm, '').replaceAll('\t', '    ')}`
      })
      .join(''),
  )
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(path, held)
  else assert.equal(held, page)
}

/** Of links going down and up packets are left in the counters, and IPv6 addresses come when they please. */
const withoutTraffic = (state: string): string =>
  state
    .split('\n')
    .filter((line) => !line.includes('ipv6') && !/^links .*-far/.test(line))
    .join('\n')
    .replaceAll(/"[rt]xBytes":\d+/g, '')
