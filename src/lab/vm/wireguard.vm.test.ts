import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { INTERNET, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { keyPair } from './keys.ts'
import { uses } from './uses.ts'

/** Where the packets of the tunnel itself go. */
const OUTER = { router: '172.31.0.1', provider: '172.31.0.2', port: '51820' } as const

/**
 * The provider's last mile is a tunnel: its end is called `customer`, where its rules look.
 * @returns what makes our end, as often as it is taken away
 */
async function tunnel(lab: Lab): Promise<() => Promise<void>> {
  const { host, device: card, gateway } = lab.line('tunnel')
  const [near, far] = [keyPair(), keyPair()]
  const batch = (where: string, ...commands: string[]): Promise<string> =>
    lab.must(where, ['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` })
  const peerUp = async (
    where: string,
    device: string,
    own: string,
    peer: string,
    to: string,
  ): Promise<void> => {
    const file = join(lab.directory, `${device}.conf`)
    await writeFile(
      file,
      `[Interface]
PrivateKey = ${own}
ListenPort = ${OUTER.port}
[Peer]
PublicKey = ${peer}
Endpoint = ${to}:${OUTER.port}
AllowedIPs = 0.0.0.0/0
`,
    )
    await lab.must(where, ['wg', 'setconf', device, file])
  }
  await batch(
    host,
    'link set customer down',
    'address flush dev customer',
    'link set customer name cable',
    `address add ${OUTER.provider}/30 dev cable`,
    'link set cable up',
    'link add customer type wireguard',
    `address add ${gateway}/28 dev customer`,
  )
  await peerUp(host, 'customer', far.secret, near.open, OUTER.router)
  await batch(host, 'link set customer up')
  await batch(ROUTER, `address add ${OUTER.router}/30 dev ${card}`, `link set ${card} up`)
  return async () => {
    await batch(ROUTER, 'link add wg-line type wireguard')
    await peerUp(ROUTER, 'wg-line', near.secret, far.open, OUTER.provider)
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
