import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { after, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { eventually, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { spawnIn } from '../run.ts'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

describe('another program takes something of ours away', () => {
  const programs: ChildProcess[] = []
  after(() => {
    for (const program of programs) program.kill('SIGKILL')
  })
  const router = box({ wishes: { lines: { fiber: 1, dsl: 1 }, affinity: 'connection' }, clients: 2 })

  test('nft flush ruleset, as a restarted firewall does: clients are online again at once, not at the next regular look', async () => {
    const { lab } = router
    const flows = await openFlows(lab, ['client-1', 'client-2'], 6)
    await lab.must(ROUTER, ['nft', 'flush', 'ruleset'])
    const flushedAt = performance.now()
    await eventually(
      async () => (await lab.run(ROUTER, ['nft', 'list', 'table', 'inet', 'multihomed'])).code,
      (code) => code === 0,
      { what: 'the table is there again', timeoutMs: 5000 },
    )
    console.log(`table back after ${Math.round(performance.now() - flushedAt)} ms`)
    assert.ok(await lab.httpGet('client-1', lab.topology.servers[0] ?? ''))
    for (const line of ['fiber', 'dsl']) await talkAll(flowsOn(flows, line))
    await router.daemon.log.waitFor(/removed by nft( \(pid \d+\))?, not by us: 1 nft table; put back/)
  })

  for (const [what, command] of [
    ['a policy that drops what leaves', 'add chain inet multihomed leaving { policy drop; }'],
    ['our table put to sleep', 'add table inet multihomed { flags dormant; }'],
    [
      'a hook taken from its chain',
      'delete chain inet multihomed postrouting; add chain inet multihomed postrouting',
    ],
  ] as const) {
    test(`${what}: clients are online again at once, with their line's address`, async () => {
      const { lab } = router
      const hooks = async (): Promise<string[]> => {
        const listing = await lab.must(ROUTER, ['nft', 'list', 'table', 'inet', 'multihomed'])
        return (listing.match(/type \w+ hook .*|flags dormant/g) ?? []).toSorted()
      }
      const before = await hooks()
      await lab.must(ROUTER, ['nft', command])
      await eventually(hooks, (now) => isDeepStrictEqual(now, before), {
        what: 'the table is as it was',
        timeoutMs: 5000,
      })
      for (const server of lab.topology.servers) assert.ok(await lab.httpGet('client-1', server))
    })
  }

  test('ip rule flush', async () => {
    const { lab } = router
    const rules = (): Promise<string> => lab.must(ROUTER, ['ip', 'rule'])
    const before = await rules()
    await lab.must(ROUTER, ['ip', 'rule', 'flush'])
    // The kernel's own rule for main and default are gone with it; those are not ours to bring back.
    await lab.must(ROUTER, ['ip', 'rule', 'add', 'pref', '32766', 'lookup', 'main'])
    await lab.must(ROUTER, ['ip', 'rule', 'add', 'pref', '32767', 'lookup', 'default'])
    await eventually(rules, (now) => now === before, { what: 'the rules are there again', timeoutMs: 5000 })
    assert.ok(await lab.httpGet('client-2', lab.topology.servers[1] ?? ''))
  })
  /** A program on the router that carries out `ip` lines and lives on, as a network manager does. */
  const manager = (...lines: readonly string[]): ChildProcess => {
    const child = spawnIn(router.lab.host(ROUTER), ['ip', '-force', '-batch', '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.stdin?.write(`${lines.join('\n')}\n`)
    programs.push(child)
    return child
  }

  test('systemd-networkd starts anew and deletes what it did not make: all of it is back, and the log says who it was', async () => {
    const { lab } = router
    const before = await ours(lab)
    const { pid } = manager(...before.map(deletion))
    const who = `removed by ip \\(pid ${pid}\\), not by us: \\d+ rules`
    await router.daemon.log.waitFor(new RegExp(who))
    await eventually(
      () => ours(lab),
      (now) => isDeepStrictEqual(now, before),
      { what: 'all is back' },
    )
    assert.ok(await lab.httpGet('client-1', lab.topology.servers[0] ?? ''))
  })

  test('a program that never stops removing a rule: it is complained of, let be for a while, and a line that goes meanwhile waits for nothing', async () => {
    const { lab } = router
    const rule = /^30201:.*oif/m
    const fighter = spawnIn(lab.host(ROUTER), ['sh', '-c', 'while :; do ip rule del pref 30201 oif wan1; sleep 0.02; done'], { stdio: 'ignore' }) // prettier-ignore
    programs.push(fighter)
    await router.daemon.log.waitFor(/keeps removing our rules: 5 times in 1 min; repairing later and later/)
    const status = await eventually(() => router.status(), ({ matches }) => !matches, { what: 'status says so' }) // prettier-ignore
    assert.match(status.trouble ?? '', /1 rule of ours is missing, because .* keeps removing it/)
    assert.ok(status.notes.some(({ name }) => name === 'fought-over'))

    await lab.cut('dsl')
    await router.becomes('dsl', 'down')
    assert.ok(await lab.httpGet('client-1', lab.topology.servers[0] ?? ''), 'the LAN does not notice')
    await lab.restore('dsl')
    await router.becomes('dsl', 'up')
    const complaints = router.daemon.log.all.filter((line) => line.includes('keeps removing our rules'))
    assert.equal(complaints.length, 1, complaints.join('\n'))

    fighter.kill('SIGKILL')
    await eventually(() => lab.must(ROUTER, ['ip', 'rule']), (now) => rule.test(now), { what: 'the rule is there again', timeoutMs: 40_000 }) // prettier-ignore
    await eventually(
      () => router.status(),
      ({ matches }) => matches,
      { what: 'status is content' },
    )
  })
})

/** All that is ours and that `ip` shows, in any order: rules with one priority stand as they were added. */
async function ours(lab: Lab): Promise<Thing[]> {
  const shown = (['rule', 'route', 'nexthop'] as const).map(async (kind) => {
    const argv = ['ip', kind, 'show', ...(kind === 'route' ? ['table', 'all'] : []), 'proto', '222']
    const lines = (await lab.must(ROUTER, argv)).split('\n')
    // What is set in goes on from the line before; and rules are shown whatever their protocol.
    const own = lines.filter((line) => /^\S/.test(line) && (kind !== 'rule' || line.includes('proto 222')))
    return own.map((text) => ({ kind, text: text.trim() })).toSorted((a, b) => (a.text < b.text ? -1 : 1))
  })
  return (await Promise.all(shown)).flat()
}

interface Thing {
  readonly kind: 'rule' | 'route' | 'nexthop'
  /** `30101:\tfrom all …`, `default via …`, `id 222001 via …` */
  readonly text: string
}

function deletion({ kind, text }: Thing): string {
  if (kind === 'rule') return `rule del pref ${text.split(':')[0]}`
  return kind === 'route' ? `route del ${text}` : `nexthop del ${text.split(' ').slice(0, 2).join(' ')}`
}
