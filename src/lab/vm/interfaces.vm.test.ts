import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INTERNET, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { uses } from './uses.ts'

/**
 * What stands between the router's card and the line's interface, and the same at the provider, whose end is called
 * `customer`. The provider's card is `cable` there, so that its rules see what comes out of it.
 */
interface Make {
  readonly device: string
  readonly router: readonly string[]
  readonly provider: readonly string[]
}

const MAKES: Readonly<Record<string, (card: string) => Make>> = {
  vlan: (card) => ({
    device: `${card}.7`,
    router: [`link set ${card} up`, `link add link ${card} name ${card}.7 type vlan id 7`],
    provider: ['link add link cable name customer type vlan id 7'],
  }),
  macvlan: (card) => ({
    device: 'mac0',
    router: [`link set ${card} up`, `link add link ${card} name mac0 type macvlan mode private`],
    provider: ['link add link cable name customer type macvlan mode private'],
  }),
  bridge: (card) => ({
    device: 'br-line',
    // One that listens to multicast joins a group itself, from 0.0.0.0 while it has no address.
    router: ['link add br-line type bridge mcast_snooping 0', `link set ${card} up master br-line`],
    provider: ['link add customer type bridge', 'link set cable master customer'],
  }),
  bond: (card) => ({
    device: 'bond-line',
    router: [
      'link add bond-line type bond mode active-backup miimon 100',
      `link set ${card} down`,
      `link set ${card} master bond-line`,
      'link set second down',
      'link set second master bond-line',
    ],
    provider: [
      'link add customer type bridge',
      'link set cable master customer',
      'link set second up master customer',
    ],
  }),
}

/** Before the daemon starts. */
async function rebuild(lab: Lab, line: string): Promise<void> {
  const { device: card, host, gateway } = lab.line(line)
  const make = MAKES[line]?.(card) ?? assert.fail(line)
  const batch = (where: string, commands: readonly string[]): Promise<string> =>
    lab.must(where, ['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` })
  if (line === 'bond')
    await batch(ROUTER, [`link add second type veth peer name second netns ${lab.host(host).name}`])
  await batch(host, [
    'link set customer down',
    'link set customer name cable',
    `address flush dev cable`,
    'link set cable up',
    ...make.provider,
    `address add ${gateway}/28 dev customer`,
    'link set customer up',
  ])
  await batch(ROUTER, make.router)
}

describe('lines on interfaces that Ethernet cards are made into', () => {
  const names = Object.keys(MAKES)
  const router = box({
    lines: [{ name: 'plain' }, ...names.map((name) => ({ name }))],
    clients: 1,
    wishes: {
      lines: Object.fromEntries(['plain', ...names].map((name) => [name, 1])),
      health: { rise: '0s' },
      more: Object.fromEntries(
        names.map((name, i) => [name, { interface: MAKES[name]?.(`wan${i + 2}`).device }]),
      ),
    },
    beforeStart: async (lab) => {
      for (const name of names) await rebuild(lab, name)
    },
  })

  test('each carries its share', async () => {
    await router.knows('plain', ...names)
    await uses(router.lab, 'client-1', ['plain', ...names])
  })

  test('each is called by its own address, and the answer leaves by it', async () => {
    const { lab } = router
    await lab.listen(ROUTER, 'echo', '0.0.0.0')
    for (const name of names) await (await lab.openConnection(INTERNET, lab.line(name).address)).exchange()
  })

  for (const name of names.filter((each) => each !== 'bond'))
    test(`${name}: a cable that is pulled is noticed, and so is its return`, async () => {
      const { host } = router.lab.line(name)
      await router.lab.must(host, ['ip', 'link', 'set', 'cable', 'down'])
      await router.becomes(name, 'down')
      await uses(router.lab, 'client-1', ['plain', ...names.filter((other) => other !== name)])
      await router.lab.must(host, ['ip', 'link', 'set', 'cable', 'up'])
      await router.becomes(name, 'up')
      await uses(router.lab, 'client-1', ['plain', ...names])
    })

  test('bond: a cable that is pulled is none of our business while the second one carries on', async () => {
    const { lab } = router
    const { host } = lab.line('bond')
    const after = router.daemon.log.all.length
    const saidOfBond = (): string[] =>
      router.daemon.log.all.slice(after).filter((line) => /\bbond is\b/.test(line))
    const flow = await lab.openConnection(ROUTER, '203.0.113.10', { from: lab.line('bond').address })
    await lab.must(host, ['ip', 'link', 'set', 'cable', 'down'])
    await flow.exchange()
    await uses(lab, 'client-1', ['plain', ...names])
    assert.deepEqual(saidOfBond(), [])
    await lab.must(host, ['ip', 'link', 'set', 'second', 'down'])
    await router.becomes('bond', 'down')
    await lab.must(host, ['ip', 'link', 'set', 'cable', 'up'])
    await router.becomes('bond', 'up')
    assert.ok(saidOfBond().length > 0, 'what the log says of it is found by its words')
  })
})
