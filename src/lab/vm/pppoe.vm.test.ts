import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { flowsOn, openFlows, talkAll } from '../scenarios/flows.ts'
import { ip, usedBy } from '../scenarios/tunnel.ts'
import { placeWitness } from '../scenarios/witness.ts'
import { RESOLVER, dialPppoe, servePppoe } from './pppoe.ts'
import type { Call, Provider } from './pppoe.ts'
import { uses } from './uses.ts'

describe('a line that pppd dials over Ethernet (PPPoE)', () => {
  const router = box({
    // docs/lines.md dials over wan2.
    lines: [{ name: 'fiber' }, { name: 'dsl', ipv6: 'delegated-only' }],
    lan6: { prefixesOf: ['dsl'] },
    clients: 1,
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      health: { rise: '0s' },
      more: { dsl: { interface: 'ppp0', address: undefined, gateway: undefined, networks: [] } },
    },
    start: 'by-test',
  })
  let provider: Provider | undefined
  let call: Call | undefined

  before(async () => {
    execFileSync('modprobe', ['-a', 'ppp_generic', 'pppoe'])
    provider = await servePppoe(router.lab, 'dsl')
    // What pppd leaves of resolvers is not in the lab's directory.
    await router.start({ env: { MULTIHOMED_LEASE_ROOT: '/' }, readyWithinMs: 25_000 })
  })
  after(async () => {
    await call?.hangUp() // neither is there when `before` has failed
    await provider?.close()
  })

  test('before the first call there is no interface, and the other line has everything', async () => {
    await router.becomes('dsl', 'absent')
    await uses(router.lab, 'client-1', ['fiber'])
  })

  test('the call is there: the line is used with the address that the provider gave, without a default route of pppd', async () => {
    const { lab } = router
    call = await dialPppoe(lab)
    await router.becomes('dsl', 'up')
    await router.knows('dsl', 'fiber')
    const [, dsl] = (await router.status()).lines
    assert.equal(dsl?.address, lab.line('dsl').address)
    for (const host of ['client-1', ROUTER]) await uses(lab, host, ['fiber', 'dsl'])
  })

  test('the resolver that the provider told is asked over the call', async () => {
    assert.match(await readFile('/etc/ppp/options', 'utf8'), /^auth$/m) // Debian's, which the page is for
    await eventually(
      () => ip(router.lab, 'rule show'),
      (shown) => shown.includes(`to ${RESOLVER} iif lo dport 53 lookup 202`),
      { what: `${RESOLVER} is the line's` },
    )
  })

  test('a prefix is delegated and the call has no IPv6 address: a host of the prefix keeps his, and the box speaks from the LAN', async () => {
    const { lab } = router
    const [host, server] = ['2001:db8:200::11', '2001:db8:f::10']
    await provider?.leadPrefix()
    await eventually(
      async () => (await router.status()).lines[1]?.ipv6,
      (seen) => seen?.address === '2001:db8:200::1' && seen.health?.state === 'up',
      { what: 'IPv6 of dsl works' },
    )
    assert.equal((await lab.httpGet('client-1', server, { from: host })).client, host)
    assert.equal((await lab.httpGet(ROUTER, server)).client, '2001:db8:200::1')
  })

  test('TCP segments fit: 40 bytes less than the 1492 that PPPoE leaves', async () => {
    const { lab } = router
    const sizes = await placeWitness(lab, INTERNET, {
      hook: 'input',
      match: `ip saddr ${lab.line('dsl').address} tcp flags & (syn | rst) == syn`,
      of: ['tcp option maxseg size'],
    })
    await eventually(
      async () => {
        await usedBy(lab, 'client-1')
        return sizes.seen()
      },
      (seen) => seen.length > 0,
      { what: 'somebody went by dsl' },
    )
    assert.deepEqual(await sizes.seen(), [['1452']])
  })

  test('who calls from outside is answered by the same call', async () => {
    const { lab } = router
    await lab.listen(ROUTER, 'echo', '0.0.0.0')
    await (await lab.openConnection(INTERNET, lab.line('dsl').address)).exchange()
  })

  for (const [how, end] of [
    ['hung up', 'hangUp'],
    ['ended without a word', 'die'],
  ] as const)
    // prettier-ignore
    test(`a call that is ${how} takes the interface with it: the other line takes over and loses nobody, and the next call is used again`, async () => {
      const { lab } = router
      const flows = await openFlows(lab, ['client-1'], 6)
      await call?.[end]()
      await router.becomes('dsl', 'absent')
      await uses(lab, 'client-1', ['fiber'])
      await talkAll(flowsOn(flows, 'fiber'))
      call = await dialPppoe(lab)
      await router.becomes('dsl', 'up')
      await uses(lab, 'client-1', ['fiber', 'dsl'])
      assert.match(await ip(lab, 'route show table 202'), /default dev ppp0/)
    })
})
