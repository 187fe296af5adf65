import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'
import { ip } from './tunnel.ts'

const SERVER = '2001:db8:f::10'
const ULA = 'fd00:10::11'

describe('a provider that delegates a prefix of which the file says nothing', () => {
  const wishes = { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' }, more: { fiber: { networks: [] } } }
  const router = box({
    lines: [{ name: 'fiber', ipv6: 'delegated', addressing: 'by-provider' }, { name: 'dsl' }],
    lan6: { ula: true, prefixesOf: ['fiber'] },
    clients: 1,
    servers: 1,
    wishes,
  })
  const seenAs = async (from: string): Promise<string> =>
    (await router.lab.httpGet('client-1', SERVER, { from, timeoutMs: 5000 })).client

  test('a host keeps its address of the prefix, and one of the house alone takes the same end in it', async () => {
    assert.equal(await seenAs('2001:db8:100::11'), '2001:db8:100::11')
    // 2001:db8:100::/64 has hosts of its own.
    assert.equal(await seenAs(ULA), '2001:db8:100:ff::11')
    assert.equal((await router.lab.ping('client-1', SERVER, { from: ULA })).answers, 1)
  })

  test('another prefix is followed: what was begun with the old one is forgotten, and no restart is needed', async () => {
    const { lab } = router
    // It asks on from the same port: only a forgotten entry is translated anew.
    const call = await lab.openUdpTalker('client-1', { from: ULA })
    assert.equal((await call.ask(SERVER)).client, '2001:db8:100:ff::11')
    assert.equal(await lab.renumber('fiber'), '2001:db8:101::/56')
    await eventually(
      () => lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', 'found6']),
      (listed) => listed.includes('2001:db8:101::/56'),
      { what: 'the new prefix is found' },
    )
    await router.apply(wishes) // done when the pass before is
    assert.equal((await call.ask(SERVER)).client, '2001:db8:101:ff::11')
    await lab.must('client-1', ['ip', '-6', 'address', 'add', '2001:db8:101::11/64', 'dev', 'eth0', 'nodad'])
    assert.equal(await seenAs('2001:db8:101::11'), '2001:db8:101::11')
  })
})

describe('a provider that delegates a prefix and gives the line no address of its own', () => {
  const file = (rest: object, dsl: object): Wishes => ({
    lines: { fiber: 1, dsl: 1 },
    health: { rise: '0s' },
    more: { fiber: rest, dsl },
  })
  const alone = file({ networks: [] }, { families: 'ipv4' })
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated-only', addressing: 'by-provider' },
      { name: 'dsl', ipv6: 'link-only', addressing: 'by-provider' },
    ],
    lan6: { ula: true, prefixesOf: ['fiber'] },
    clients: 1,
    servers: 1,
    wishes: alone,
  })
  const HOST = '2001:db8:100::11'
  const seenAs = async (host: string, from?: string): Promise<string> =>
    (await router.lab.httpGet(host, SERVER, { ...(from !== undefined && { from }), timeoutMs: 5000 })).client
  const often = async (host: string, from?: string): Promise<string[]> =>
    [...new Set(await Promise.all(Array.from({ length: 8 }, () => seenAs(host, from))))].toSorted()
  /** Its IPv6 is there, and whoever is asked over it has answered. */
  const works = (name: string): Promise<unknown> =>
    eventually(
      async () => (await router.status()).lines.find((line) => line.name === name)?.ipv6,
      (seen) => seen?.state === 'up' && seen.health?.state === 'up',
      { what: `IPv6 of ${name} works`, timeoutMs: 15_000 },
    )

  test('it is the only one that has IPv6: nothing is taken from anybody, and the box speaks from its address on the LAN', async () => {
    await works('fiber')
    const [fiber] = (await router.status()).lines
    assert.equal(fiber?.ipv6?.address, '2001:db8:100::1')
    assert.deepEqual(await often('client-1', HOST), [HOST])
    assert.equal((await router.lab.ping('client-1', SERVER, { from: HOST })).answers, 1)
    assert.equal(await seenAs('client-1', ULA), '2001:db8:100:ff::11')
    assert.deepEqual(await often(ROUTER), ['2001:db8:100::1'])
  })

  test('it fails: IPv6 is refused so that programs take IPv4, and it is there again afterwards', async () => {
    const fault = await router.lab.inflict('fiber', { kind: 'internet-gone', family: 'ipv6' })
    await eventually(
      () => seenAs('client-1', HOST).then(String, ({ code }: NodeJS.ErrnoException) => code),
      (said) => said === 'ENETUNREACH',
      { what: 'IPv6 is refused', timeoutMs: 15_000 },
    )
    await fault.mend()
    await works('fiber')
    assert.deepEqual(await often('client-1', HOST), [HOST])
  })

  test('another prefix is followed, and the one before again', async () => {
    const { lab } = router
    await lab.renumber('fiber')
    await eventually(
      async () => (await router.status()).lines[0]?.ipv6?.address,
      (address) => address === '2001:db8:101::1',
      { what: 'the box speaks from the new one' },
    )
    await works('fiber')
    assert.deepEqual(await often(ROUTER), ['2001:db8:101::1'])
    assert.equal(await seenAs('client-1', ULA), '2001:db8:101:ff::11')
  })

  test('this box has no address of it at all: hosts that have one get out as if we were not there', async () => {
    const { lab } = router
    await router.apply(file({ networks: ['2001:db8:101::/56'] }, { families: 'ipv4' }))
    await ip(lab, 'address del 2001:db8:101::1/64 dev lan0', 'route add 2001:db8:101::/64 dev lan0')
    await lab.must('client-1', ['ip', '-6', 'address', 'add', '2001:db8:101::11/64', 'dev', 'eth0', 'nodad'])
    await eventually(
      async () => (await router.status()).lines[0]?.ipv6?.state,
      (state) => state === 'unknown',
      { what: 'nobody can ask over it' },
    )
    assert.equal(await seenAs('client-1', '2001:db8:101::11'), '2001:db8:101::11')
    await ip(lab, 'address add 2001:db8:101::1/64 dev lan0 nodad')
    await works('fiber')
  })

  test('beside a line with an address: everybody has the right one on each, and a host of the prefix keeps his', async () => {
    const { lab } = router
    const host = '2001:db8:101::11'
    await router.apply(file({ networks: ['2001:db8:101::/56'] }, {}))
    await works('fiber')
    await works('dsl')
    assert.deepEqual(await often('client-1', host), [host])
    assert.deepEqual(await often('client-1', ULA), ['2001:db8:101:ff::11', '2001:db8:2::2'])
    assert.deepEqual(await often(ROUTER), ['2001:db8:101::1', '2001:db8:2::2'])
    assert.equal(await seenAs(ROUTER, '2001:db8:101::1'), '2001:db8:101::1')
    await lab.cut('fiber')
    await router.becomes('fiber', 'down')
    assert.deepEqual(await often('client-1', host), ['2001:db8:2::2'])
    assert.deepEqual(await often(ROUTER), ['2001:db8:2::2'])
    await lab.restore('fiber')
    await works('fiber')
    assert.deepEqual(await often('client-1', host), [host])
  })
})

describe('providers with prefixes of their own, and a LAN that has none of them', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
      { name: 'lte', ipv6: 'link-only' },
    ],
    lan6: { ula: true, prefixesOf: ['fiber'] },
    clients: 1,
    servers: 1,
    wishes: { lines: { fiber: 1, dsl: 1, lte: 1 }, health: { rise: '0s' } },
  })
  const seenAs = async (from: string): Promise<string> =>
    (await router.lab.httpGet('client-1', SERVER, { from, timeoutMs: 5000 })).client
  const often = async (from: string, times: number): Promise<string[]> =>
    [...new Set(await Promise.all(Array.from({ length: times }, () => seenAs(from))))].toSorted()

  test('on every line the prefix is of that provider, and without one the address is', async () => {
    assert.deepEqual(await often(ULA, 9), ['2001:db8:100:ff::11', '2001:db8:200::11', '2001:db8:3::2'])
  })

  test('a host whose provider is dead gets out by another, translated', async () => {
    const from = '2001:db8:100::11'
    assert.deepEqual(await often(from, 4), [from])
    await router.lab.cut('fiber')
    await router.becomes('fiber', 'down')
    assert.deepEqual(await often(from, 4), ['2001:db8:2::2', '2001:db8:3::2'])
    await router.lab.restore('fiber')
    await eventually(() => often(from, 4), (seen) => String(seen) === from, { what: 'fiber is back', timeoutMs: 15_000 }) // prettier-ignore
  })
})

describe('hosts that are told of their router by this box', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    lan6: { prefixesOf: ['fiber', 'dsl'], clients: 'advertised' },
    clients: 1,
    servers: 1,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' }, advertise: true },
  })
  const preferred = async (): Promise<string[]> => {
    const held = ['ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global', '-deprecated']
    const shown = await router.lab.must('client-1', held)
    return [...shown.matchAll(/inet6 2001:db8:([0-9a-f]+):/g)].map(([, number = '']) => number).toSorted()
  }
  const prefers = (numbers: string): Promise<unknown> =>
    eventually(preferred, (seen) => seen.join(' ') === numbers, { what: `prefers ${numbers}`, timeoutMs: 15_000 }) // prettier-ignore

  const hasWayOut = (expected: boolean): Promise<unknown> =>
    eventually(
      () => router.lab.must('client-1', ['ip', '-6', 'route', 'show', 'default']),
      (shown) => (shown !== '') === expected,
      { what: expected ? 'a default route' : 'no default route', timeoutMs: 15_000 },
    )

  test('a host finds an address of every provider and its way out', async () => {
    await prefers('100 200')
    const { client } = await router.lab.httpGet('client-1', SERVER)
    assert.match(client, /^2001:db8:[12]00:0?:?/)
  })

  test('the prefix of a dead provider is not to be used, and is again when he is back', async () => {
    await router.lab.cut('fiber')
    await prefers('200')
    const { client } = await router.lab.httpGet('client-1', SERVER)
    assert.match(client, /^2001:db8:200:/)
    await router.lab.restore('fiber')
    await prefers('100 200')
  })

  test('another router on the LAN is told of', async () => {
    const { lab } = router
    const [own] = (await lab.must('client-1', ['ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'link'])).match(/fe80::[0-9a-f:]+/) ?? [] // prettier-ignore
    const codes = async (): Promise<string[]> => (await router.status()).notes.map(({ name }) => name)
    assert.ok(own !== undefined && !(await codes()).includes('other-router'))
    lab.advertise('client-1', 'eth0', { from: own, routerLifetimeS: 60 })
    await eventually(codes, (told) => told.includes('other-router'), { what: 'it is told' })
    lab.advertise('client-1', 'eth0', { from: own, routerLifetimeS: 0 })
    await eventually(codes, (told) => !told.includes('other-router'), { what: 'it is gone' })
  })

  test('after down there is no way out by this box', async () => {
    const left = await router.client.down({ dryRun: false })
    assert.ok(left.ok, JSON.stringify(left))
    await hasWayOut(false)
  })

  test('nor is there one after a crash and down, and its addresses are for what is open', async () => {
    await router.start()
    await hasWayOut(true)
    await prefers('100 200')
    await eventually(
      () => router.lab.must(ROUTER, ['cat', `${router.lab.directory}/state/memory.json`]),
      (memory) => /"advertised": \{\s*"lan0"/.test(memory),
      { what: 'it is written down whom it told' },
    )
    await router.daemon.kill()
    const { code, stdout } = await router.lab.command(['down'])
    assert.equal(code, 0, stdout)
    assert.match(stdout.replaceAll('\n', ' '), /told hosts on lan0 to look for another router/)
    await hasWayOut(false)
    await prefers('')
  })
})
