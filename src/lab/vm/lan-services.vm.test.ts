import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { box } from '../scenarios/box.ts'
import type { Box } from '../scenarios/box.ts'
import { uses } from './uses.ts'

/** Ends with its test; a signal is how these are told to go. */
function start(router: Box, ...argv: readonly string[]): ChildProcess {
  return spawnIn(router.lab.host(ROUTER), [...DIES_WITH_US, ...argv], { stdio: 'ignore' })
}

const doctor = async ({ lab }: Box): Promise<string> =>
  (await lab.command(['doctor'])).stdout.replaceAll(/\s+/g, ' ')

describe('dnsmasq gives the LAN addresses and names', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' }, firewall: { inbound: 'drop' } },
  })
  let dnsmasq: ChildProcess | undefined
  after(() => dnsmasq?.kill())

  test('a host gets an address and its way out, with our firewall shut', async () => {
    const { lab } = router
    await lab.listen(INTERNET, 'resolver', '203.0.113.10', 53)
    const argv = `dnsmasq --keep-in-foreground --conf-file=/dev/null --bind-dynamic --interface=${LAN.device} --no-resolv --no-hosts --pid-file= --user=root`
    const gives = `--server=203.0.113.10 --dhcp-authoritative --no-ping --dhcp-range=10.0.0.100,10.0.0.110,2m --dhcp-leasefile=${lab.directory}/leases`
    dnsmasq = start(router, ...`${argv} ${gives}`.split(' '))
    await lab.must('client-1', ['ip', 'address', 'flush', 'dev', 'eth0'])
    const script = join(lab.directory, 'given')
    await writeFile(
      script,
      '#!/bin/sh\n[ "$1" = bound ] || exit 0\nip address replace "$ip/24" dev "$interface"\nip route replace default via "$router"\n',
      { mode: 0o755 },
    )
    await lab.must('client-1', ['busybox', 'udhcpc', '-f', '-n', '-q', '-i', 'eth0', '-s', script])
    assert.match(await lab.must('client-1', ['ip', 'address', 'show', 'eth0']), /inet 10\.0\.0\.1\d\d\/24/)
    await uses(lab, 'client-1', ['fiber', 'dsl'])
    assert.match(await doctor(router), /dnsmasq \(it runs\)/)
  })

  test('it answers questions for names, whichever line dies', async () => {
    const { lab } = router
    const asks = async (name: string): Promise<void> =>
      assert.match(await lab.must('client-1', ['busybox', 'nslookup', `${name}.lab`, LAN.router]), new RegExp(`Address:? .*${name}`)) // prettier-ignore
    await asks('203.0.113.80')
    for (const line of ['fiber', 'dsl']) {
      await lab.cut(line)
      await router.becomes(line, 'down')
      await asks(`203.0.113.${line === 'fiber' ? 81 : 82}`)
      await lab.restore(line)
      await router.becomes(line, 'up')
    }
  })
})

describe('radvd tells the LAN prefixes of two providers', () => {
  const wishes = { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' } }
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    lan6: { prefixesOf: ['fiber', 'dsl'], clients: 'advertised' },
    clients: 1,
    servers: 1,
    wishes,
  })
  let radvd: ChildProcess | undefined
  after(() => radvd?.kill())

  const preferred = async (): Promise<string[]> => {
    const held = ['ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global', '-deprecated']
    const shown = await router.lab.must('client-1', held)
    return [...shown.matchAll(/inet6 (2001:db8:\S+)\//g)].map(([, address = '']) => address).toSorted()
  }
  const prefers = (...networks: readonly string[]): Promise<string[]> =>
    eventually(preferred, (seen) => seen.map((address) => address.split(':')[2]).join() === networks.join(), { what: `prefers ${networks.join(' and ')}`, timeoutMs: 15_000 }) // prettier-ignore
  const SERVER = '2001:db8:f::10'

  test('a host gets out by the provider whose address it takes', async () => {
    const { lab } = router
    const config = '/etc/radvd.conf'
    await writeFile(
      config,
      `interface ${LAN.device} {
  AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;
  prefix 2001:db8:100::/64 { }; prefix 2001:db8:200::/64 { };
};
`,
    )
    radvd = start(router, 'radvd', '--nodaemon', `--config=${config}`, `--pidfile=${lab.directory}/radvd.pid`)
    for (const from of await prefers('100', '200'))
      assert.equal((await lab.httpGet('client-1', SERVER, { from })).client, from)
    assert.match(await doctor(router), /note radvd \(it runs\)/)
  })

  test('a provider is dead, which radvd does not know: a host with his address gets out by the other, translated', async () => {
    const { lab } = router
    await lab.cut('fiber')
    await router.becomes('fiber', 'down')
    const [ofFiber = ''] = await prefers('100', '200')
    const { client } = await lab.httpGet('client-1', SERVER, { from: ofFiber })
    assert.equal(lab.lineOfAddress(client), 'dsl')
  })

  test('beside `advertise: true` hosts believe who spoke last, and doctor has it put right', async () => {
    await router.apply({ ...wishes, advertise: true })
    await prefers('200')
    await prefers('100', '200')
    const told = await doctor(router)
    assert.match(told, /FIX radvd \(it runs\): advertises on lan0/)
    radvd?.kill()
    const wayOut = (): Promise<string> =>
      router.lab.must('client-1', ['ip', '-6', 'route', 'show', 'default'])
    await eventually(wayOut, (shown) => shown === '', { what: 'radvd took leave for the box' })
    await router.daemon.kill()
    await router.start()
    await eventually(wayOut, (shown) => shown !== '', { what: 'the box is the way out again' })
    await prefers('200')
  })
})
