/** Another program's tunnel on the router, and the small things its tests need. */
import assert from 'node:assert/strict'
import { eventually, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'

/** Which lines carry a few new connections of a host. */
export async function usedBy(lab: Lab, host: string): Promise<string[]> {
  const { failed, lines } = await lab.load({ connections: 24, clients: [host] })
  assert.equal(failed, 0)
  return Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
}

/** `ip` commands on the router. */
export const ip = (lab: Lab, ...commands: string[]): Promise<string> =>
  lab.must(ROUTER, ['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` })

export const TUNNEL_ADDRESS = '10.77.0.2'

/** A tunnel of another program: wg0, its table 51820, masqueraded by its own rule. The internet is its far end. */
export async function plugTunnel(lab: Lab): Promise<void> {
  await ip(
    lab,
    `link add wg0 type veth peer name wg0 netns ${lab.host('internet').name}`,
    `address add ${TUNNEL_ADDRESS}/24 dev wg0`,
    'link set wg0 up',
  )
  await lab.must('internet', ['ip', '-batch', '-'], {
    input: 'address add 10.77.0.1/24 dev wg0\nlink set wg0 up\n',
  })
  await eventually(() => ip(lab, 'route replace default via 10.77.0.1 dev wg0 table 51820'), () => true, { what: 'wg0' }) // prettier-ignore
  await lab.must(ROUTER, ['sysctl', '-qw', 'net.ipv4.conf.wg0.rp_filter=2'])
  await lab.must(ROUTER, [
    'nft',
    'table ip vpn { chain nat { type nat hook postrouting priority srcnat - 5; oifname "wg0" masquerade; }; }',
  ])
}
