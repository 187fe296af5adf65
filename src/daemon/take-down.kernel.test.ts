import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { after, afterEach, beforeEach, test } from 'node:test'
import { openLinuxKernel } from '../kernel/index.ts'
import { requirePrivateWorld } from '../lab/index.ts'
import { configOf, reconciled } from './examples.ts'
import { takeDown } from './take-down.ts'

requirePrivateWorld()
const opened = await openLinuxKernel()
assert.ok(opened.ok)
const kernel = opened.value
after(() => kernel.close())

const DEVICES = ['lan0', 'wan1', 'tun0']
const ROUTER = configOf(`
lan: { interfaces: [lan0] }
lines: { fiber: { interface: wan1, address: 198.51.1.2/24, gateway: 198.51.1.1 } }
`)
const ADDRESSED = configOf(`
lan: { interfaces: [{ name: lan0, address: 10.0.0.1/24 }] }
lines: { fiber: { interface: wan1, address: 198.51.1.2/24, gateway: 198.51.1.1 } }
`)
const SERVER = configOf(`
lines: { fiber: { interface: wan1, address: 198.51.1.2/24, gateway: 198.51.1.1 } }
`)

beforeEach(() => {
  for (const dev of DEVICES) ip('link', 'add', 'dev', dev, 'type', 'veth', 'peer', 'name', `${dev}-far`)
  for (const dev of DEVICES) ip('link', 'set', 'dev', `${dev}-far`, 'up')
  // The usual hardening, and a tunnel that forwards on a box that does not.
  set('ip_forward', '0')
  for (const dev of ['all', 'default', ...DEVICES])
    for (const name of ['accept_redirects', 'secure_redirects', 'send_redirects'])
      set(`conf/${dev}/${name}`, '0')
  set('conf/tun0/forwarding', '1')
})
afterEach(() => {
  for (const dev of DEVICES) ip('link', 'del', 'dev', dev)
})

test('after down a hardened box takes no redirects, and forwards where it did and nowhere else', async () => {
  const before = settings()
  const { memory } = await reconciled(kernel, ROUTER)
  assert.equal(settings()['ip_forward'], '1')
  assert.notDeepEqual(settings(), before)
  const again = await reconciled(kernel, ROUTER, memory)
  const down = await takeDown(kernel, again.memory, false)
  assert.ok(down.ok, down.ok ? '' : down.error)
  assert.deepEqual(settings(), before)
})

test('so it is when the LAN is taken out of the file, and the admin may change it from then on', async () => {
  const before = settings()
  const { memory } = await reconciled(kernel, ROUTER)
  const server = await reconciled(kernel, SERVER, memory)
  const { 'conf/wan1/rp_filter': _, ...others } = settings()
  const { 'conf/wan1/rp_filter': rpFilter, ...wanted } = before
  const stillHeld = { fib_multipath_hash_policy: '0', 'conf/wan1/promote_secondaries': '0' }
  assert.deepEqual({ ...others, ...stillHeld }, wanted)
  set('conf/tun0/forwarding', '0')
  const down = await takeDown(kernel, server.memory, false)
  assert.ok(down.ok, down.ok ? '' : down.error)
  assert.deepEqual(settings(), { ...wanted, 'conf/wan1/rp_filter': rpFilter, 'conf/tun0/forwarding': '0' })
})

test('after down an interface that was off is off, with the IPv6 address that somebody had put on it', async () => {
  const held = (): string =>
    execFileSync('ip', ['-o', 'address', 'show', 'dev', 'lan0'], { encoding: 'utf8' })
  ip('address', 'add', '2001:db8:100::1/64', 'dev', 'lan0')
  const { memory } = await reconciled(kernel, ADDRESSED)
  assert.match(held(), /10\.0\.0\.1/)
  const down = await takeDown(kernel, memory, false)
  assert.ok(down.ok, down.ok ? '' : down.error)
  assert.match(held(), /2001:db8:100::1\/64/)
  assert.doesNotMatch(held(), /10\.0\.0\.1/)
  assert.equal(readFileSync('/proc/sys/net/ipv6/conf/lan0/keep_addr_on_down', 'utf8').trim(), '0')
})

/** All that the kernel has to set for IPv4 interfaces, and the two of the box as a whole that we set. */
function settings(): Record<string, string> {
  const conf = readdirSync(`${IPV4}conf`).flatMap((dev) =>
    readdirSync(`${IPV4}conf/${dev}`).map((name) => `conf/${dev}/${name}`),
  )
  const keys = [...conf, 'ip_forward', 'fib_multipath_hash_policy']
  return Object.fromEntries(keys.map((key) => [key, readFileSync(IPV4 + key, 'utf8').trim()]))
}

const IPV4 = '/proc/sys/net/ipv4/'
const set = (key: string, value: string): void => writeFileSync(IPV4 + key, value)
const ip = (...argv: readonly string[]): Buffer => execFileSync('ip', argv)
