import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { formatPrefix } from '../model/index.ts'
import { VOCABULARY } from './contract-parts.ts'
import { changesOf, fakeWorld, look, outcomeOf, type World } from './contract-run.ts'
import { ADDRESSES, BIRTH_RULES, SHAPED, tell } from './contract-words.ts'
import { CASES } from './contract.ts'
import { openLinuxKernel } from './linux.ts'
import { enterOwnNetwork } from './own-network.ts'
import { surveyBox } from './survey.ts'

enterOwnNetwork('MULTIHOMED_TEST_LINUX')

const opened = await openLinuxKernel()
assert.ok(opened.ok)
const kernel = opened.value
after(() => kernel.close())
beforeEach(makeWorldAnew)

for (const one of CASES) {
  test(`the real kernel: ${one.name}`, async () => {
    assert.deepEqual(await changesOf(realWorld(), one), one.changes)
  })
}

test('whatever is done in whatever order, the pretend kernel answers and looks like the real one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...VOCABULARY), { minLength: 1, maxLength: 25, size: 'max' }),
      async (acts) => {
        makeWorldAnew()
        const [real, fake] = [realWorld(), fakeWorld()]
        assert.deepEqual(tell(await look(fake)), tell(await look(real)))
        const has = new Set(Object.keys(ADDRESSES))
        for (const act of acts) {
          if ('happens' in act) {
            // A cable of a device that is not there cannot be pulled.
            if (has.has(act.dev) === (act.happens === 'bring-back')) continue
            if (act.happens === 'remove') has.delete(act.dev)
            if (act.happens === 'bring-back') has.add(act.dev)
            for (const world of [real, fake]) world.happen(act)
          } else {
            assert.equal(await outcomeOf(fake, act), await outcomeOf(real, act), JSON.stringify(act))
          }
          assert.deepEqual(tell(await look(fake)), tell(await look(real)), JSON.stringify(act))
        }
      },
    ),
    propertyRuns(25),
  )
})

test('a kernel that was started without IPv6 (ipv6.disable=1) is read all the same', async () => {
  execFileSync('mount', ['-t', 'tmpfs', 'none', '/proc/sys/net/ipv6'])
  try {
    const reading = await kernel.observe(['net/ipv4/ip_forward', 'net/ipv6/conf/*/forwarding'])
    assert.ok(reading.ok, JSON.stringify(reading))
    const { rules, sysctls } = reading.value
    assert.deepEqual([...new Set(rules.map(({ family }) => family))], ['ipv4'])
    assert.deepEqual(
      sysctls.map(({ key }) => key),
      ['net/ipv4/ip_forward'],
    )
  } finally {
    execFileSync('umount', ['/proc/sys/net/ipv6'])
  }
})

for (const [missing, debianPackage] of [
  ['nft', 'nftables'],
  ['ip', 'iproute2'],
] as const) {
  test(`a box without ${missing} is told at the start what to install, not by a pass that fails for ever`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'multihomed-test-'))
    const path = process.env['PATH']
    const others = ['ip', 'nft', 'sh'].filter((command) => command !== missing)
    for (const command of others) symlinkSync(whereIs(command), join(folder, command))
    process.env['PATH'] = folder
    try {
      const outcome = await openLinuxKernel()
      assert.ok(!outcome.ok)
      assert.equal(outcome.error.what, missing)
      assert.match(outcome.error.said, new RegExp(`ENOENT.* Debian package ${debianPackage}$`))
    } finally {
      process.env['PATH'] = path
      rmSync(folder, { recursive: true })
    }
  })
}

test('whoever still asks while the daemon ends gets an error, and ends neither it nor keeps it alive', async () => {
  const other = await openLinuxKernel()
  assert.ok(other.ok)
  const link = { do: 'set-link', dev: 'lan0', up: true } as const
  const underWay = [other.value.observe([]), other.value.apply(link)]
  other.value.close()
  await Promise.all(underWay)
  assert.ok(!(await other.value.observe([])).ok)
  for (const move of [
    link,
    { do: 'change-ruleset', from: undefined, to: { counters: [], maps: [], chains: [] } } as const,
  ])
    assert.ok(!(await other.value.apply(move)).ok)
  await assert.rejects(other.value.counts(), /closed/)
  other.value.close()
})

for (const compatible of ['1', '0']) {
  test(`defaults by nexthop objects, as FRR sets them, have gateways to follow; nexthop_compat_mode=${compatible}`, async () => {
    writeFileSync('/proc/sys/net/ipv4/nexthop_compat_mode', compatible)
    ip(
      'nexthop add id 10 via 198.51.100.1 dev wan1 proto zebra',
      'nexthop add id 11 via 203.0.113.1 dev wan2 proto zebra',
      'nexthop add id 20 group 10/11 proto zebra',
      'route add default nhid 10 proto 196 metric 20',
      'route add default nhid 20 proto 196 metric 30',
    )
    const seen = await kernel.observe([])
    const survey = await surveyBox()
    writeFileSync('/proc/sys/net/ipv4/nexthop_compat_mode', '1')
    assert.ok(seen.ok && survey.ok)
    for (const { routes } of [seen.value, survey.value])
      assert.deepEqual(
        routes
          .filter(({ protocol }) => protocol === 196)
          .map(({ metric, via, dev, nexthopId }) => [metric, via, dev, nexthopId]),
        [
          [20, '198.51.100.1', 'wan1', undefined],
          [30, '198.51.100.1', 'wan1', undefined],
          [30, '203.0.113.1', 'wan2', undefined],
        ],
      )
  })
}

const whereIs = (command: string): string =>
  execFileSync('sh', ['-c', 'command -v "$1"', 'sh', command], { encoding: 'utf8' }).trim()

function realWorld(): World {
  return {
    kernel,
    happen({ happens, dev }) {
      if (happens === 'plug' || happens === 'unplug') {
        ip(`link set ${dev}-far ${happens === 'plug' ? 'up' : 'down'}`)
        waitForCarrier(dev, happens === 'plug')
      }
      if (happens === 'switch-on' || happens === 'switch-off')
        ip(`link set ${dev} ${happens === 'switch-on' ? 'up' : 'down'}`)
      if (happens === 'remove') ip(`link del ${dev}`)
      if (happens === 'bring-back') addLink(dev)
    },
  }
}

/** Carrier is there at once, but nexthops go only when the kernel's link watch has told of it, a moment later. */
function waitForCarrier(dev: string, carrier: boolean): void {
  for (const deadlineMs = performance.now() + 5000; performance.now() < deadlineMs;) {
    const [link] = JSON.parse(
      execFileSync('ip', ['-json', 'link', 'show', 'dev', dev], { encoding: 'utf8' }),
    ) as [{ readonly flags: readonly string[]; readonly operstate: string }]
    if (!link.flags.includes('UP') || (link.operstate === 'UP') === carrier) return
  }
  throw new Error(`the carrier of ${dev} did not change`)
}

function makeWorldAnew(): void {
  const devices = Object.keys(ADDRESSES)
  ip(
    ...[...devices, ...SHAPED.map(({ through }) => through)].map((dev) => `link del ${dev}`),
    'nexthop flush',
    'rule flush protocol 222',
  )
  ip(
    ...BIRTH_RULES.map(
      ({ priority, table }) => `rule add pref ${priority} from all lookup ${table} protocol kernel`,
    ),
  )
  ip(...[201, 202, 222].map((table) => `route flush table ${table}`))
  ip6(...[201, 222].map((table) => `route flush table ${table}`), 'rule flush protocol 222')
  execFileSync('nft', ['flush', 'ruleset'])
  // Turned on and off again it takes all that follows it back to what it is at birth.
  for (const forwarding of ['1', '0']) writeFileSync('/proc/sys/net/ipv4/ip_forward', forwarding)
  for (const dev of devices) addLink(dev)
  ip(
    ...Object.entries(ADDRESSES).map(
      ([dev, address]) => `address add ${formatPrefix(address)} brd + dev ${dev}`,
    ),
  )
}

const addLink = (dev: string): void =>
  ip(`link add ${dev} type veth peer name ${dev}-far`, `link set ${dev}-far up`, `link set ${dev} up`)

const ip = (...lines: readonly string[]): void => batch('ip', lines)
const ip6 = (...lines: readonly string[]): void => batch('ip -6', lines)

/** Whatever cannot be done (a table that is empty already) is passed over; the test would see it. */
function batch(command: 'ip' | 'ip -6', lines: readonly string[]): void {
  execFileSync('sh', ['-c', `${command} -force -batch - || true`], {
    input: lines.join('\n'),
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}
