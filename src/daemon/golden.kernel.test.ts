import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import type { Move, Observed, Ruleset } from '../model/index.ts'
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

const VANDALS: readonly { says: string; nft: readonly string[] }[] = [
  {
    says: 'a policy that drops all that leaves',
    nft: ['add chain inet multihomed leaving { policy drop; }'],
  },
  {
    says: 'a table put to sleep',
    nft: ['add table inet multihomed { flags dormant; }'],
  },
  {
    says: 'a table put to sleep, and a chain emptied',
    nft: ['add table inet multihomed { flags dormant; }', 'flush chain inet multihomed prerouting'],
  },
  {
    says: 'a chain at another priority, as an older release had it',
    nft: [
      'delete chain inet multihomed leaving',
      'add chain inet multihomed leaving { type filter hook postrouting priority 5; policy accept; }',
    ],
  },
  {
    says: 'a chain at no hook',
    nft: ['delete chain inet multihomed leaving', 'add chain inet multihomed leaving'],
  },
  {
    says: 'a map that forgets later, as an older release had it',
    nft: [
      'flush chain inet multihomed choose',
      'flush chain inet multihomed prerouting',
      'delete map inet multihomed affinity',
      'add map inet multihomed affinity { typeof numgen inc mod 2 : ct mark; size 65536; flags dynamic,timeout; timeout 1h; }',
    ],
  },
  {
    says: 'a set of another kind of element',
    nft: [
      'flush chain inet multihomed prerouting',
      'flush chain inet multihomed leaving',
      'delete set inet multihomed lan',
      'add set inet multihomed lan { type ipv4_addr; }',
    ],
  },
]

for (const { says, nft } of VANDALS) {
  test(`${says} is seen and mended, in one go`, async () => {
    const { observed, wanted, memory } = await workOut('howto', (start) => new FakeKernel(start))
    const toDo = async (): Promise<Move[]> =>
      diff({ ...observed, ruleset: (await observe()).ruleset }, wanted.state, memory.originals).filter(
        (move) => move.do === 'change-ruleset',
      )
    await change(undefined, wanted.state.ruleset)
    const whole = listing()
    for (const line of nft) execFileSync('nft', [line])
    const [mend] = await toDo()
    assert.ok(mend)
    const done = await kernel.apply(mend)
    assert.ok(done.ok, done.ok ? '' : done.error.said)
    assert.deepEqual(await toDo(), [])
    assert.equal(listing(), whole)
    await change(wanted.state.ruleset, undefined)
  })
}

/** Without the order of things, which says when they came. */
const listing = (): string =>
  execFileSync('nft', ['list', 'table', 'inet', 'multihomed'], { encoding: 'utf8' })
    .split('\n\n')
    .map((block) => block.replace(/^table .*\n/, '').replace(/\n\}\n$/, ''))
    .toSorted()
    .join('\n')

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
