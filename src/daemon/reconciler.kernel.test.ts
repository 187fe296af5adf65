import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, test } from 'node:test'
import * as fc from 'fast-check'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { OTHER_LINES, TWO_LINES, configOf, reconciled, stateOf } from './examples.ts'
import { takeDown } from './take-down.ts'

requirePrivateWorld()
const opened = await openLinuxKernel()
assert.ok(opened.ok)
const kernel = opened.value
after(() => kernel.close())

const WANS = [1, 2, 3, 4]
const FILES = {
  'two lines': TWO_LINES,
  'other lines': OTHER_LINES,
  'all by DHCP': configOf(
    `lan: { interfaces: [lan0] }
lines: { fiber: { interface: wan4 }, dsl: { interface: wan2, nat: off }, lte: { interface: wan3, weight: 7 } }
affinity: connection`,
  ),
  'a server with the numbers of the how-to': configOf(
    `lines: { uplink: { interface: wan2 }, fiber: { interface: wan3, address: 192.0.2.9/25, gateway: 192.0.2.1 } }
rulePriorityBase: 0`,
  ),
  'another mask, part of the LAN': configOf(
    `lan: { interfaces: [{ name: lan0, address: 10.9.0.1/24 }], networks: [10.9.0.0/25] }
lines: { dsl: { interface: wan2 }, cable: { interface: wan1, address: 198.51.1.2/24, gateway: 198.51.1.1 } }
affinity: client
marks: { mask: 0x00f00000 }`,
  ),
}
const EVENTS = {
  unplug: 'link set wan2-far down',
  plug: 'link set wan2-far up',
  'switch off': 'link set wan3 down',
  'switch on': 'link set wan3 up',
  'lose rules': 'rule flush protocol 222',
  'lose nexthops': 'nexthop flush protocol 222',
}
const names = <K extends string>(of: Readonly<Record<K, unknown>>): K[] => Object.keys(of) as K[]

test('on the real kernel: files and events in any order are settled by one pass, and down leaves nothing', async () => {
  const moment = fc.record({
    file: fc.constantFrom(...names(FILES)),
    events: fc.array(fc.constantFrom(...names(EVENTS)), { maxLength: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 6 }), async (moments) => {
      makeBox()
      const before = await state()
      let memory: Memory = emptyMemory
      for (const { file, events } of moments) {
        ip(...events.map((event) => EVENTS[event]))
        memory = (await reconciled(kernel, FILES[file], memory)).memory
        assert.deepEqual((await reconciled(kernel, FILES[file], memory)).report.moves, [])
      }
      const down = await takeDown(kernel, memory, false)
      assert.ok(down.ok, down.ok ? '' : down.error)
      // What happened to the box meanwhile is not ours to undo; without events it is as it was, to the byte.
      if (moments.every(({ events }) => events.length === 0)) assert.equal(await state(), before)
      assert.doesNotMatch(await state(), /"protocol":222|multihomed|^ruleset \{/m)
    }),
    { numRuns: 12 },
  )
  removeBox()
})

/** As `BOX` is: wan1 switched off and bare, the others with what DHCP leaves. */
function makeBox(): void {
  removeBox()
  const links = ['lan0', ...WANS.map((n) => `wan${n}`)].flatMap((dev) => [
    `link add ${dev} type veth peer name ${dev}-far`,
    `link set ${dev}-far up`,
    ...(dev === 'wan1' ? [] : [`link set ${dev} up`]),
  ])
  const dhcp = WANS.slice(1).flatMap((n) => [
    `address add 198.51.${n}.77/24 brd + dev wan${n}`,
    `route add default via 198.51.${n}.1 dev wan${n} metric ${100 + n} proto dhcp`,
  ])
  ip(...links, 'address add 10.0.0.1/24 dev lan0', ...dhcp)
}

function removeBox(): void {
  ip(...['lan0', ...WANS.map((n) => `wan${n}`)].map((dev) => `link del ${dev}`))
}

/** IPv6 addresses come when they please, and the other ends count what they hear. */
async function state(): Promise<string> {
  return (await stateOf(kernel))
    .split('\n')
    .filter((line) => !line.includes('ipv6') && !line.includes('-far"'))
    .join('\n')
    .replaceAll(/"[rt]xBytes":\d+/g, '')
}

/** What cannot be done (a device that is not there) is passed over. */
function ip(...lines: readonly string[]): void {
  const input = lines.join('\n')
  execFileSync('sh', ['-c', 'ip -force -batch - || true'], { input, stdio: ['pipe', 'ignore', 'ignore'] })
}
