import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { INTERNET, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { FAR_END, INSIDE, testCarried } from './carried.ts'
import { keyPair } from './keys.ts'
import { uses } from './uses.ts'

const PORT = '51820'
/** Where the packets of the tunnel itself go. */
const OUTER = { router: '172.31.0.1', provider: '172.31.0.2' } as const

const batch = (lab: Lab, where: string, ...commands: string[]): Promise<string> =>
  lab.must(where, ['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` })

/** @param to where the other end listens; absent: it is learned from its first packet */
async function peerUp(
  lab: Lab,
  where: string,
  device: string,
  keys: { readonly own: string; readonly peer: string },
  to?: string,
): Promise<void> {
  const file = join(lab.directory, `${device}.conf`)
  await writeFile(
    file,
    `[Interface]
PrivateKey = ${keys.own}
ListenPort = ${PORT}
[Peer]
PublicKey = ${keys.peer}
AllowedIPs = 0.0.0.0/0
${to === undefined ? '' : `Endpoint = ${to}:${PORT}\n`}`,
  )
  await lab.must(where, ['wg', 'setconf', device, file])
}

/**
 * The provider's last mile is a tunnel: its end is called `customer`, where its rules look.
 * @returns what makes our end, as often as it is taken away
 */
async function tunnel(lab: Lab): Promise<() => Promise<void>> {
  const { host, device: card, gateway } = lab.line('tunnel')
  const [near, far] = [keyPair(), keyPair()]
  await batch(
    lab,
    host,
    'link set customer down',
    'address flush dev customer',
    'link set customer name cable',
    `address add ${OUTER.provider}/30 dev cable`,
    'link set cable up',
    'link add customer type wireguard',
    `address add ${gateway}/28 dev customer`,
  )
  await peerUp(lab, host, 'customer', { own: far.secret, peer: near.open }, OUTER.router)
  await batch(lab, host, 'link set customer up')
  await batch(lab, ROUTER, `address add ${OUTER.router}/30 dev ${card}`, `link set ${card} up`)
  return async () => {
    await batch(lab, ROUTER, 'link add wg-line type wireguard')
    await peerUp(lab, ROUTER, 'wg-line', { own: near.secret, peer: far.open }, OUTER.provider)
  }
}

describe('a WireGuard interface as a line', () => {
  let plug: () => Promise<void>
  const router = box({
    lines: [{ name: 'tunnel' }, { name: 'fiber' }],
    clients: 1,
    wishes: {
      lines: { tunnel: 1, fiber: 1 },
      health: { rise: '0s' },
      more: { tunnel: { interface: 'wg-line', gateway: undefined } },
    },
    beforeStart: async (lab) => {
      plug = await tunnel(lab)
      await plug()
    },
  })

  test('it carries its share, and what is called through it is answered through it', async () => {
    const { lab } = router
    await router.knows('tunnel', 'fiber')
    for (const host of ['client-1', ROUTER]) await uses(lab, host, ['tunnel', 'fiber'])
    await lab.listen(ROUTER, 'echo', '0.0.0.0')
    await (await lab.openConnection(INTERNET, lab.line('tunnel').address)).exchange()
  })

  test('a peer that is gone shows in nothing but silence: it is noticed, and so is its return', async () => {
    const { lab } = router
    const { host } = lab.line('tunnel')
    await lab.must(host, ['ip', 'link', 'set', 'cable', 'down'])
    await router.becomes('tunnel', 'down')
    await uses(lab, 'client-1', ['fiber'])
    await lab.must(host, ['ip', 'link', 'set', 'cable', 'up'])
    await router.becomes('tunnel', 'up')
  })

  test('an interface that is taken away and made anew is followed', async () => {
    const { lab } = router
    await lab.must(ROUTER, ['ip', 'link', 'delete', 'wg-line'])
    await router.becomes('tunnel', 'absent')
    await uses(lab, 'client-1', ['fiber'])
    await plug()
    await router.becomes('tunnel', 'up')
    await uses(lab, 'client-1', ['tunnel', 'fiber'])
  })
})

/** Between the internet and the router, over whatever lies between. */
async function office(lab: Lab): Promise<void> {
  const [near, far] = [keyPair(), keyPair()]
  await batch(lab, INTERNET, 'link add far type wireguard', `address add ${INSIDE.far}/24 dev far`)
  await peerUp(lab, INTERNET, 'far', { own: far.secret, peer: near.open })
  await batch(lab, INTERNET, 'link set far up')
  await batch(lab, ROUTER, 'link add office type wireguard', `address add ${INSIDE.near}/24 dev office`)
  await peerUp(lab, ROUTER, 'office', { own: near.secret, peer: far.open }, FAR_END)
  await batch(lab, ROUTER, 'link set office up')
}

describe('WireGuard as a line, over two others', () => {
  testCarried({ dig: office, line: { interface: 'office' } })
})
