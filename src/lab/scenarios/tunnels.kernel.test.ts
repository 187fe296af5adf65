import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from './box.ts'
import { ip } from './tunnel.ts'
import { placeWitness } from './witness.ts'
import type { Witness } from './witness.ts'

/** Of the internet; nobody else is asked at it. */
const FAR_END = '203.0.113.18'
const FAR_END6 = '2001:db8:f::18'
const INSIDE = { far: '10.99.0.1', near: '10.99.0.2' }
const VXLAN_PORT = 4789

/** A tunnel of the kernel, which learns from each packet where the other end is at the moment, as WireGuard does. */
async function digTunnel(lab: Lab, to: string): Promise<void> {
  await lab.must('internet', ['ip', '-batch', '-'], {
    input: [
      // With a TOS of its own it looks for the way back anew each time, else it would keep the one of before.
      `link add far type vxlan id 7 dstport ${VXLAN_PORT} local ${to} tos 0x10`,
      `address add ${INSIDE.far}/24 dev far`,
      'link set far up',
      '',
    ].join('\n'),
  })
  await ip(
    lab,
    `link add office type vxlan id 7 dstport ${VXLAN_PORT} remote ${to}`,
    `address add ${INSIDE.near}/24 dev office`,
    'link set office up',
  )
}

describe('a tunnel as a line', () => {
  const office = { interface: 'office', gateway: INSIDE.far, via: ['fiber', 'dsl'] }
  // Only the tunnel is used while it works, so that whoever gets through went by it.
  const backup = { role: 'backup' }
  const wishes = {
    lines: { fiber: 1, dsl: 1 },
    more: { fiber: backup, dsl: backup },
    others: { office },
    health: { rise: '0s' },
  }
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    beforeStart: (lab) => digTunnel(lab, FAR_END),
    wishes,
  })
  const witnesses = new Map<string, Witness>()

  /** By which lines the tunnel's own packets left since this was last asked. */
  async function carriers(): Promise<string[]> {
    const seen: string[] = []
    for (const line of ['fiber', 'dsl']) {
      const { host, address } = router.lab.line(line)
      const witness =
        witnesses.get(line) ??
        (await placeWitness(router.lab, host, {
          hook: 'prerouting',
          priority: -400,
          match: `ip daddr ${FAR_END}`,
          of: ['ip saddr'],
        }))
      witnesses.set(line, witness)
      const sources = (await witness.seen()).flat()
      if (sources.length > 0) seen.push(line)
      assert.ok(sources.every((source) => source === address), `${line}: ${sources.join()}`) // prettier-ignore
      await witness.forget()
    }
    return seen
  }

  /** Where the internet sees a client come from. */
  const comesFrom = async (): Promise<string> => (await router.lab.httpGet('client-1', '203.0.113.10')).client

  test('clients go through it, and its own packets take the line that the file names', async () => {
    await router.becomes('office', 'up')
    await carriers()
    assert.equal(await comesFrom(), INSIDE.near)
    assert.deepEqual(await carriers(), ['fiber'])
    await router.lab.askUdp(ROUTER, FAR_END)
    assert.deepEqual(await carriers(), ['fiber'], 'so does whatever the box itself sends there')
  })

  test('when that line dies the next one carries it, and a connection inside goes on', async () => {
    const connection = await router.lab.openConnection('client-1', '203.0.113.10')
    assert.equal(connection.seen.client, INSIDE.near)
    await router.lab.cut('fiber')
    await router.becomes('fiber', 'down')
    await connection.exchange(5000)
    await carriers()
    await connection.exchange(5000)
    assert.deepEqual(await carriers(), ['dsl'])
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await connection.exchange(5000)
    await carriers()
    await connection.exchange(5000)
    assert.deepEqual(await carriers(), ['fiber'])
  })

  test('a line that falls silent is left before the tunnel is called down', async () => {
    const connection = await router.lab.openConnection('client-1', '203.0.113.10')
    await router.lab.blackhole('fiber')
    await eventually(
      () => ip(router.lab, 'rule show'),
      (rules) => /iif lo lookup 203/.test(rules),
      { what: 'the tunnel is carried by dsl' },
    )
    await connection.exchange(5000)
    await router.becomes('fiber', 'down')
    await connection.exchange(5000)
    const told = router.daemon.log.all.filter((line) => line.includes('office is down'))
    assert.deepEqual(told, [])
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await connection.exchange(5000)
  })

  test('when none of its lines works it is down, says why, and comes back with them', async () => {
    await router.lab.cut('fiber')
    await router.lab.cut('dsl')
    await router.becomes('office', 'down')
    const { lines } = await router.status()
    assert.equal(lines.find(({ name }) => name === 'office')?.why, 'its ways, fiber and dsl, are down')
    await router.lab.restore('dsl')
    await router.becomes('office', 'up')
    assert.equal(await comesFrom(), INSIDE.near)
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
  })
})

describe('a tunnel to an IPv6 address', () => {
  const backup = { role: 'backup' }
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    clients: 1,
    beforeStart: (lab) => digTunnel(lab, FAR_END6),
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      more: { fiber: backup, dsl: backup },
      others: { office: { interface: 'office', gateway: INSIDE.far, via: ['fiber', 'dsl'] } },
      health: { rise: '0s' },
    },
  })

  test('its own packets take the line of the file, and another one when that loses its IPv6 alone', async () => {
    await router.becomes('office', 'up')
    await router.knows('fiber', 'dsl')
    const sources = await placeWitness(router.lab, 'internet', {
      hook: 'prerouting',
      priority: -400,
      match: `ip6 daddr ${FAR_END6}`,
      of: ['ip6 saddr'],
    })
    const connection = await router.lab.openConnection('client-1', '203.0.113.10')
    assert.equal(connection.seen.client, INSIDE.near)
    const [fiber, dsl] = ['fiber', 'dsl'].map((name) => router.lab.line(name).ipv6?.address)
    assert.deepEqual(await sources.seen(), [[fiber]])
    await using _ = await router.lab.inflict('fiber', { kind: 'internet-gone', family: 'ipv6' })
    await eventually(
      () => router.lab.must(ROUTER, ['ip', '-6', 'rule', 'show']),
      (rules) => new RegExp(`to ${FAR_END6} .*iif lo lookup 203`).test(rules),
      { what: 'the tunnel is carried by dsl' },
    )
    await connection.exchange(5000)
    await sources.forget()
    await connection.exchange(5000)
    assert.deepEqual(await sources.seen(), [[dsl]])
  })
})
