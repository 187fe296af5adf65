import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ROUTER } from '../index.ts'
import { box } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import { ip, usedBy } from './tunnel.ts'

describe('two modems of one make, each with the same address and the same gateway by DHCP', () => {
  const sharing = { with: 'left', what: 'address-and-gateway' } as const
  const router = box({
    lines: [
      { name: 'left', addressing: 'by-provider' },
      { name: 'right', addressing: 'by-provider', sharing },
    ],
    clients: 2,
    servers: 4,
    wishes: { lines: { left: 1, right: 1 }, health: { rise: '0s' } },
  })

  test('connections are spread over both and stay on theirs', async () => {
    await router.becomes('left', 'up')
    await router.becomes('right', 'up')
    const flows = await openFlows(router.lab, ['client-1', 'client-2', ROUTER], 12)
    for (const line of ['left', 'right']) assert.ok(flowsOn(flows, line).length > 0, line)
    await talkAll(flows)
    assert.deepEqual(await usedBy(router.lab, ROUTER), ['left', 'right'])
  })

  test('one that is unplugged takes nothing of the other along, and is used again when it is back', async () => {
    const flows = await openFlows(router.lab, ['client-1', 'client-2'], 12)
    await router.lab.unplug('right')
    await router.becomes('right', 'absent')
    await talkAll(flowsOn(flows, 'left'))
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['left'])
    assert.deepEqual(await usedBy(router.lab, ROUTER), ['left'])
    await router.lab.replug('right')
    await router.becomes('right', 'up')
    await talkAll(flowsOn(flows, 'left'))
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['left', 'right'])
  })
})

describe('a bridge as the interface of a line, with a dot in its name', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl', addressing: 'by-provider' }],
    clients: 1,
    servers: 4,
    start: 'by-test',
    wishes: { lines: { dsl: 1, fiber: 1 }, more: { fiber: { interface: 'wan.7' } } },
  })

  test('it is used, and left when its port loses its carrier', async () => {
    await ip(
      router.lab,
      'link add wan.7 type bridge mcast_snooping 0', // else it tells the provider of itself before it has an address
      'link set wan1 master wan.7',
      'link set wan1 up',
      'link set wan.7 up',
    )
    await router.start()
    await router.becomes('fiber', 'up')
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl'])
    assert.deepEqual(await usedBy(router.lab, ROUTER), ['fiber', 'dsl'])
    await router.lab.cut('fiber')
    await router.becomes('fiber', 'down')
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['dsl'])
  })
})
