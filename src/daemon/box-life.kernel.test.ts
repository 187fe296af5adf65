import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { asLongAsThereIsTime, propertyRuns } from '../../scripts/property-runs.ts'
import { setns } from '../kernel/ffi.ts'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import { unreachable } from '../model/index.ts'
import { anyLife, peacefulLife } from './any-life.ts'
import { BoxLife, befall, look, told, type Moment, type World } from './box-life.ts'
import { BOX } from './examples.ts'
import type { Handiwork } from './mishaps.ts'
import { pretendWorld } from './pretend-world.ts'

requirePrivateWorld()

const TIME_MS = 45_000

test('whatever befalls a real box in whatever order, it is settled as on the pretend one, and down leaves nothing of ours', async (t) => {
  const property = asLongAsThereIsTime(TIME_MS, tell(t), ({ first, moments }: Life) =>
    inRealWorld(async (real) => {
      const pretend = pretendWorld()
      const lives = [new BoxLife(real, first), new BoxLife(pretend, first)]
      assert.deepEqual(told(await look(pretend.kernel)), told(await look(real.kernel)))
      for (const moment of moments) {
        for (const life of lives) await life.live(moment)
        assert.deepEqual(told(await look(pretend.kernel)), told(await look(real.kernel)))
      }
      await lives[0]?.down()
      assert.doesNotMatch(real.state().join('\n'), /proto(?:col)? 222|multihomed/)
    }),
  )
  await fc.assert(fc.asyncProperty(anyLife, property), propertyRuns(25))
})

test('after down a real box is to the byte as if we had never been there, whatever others did to what is theirs', async (t) => {
  const property = asLongAsThereIsTime(TIME_MS, tell(t), async ({ first, moments }: Life) => {
    assert.deepEqual(differences(await afterwards(first, moments), await untouched(moments)), [])
  })
  await fc.assert(fc.asyncProperty(peacefulLife, property), propertyRuns(20))
})

interface Life {
  readonly first: string
  readonly moments: readonly Moment[]
}

const tell =
  (t: TestContext) =>
  (text: string): void =>
    t.diagnostic(text)

const afterwards = (first: string, moments: readonly Moment[]): Promise<string[]> =>
  inRealWorld(async (world) => {
    const life = new BoxLife(world, first)
    for (const moment of moments) await life.live(moment)
    await life.down()
    return world.state()
  })

const untouched = (moments: readonly Moment[]): Promise<string[]> =>
  inRealWorld(async (world) => {
    for (const { mishaps } of moments) for (const mishap of mishaps) await befall(world, mishap)
    return world.state()
  })

const differences = (lived: readonly string[], without: readonly string[]): string[] => [
  ...lived.filter((line) => !without.includes(line)).map((line) => `with us: ${line}`),
  ...without.filter((line) => !lived.includes(line)).map((line) => `without: ${line}`),
]

interface RealWorld extends World {
  /** All of its networking, as `ip` and `nft` tell it, and the settings below /proc/sys/net/ipv4. */
  readonly state: () => string[]
}

const home = openSync('/proc/thread-self/ns/net', 'r')
const NETWORK = 0x4000_0000 // CLONE_NEWNET of linux/sched.h
let worlds = 0

/** `BOX` in a network namespace of its own, where this thread is meanwhile. */
async function inRealWorld<T>(work: (world: RealWorld) => Promise<T>): Promise<T> {
  const name = `life-${process.pid}-${(worlds += 1)}`
  ip(`netns add ${name}`)
  const namespace = openSync(`/run/netns/${name}`, 'r')
  setns(namespace, NETWORK)
  try {
    makeBox()
    const opened = await openLinuxKernel()
    if (!opened.ok) throw new Error(opened.error.said)
    const kernel = opened.value
    try {
      return await work({ kernel, handle, state })
    } finally {
      kernel.close()
    }
  } finally {
    setns(home, NETWORK)
    closeSync(namespace)
    ip(`netns del ${name}`)
  }
}

function makeBox(): void {
  // Else IPv6 addresses of the link come when they please.
  set('net/ipv6/conf/default/addr_gen_mode', '1')
  set('net/ipv4/conf/default/rp_filter', '0')
  const { links = [], addresses = [], routes = [], sysctls = [] } = BOX
  ip(
    ...links.flatMap(({ name, up }) => [...plugIn(name), ...(up ? [`link set ${name} up`] : [])]),
    ...addresses.map((held) => `address add ${held.address}/${held.length} brd + dev ${held.dev}`),
    ...routes.flatMap(({ via, dev, metric, protocol }) =>
      via === undefined ? [] : [`route add default via ${via} dev ${dev} metric ${metric} proto ${protocol}`],
    ),
  )
  for (const { key, value } of sysctls) set(key, value)
}

/** With the same hardware addresses in every world. */
const plugIn = (dev: string): string[] => [
  `link add ${dev} address 02:00:00:00:01:0${dev.at(-1)} type veth peer name ${dev}-far address 02:00:00:00:02:0${dev.at(-1)}`,
  `link set ${dev}-far up`,
]

function handle(work: Handiwork): void {
  const { is, dev } = work
  if (isThere(dev) === (is === 'bring-back')) return
  switch (is) {
    case 'unplug':
    case 'plug':
      ip(`link set ${dev}-far ${is === 'plug' ? 'up' : 'down'}`)
      waitForCarrier(dev, is === 'plug')
      break
    case 'remove':
      ip(`link del ${dev}`)
      break
    case 'bring-back':
      ip(...plugIn(dev), `link set ${dev} up`)
      break
    case 'rename':
      ip(`link set ${dev} down`, `link set ${dev} name ${work.to}`, `link set ${work.to} up`)
      break
    default:
      return unreachable(work)
  }
}

const isThere = (dev: string): boolean => existsSync(`/proc/sys/net/ipv4/conf/${dev}`)

/** Carrier is there at once, but nexthops go only when the kernel's link watch has told of it, a moment later. */
function waitForCarrier(dev: string, carrier: boolean): void {
  for (const deadlineMs = performance.now() + 5000; performance.now() < deadlineMs;) {
    const link = ip(`link show dev ${dev}`)
    if (!/[<,]UP[,>]/.test(link) || link.includes(' state UP ') === carrier) return
  }
  throw new Error(`the carrier of ${dev} did not change`)
}

function state(): string[] {
  const tables = ip('rule', '-6 rule', 'route show table all', 'nexthop', 'address')
    .split('\n')
    .filter((line) => !line.includes('-far'))
    // The queue of a card that was on once stays with it, and its state is told a moment later than its flags.
    .map((line) => line.replace(/ qdisc \S+ state \S+ /, ' '))
  const ruleset = execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).split('\n')
  return [...tables, ...ruleset, ...settings('')]
}

function settings(folder: string): string[] {
  const path = `/proc/sys/net/ipv4/${folder}`
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? settings(`${folder}${entry.name}/`)
      : [`${folder}${entry.name} ${readSetting(path + entry.name)}`],
  )
}

/** Some can only be written. */
function readSetting(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

const set = (key: string, value: string): void => writeFileSync(`/proc/sys/${key}`, value)

/** What cannot be done (a device that is not there) is passed over. */
function ip(...lines: readonly string[]): string {
  const argv = ['-c', 'ip -force -batch - 2>/dev/null || true']
  return execFileSync('sh', argv, { input: lines.join('\n'), encoding: 'utf8' })
}
