import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import type { AdvertisedPrefix } from '../index.ts'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'

const OLD = '2001:db8:1::/64'
const FRESH = '2001:db8:150::/64'
const NEXT = '2001:db8:140::/64'
const HOSTS = ['client-1', 'client-2']

describe('a line that learns its IPv6 from router advertisements', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'link-only', addressing: 'by-provider' },
      { name: 'dsl', ipv6: 'link-only' },
    ],
    clients: 2,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' } },
    // Of IPv6 it knows nothing until the kernel is told.
    beforeStart: (lab) =>
      lab.must(ROUTER, ['ip', '-6', '-batch', '-'], {
        input: 'address flush dev wan1 scope global\nroute del default dev wan1\n',
      }),
  })
  const says = (routerLifetimeS: number, ...prefixes: AdvertisedPrefix[]): void =>
    router.lab.advertise(router.lab.line('fiber').host, 'customer', { routerLifetimeS, prefixes })
  const lasting = (prefix: string): AdvertisedPrefix => ({ prefix, validS: 7200, preferredS: 3600 })

  /** New connections of the LAN and of the box over IPv6 take these lines; IPv4 always both. */
  async function useLines(names: readonly string[]): Promise<void> {
    const used = async (clients: readonly string[], servers: readonly string[]): Promise<unknown[]> => {
      const { failed, lines } = await router.lab.load({ connections: 24, clients, servers, timeoutMs: 1500 })
      return [failed, ...Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)]
    }
    const { servers, servers6 } = router.lab.topology
    for (const clients of [HOSTS, [ROUTER]]) {
      await eventually(() => used(clients, servers6), (seen) => String(seen) === String([0, ...names]), { what: `${clients.join()} takes ${names.join()}`, timeoutMs: 15_000 }) // prettier-ignore
      assert.deepEqual(await used(clients, servers), [0, 'fiber', 'dsl'])
    }
  }

  test('before the first one it has IPv4 alone', () => useLines(['dsl']))

  test('with the first one it carries IPv6, from the address that the kernel made', async () => {
    says(1800, lasting(OLD))
    await useLines(['fiber', 'dsl'])
  })

  test('a router that says it is none any more is left in IPv6, and taken again when it is one', async () => {
    says(0)
    await useLines(['dsl'])
    says(1800, lasting(OLD))
    await useLines(['fiber', 'dsl'])
  })

  test('a router that falls silent is left when its time is over, and taken again when it speaks', async () => {
    // Else the kernel looks only twice a minute whose time is over.
    await router.lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv6.route.gc_interval=1', 'net.ipv6.route.flush=1'])
    says(1, lasting(OLD))
    await useLines(['dsl'])
    says(1800, lasting(OLD))
    await useLines(['fiber', 'dsl'])
  })

  test('another network: connections from the old one end, new ones have the new address, the other line notices nothing', async () => {
    const { lab } = router
    const flows = await openFlows(lab, HOSTS, 12, { family: 'ipv6' })
    const { host } = lab.line('fiber')
    await lab.must(host, ['ip', 'address', 'add', FRESH.replace('/', '1/'), 'dev', 'customer', 'nodad'])
    await lab.assignAddresses('fiber', [OLD, FRESH])
    says(1800, { prefix: OLD, validS: 7200, preferredS: 0 }, lasting(FRESH))
    const old = flowsOn(flows, 'fiber').filter(({ name }) => name.startsWith('TCP'))
    assert.ok(old.length > 2)
    await eventually(
      async () => (await router.status()).lines[0]?.ipv6?.address,
      (address) => address?.startsWith('2001:db8:150:') === true,
      { what: 'the line has it' },
    )
    // From now on nothing may leave with the old one; until then there may be a late acknowledgement.
    await lab.assignAddresses('fiber', [FRESH])
    await Promise.all(old.map((flow) => assert.rejects(flow.talk(), flow.name)))
    assert.deepEqual(new Set(await Promise.all(old.map(({ ended }) => ended))), new Set(['ECONNRESET']))
    await talkAll(flowsOn(flows, 'dsl'))
    await useLines(['fiber', 'dsl'])
    const seen = await Promise.all(lab.topology.servers6.map((server) => lab.httpGet('client-1', server)))
    assert.ok(seen.some(({ client }) => client.startsWith('2001:db8:150:')))
  })

  test('another address for what begins: connections from the old one go on until it is gone', async () => {
    const { lab } = router
    const all = await openFlows(lab, [...HOSTS, ROUTER], 18, { family: 'ipv6' })
    // A program of the box that is bound to no address asks from another one each time, as the kernel has it.
    const flows = all.filter(({ name }) => !/^UDP .* from router/.test(name))
    const { host } = lab.line('fiber')
    await lab.must(host, ['ip', 'address', 'add', NEXT.replace('/', '1/'), 'dev', 'customer', 'nodad'])
    await lab.assignAddresses('fiber', [FRESH, NEXT])
    says(1800, { prefix: FRESH, validS: 86_400, preferredS: 0 }, lasting(NEXT))
    await eventually(
      async () => (await router.status()).lines[0]?.ipv6?.address,
      (address) => address?.startsWith('2001:db8:140:') === true,
      { what: 'the line has it' },
    )
    await talkAll(flows)
    await useLines(['fiber', 'dsl'])
    await talkAll(flows)

    const later = await openFlows(lab, HOSTS, 12, { family: 'ipv6' })
    await lab.must(ROUTER, ['ip', '-6', 'address', 'flush', 'dev', 'wan1', 'to', FRESH])
    const old = flowsOn(flows, 'fiber').filter(({ name }) => /^TCP .* from client/.test(name))
    assert.ok(old.length > 2)
    // Until the daemon has heard of it they talk on.
    for (const flow of old)
      await eventually(
        () =>
          flow.talk().then(
            () => false,
            () => true,
          ),
        (isOver) => isOver,
        { what: `${flow.name} is over` },
      )
    // The box's own on the other line may have that address on this side of the translation.
    await talkAll([...later, ...flowsOn(flows, 'dsl').filter(({ name }) => / from client/.test(name))])
  })
})
