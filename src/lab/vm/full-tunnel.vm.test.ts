import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { TUNNEL_ADDRESS } from '../scenarios/tunnel.ts'
import { placeWitness } from '../scenarios/witness.ts'
import { keyPair } from './keys.ts'
import { uses } from './uses.ts'

/** Where the far end is reached. */
const FAR = '203.0.113.10'
const PORT = '51820'

describe('wg-quick takes everything', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' } },
  })
  const file = (): string => join(router.lab.directory, 'wg0.conf')
  const wgQuick = (verb: 'up' | 'down'): Promise<string> =>
    router.lab.must(ROUTER, ['wg-quick', verb, file()])

  before(async () => {
    const { lab } = router
    execFileSync('modprobe', ['wireguard'])
    const [near, far] = [keyPair(), keyPair()]
    await writeFile(
      file(),
      `[Interface]
PrivateKey = ${near.secret}
Address = ${TUNNEL_ADDRESS}/24
PostUp = nft 'table ip vpn { chain nat { type nat hook postrouting priority srcnat - 5; oifname "wg0" masquerade; }; }'
PreDown = nft delete table ip vpn
[Peer]
PublicKey = ${far.open}
Endpoint = ${FAR}:${PORT}
AllowedIPs = 0.0.0.0/0
PersistentKeepalive = 5
`,
      { mode: 0o600 },
    )
    const farFile = join(lab.directory, 'far.conf')
    await writeFile(
      farFile,
      `[Interface]\nPrivateKey = ${far.secret}\nListenPort = ${PORT}\n[Peer]\nPublicKey = ${near.open}\nAllowedIPs = ${TUNNEL_ADDRESS}/32\n`,
    )
    await lab.must(INTERNET, ['ip', 'link', 'add', 'far', 'type', 'wireguard'])
    await lab.must(INTERNET, ['wg', 'setconf', 'far', farFile])
    await lab.must(INTERNET, ['ip', '-batch', '-'], { input: 'address add 10.77.0.1/24 dev far\nlink set far up\n' }) // prettier-ignore
  })

  async function assertInTunnel(): Promise<void> {
    const { lab } = router
    for (const host of ['client-1', 'client-2', ROUTER])
      for (const server of lab.topology.servers) {
        assert.equal((await lab.httpGet(host, server)).client, TUNNEL_ADDRESS, host)
        assert.equal((await lab.askUdp(host, server)).client, TUNNEL_ADDRESS, host)
      }
  }

  test('up after us: LAN and box go into it, its own packets leave by a line, and it is named', async () => {
    const { lab } = router
    for (const host of ['client-1', ROUTER]) await uses(lab, host, ['fiber', 'dsl'])
    await wgQuick('up')
    await assertInTunnel()
    assert.match((await lab.command(['doctor'])).stdout, /a VPN that takes everything/)
  })

  test('the line that carries it dies: the tunnel goes on by another', async () => {
    const { lab } = router
    const outer = await placeWitness(lab, INTERNET, { hook: 'input', match: `udp dport ${PORT}`, of: ['ip saddr'] }) // prettier-ignore
    const carriers = async (): Promise<string[]> =>
      (await outer.seen()).map(([address = '']) => lab.lineOfAddress(address) ?? address)
    const [carrier = ''] = await eventually(carriers, (seen) => seen.length > 0, { what: 'its packets', timeoutMs: 10_000 }) // prettier-ignore
    const other = carrier === 'fiber' ? 'dsl' : 'fiber'
    await lab.cut(carrier)
    await router.becomes(carrier, 'down')
    // WireGuard keeps to the address it had until its peer has not answered for 15 s.
    await eventually(carriers, (seen) => seen.includes(other), { what: `by ${other}`, timeoutMs: 40_000 })
    await eventually(assertInTunnel, () => true, { what: 'it works', timeoutMs: 20_000 })
    await lab.restore(carrier)
    await router.becomes(carrier, 'up')
  })

  test('down: balancing comes back by itself', async () => {
    await wgQuick('down')
    for (const host of ['client-1', ROUTER]) await uses(router.lab, host, ['fiber', 'dsl'])
    await eventually(async () => (await router.status()).notes.length, (notes) => notes === 0, { what: 'no word of it' }) // prettier-ignore
  })

  test('up before us: not one packet goes around it, and it is named', async () => {
    const { lab } = router
    assert.equal((await lab.command(['down'])).code, 0)
    await wgQuick('up')
    await router.start()
    await assertInTunnel()
    assert.match((await router.status()).notes.map(({ text }) => text).join('\n'), /not from all fwmark 0xca6c lookup 51820" of another program leads to wg0/) // prettier-ignore
    await wgQuick('down')
    for (const host of ['client-1', ROUTER]) await uses(lab, host, ['fiber', 'dsl'])
  })
})
