import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, beforeEach, describe, test } from 'node:test'
import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { boxState } from './box-state.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'

const wishes: Wishes = {
  lines: { fiber: 3, dsl: 1, lte: 1 },
  firewall: { inbound: 'drop', open: ['tcp/22'] },
  forward: [{ port: 'tcp/8000-8002', to: '10.0.0.11:9000-9002' }],
}

describe('down leaves the box as it was before the first start', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte', addressing: 'by-provider' }],
    clients: 2,
    wishes,
    start: 'by-test',
    beforeStart: furnish,
  })
  let original: Record<string, string>
  before(async () => {
    original = await boxState(router.lab)
  })
  const assertAsBefore = async (): Promise<void> => assert.deepEqual(await boxState(router.lab), original)

  async function assertDown(): Promise<void> {
    const { code, stdout, stderr } = await router.lab.command(['down'])
    assert.equal(code, 0, stdout + stderr)
    await assertAsBefore()
  }
  beforeEach(async () => {
    await router.writeFile(wishes)
    await router.start()
    const { failed } = await router.lab.load({ connections: 20 })
    assert.equal(failed, 0)
    assert.notDeepEqual(await boxState(router.lab), original)
  })

  test('through the daemon, which ends with it; and once more, when nothing is left to do', async () => {
    await assertDown()
    assert.equal((await router.daemon.exited).code, 0)
    const again = await router.lab.command(['down'])
    assert.match(again.stdout, /^Nothing of multihomed is on this box/)
    assert.equal(again.code, 0)
    await assertAsBefore()
  })

  test('after a stop', async () => {
    await router.daemon.stop()
    await assertDown()
  })

  test('after a crash, with the config file gone', async () => {
    await router.daemon.kill()
    await writeFile(join(router.lab.directory, 'of-others'), '') // or the emptied directory goes too
    await rm(router.lab.daemonPaths.config)
    await assertDown()
  })

  test('after a crash, a second start and a second crash: the originals are those of the first start', async () => {
    await router.daemon.kill()
    await router.start()
    await router.daemon.kill()
    await assertDown()
  })

  test('after a crash with one of the two memories lost', async () => {
    await router.daemon.kill()
    await rm(router.lab.daemonPaths.stateDir, { recursive: true })
    await assertDown()
  })

  test('after other weights, lines that left the file and came back', async () => {
    await router.apply({ lines: { fiber: 1, lte: 4 }, affinity: 'pair' })
    await router.apply({ lines: { fiber: 1, dsl: 2, lte: 4 } })
    await router.apply({ lines: { dsl: 2, lte: 4 } })
    await assertDown()
  })

  test('--dry-run changes nothing and tells exactly what would be done', async () => {
    const running = await boxState(router.lab)
    const told = await router.lab.command(['down', '--dry-run'])
    assert.equal(told.code, 0)
    assert.match(told.stdout, /nft 'delete table inet multihomed'/)
    assert.deepEqual(await boxState(router.lab), running)
    await router.daemon.kill()
    const toldOffline = await router.lab.command(['down', '--dry-run'])
    assert.deepEqual(await boxState(router.lab), running)

    // What it told, typed by hand, is what it would have done.
    const commands = toldOffline.stdout.split('\n').filter((line) => /^ {2}\S/.test(line))
    await router.lab.must(ROUTER, ['sh', '-e'], { input: `${commands.join('\n')}\n` })
    await assertAsBefore()
    await router.lab.command(['down'])
  })
})

/** What others have on a box: rules, routes, tables, addresses and settings that must stay. */
async function furnish(lab: Lab): Promise<void> {
  await lab.must(ROUTER, ['ip', '-batch', '-'], {
    input: `rule add from 10.99.0.0/16 lookup 99 pref 99
rule add fwmark 0x77 lookup 99
route add 10.98.0.0/16 via 127.0.0.1 dev lo table 99
route add blackhole 10.97.0.0/16
address add 10.96.0.1/32 dev lo
nexthop add id 7 via 100.64.3.1 dev wan3
route add 10.95.0.0/16 nhid 7
`,
  })
  await lab.must(ROUTER, ['ip', '-6', '-batch', '-'], {
    input: `rule add from fd00::/8 lookup 99 pref 99
route add blackhole fd01::/64
`,
  })
  await lab.must(ROUTER, ['nft', '-f', '-'], {
    input: `table inet filter { chain input { type filter hook input priority filter; policy accept; tcp dport 22 accept; }; }
table ip nat { chain post { type nat hook postrouting priority srcnat; oifname "none" masquerade; }; }
`,
  })
  await lab.must(ROUTER, [
    'sysctl',
    '-qw',
    'net.ipv4.fib_multipath_hash_policy=2',
    'net.ipv4.conf.wan1.rp_filter=1',
    // The kernel overwrites these when the box becomes a router, and again when it is none any more.
    'net.ipv4.conf.all.accept_redirects=0',
    'net.ipv4.conf.wan2.forwarding=1',
  ])
}
