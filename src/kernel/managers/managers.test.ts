import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Link } from '../../model/index.ts'
import type { Claim } from './claim.ts'
import { readManagers } from './read-managers.ts'
import {
  dhcpcdClaim,
  ifupdownClaims,
  ifupdownDirectories,
  networkManagerClaim,
  networkdClaim,
  pppdClaim,
} from './texts.ts'

const NETWORKD = `# This is private data. Do not parse.
ADMIN_STATE=configured
OPER_STATE=routable
CARRIER_STATE=carrier
NETWORK_FILE=/etc/systemd/network/10-wan1.network
DNS=198.51.100.53
`

const NETWORKD_WATCHES = `# This is private data. Do not parse.
ADMIN_STATE=unmanaged
OPER_STATE=routable
CARRIER_STATE=carrier
`

const NETWORK_MANAGER = `[device]
managed=true
connection-uuid=6d2b7a0e-8a2f-4c1e-9a57-1d3f6c0b5e21
route-metric-default-aspired=100
route-metric-default-effective=100
`

const INTERFACES = `# This file describes the network interfaces available on your system
source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback

allow-hotplug wan1
iface wan1 inet dhcp
iface wan1 inet6 auto

# iface wan2 inet dhcp
iface wan2 inet \\
    static
    address 203.0.113.9/24
    gateway 203.0.113.1

auto dsl-provider
iface dsl-provider inet ppp
    provider dsl-provider
`

const up = (...names: string[]): string => names.map((name) => `${name}=${name}\n`).join('')

const ROWS: readonly { readonly name: string; readonly read: readonly Claim[]; readonly is: string[] }[] = [
  { name: 'networkd has a file for it', read: networkdClaim(2, NETWORKD), is: ['systemd-networkd 2'] },
  { name: 'networkd only watches it', read: networkdClaim(2, NETWORKD_WATCHES), is: [] },
  { name: 'NetworkManager has a connection on it', read: networkManagerClaim(2, NETWORK_MANAGER), is: ['NetworkManager 2'] },
  { name: 'NetworkManager was told to leave it alone', read: networkManagerClaim(2, '[device]\nmanaged=false\n'), is: [] },
  { name: 'NetworkManager would have it, and has no connection for it', read: networkManagerClaim(2, '[device]\nmanaged=true\n'), is: [] },
  {
    name: 'ifupdown: by DHCP and by hand, over two lines; comments, loopback and the names of PPP lines are none',
    read: ifupdownClaims(INTERFACES, up('lo', 'wan1', 'wan2', 'dsl-provider')),
    is: ['ifupdown wan1 DHCP', 'ifupdown wan2'],
  },
  {
    name: 'ifupdown: a file that is left from before somebody else took over',
    read: ifupdownClaims(INTERFACES, ''),
    is: [],
  },
  {
    name: 'ifupdown: one interface here and there, with a stanza for each place',
    read: ifupdownClaims('iface office inet static\niface home inet dhcp\n', 'wan1=home\n'),
    is: ['ifupdown wan1 DHCP'],
  },
  { name: 'dhcpcd for one interface', read: dhcpcdClaim('wan1.pid'), is: ['dhcpcd wan1 DHCP'] },
  { name: 'dhcpcd for one interface, IPv4 alone', read: dhcpcdClaim('wan1-4.pid'), is: ['dhcpcd wan1 DHCP'] },
  { name: 'dhcpcd for all: what it has learnt on a VLAN', read: dhcpcdClaim('wan1.10.dhcp'), is: ['dhcpcd wan1.10 DHCP'] },
  { name: 'dhcpcd for all: of which is not said here', read: dhcpcdClaim('pid'), is: [] },
  { name: 'pppd of an interface', read: pppdClaim('ppp0.pid', '4711\n'), is: ['pppd ppp0 PPP'] },
  { name: 'pppd of a provider, with the interface below', read: pppdClaim('ppp-dsl.pid', '4711\nppp3\n'), is: ['pppd ppp3 PPP'] },
  { name: 'pppd that has no interface yet', read: pppdClaim('ppp-dsl.pid', '4711\n'), is: [] },
  { name: 'another program beside it', read: pppdClaim('pppoe-server.pid', 'none\n'), is: [] },
] // prettier-ignore

for (const { name, read, is } of ROWS)
  test(`who looks after an interface: ${name}`, () => {
    const told = read.map(({ of, program, how }) => {
      const whose = of === 'ppp' ? of : 'name' in of ? of.name : of.index
      return [program, whose, how].filter((word) => word !== undefined).join(' ')
    })
    assert.deepEqual(told, is)
  })

test('interfaces(5) may be spread over files', () => {
  const text = `${INTERFACES}source-directory interfaces.more\n#source /srv/old/*\n`
  assert.deepEqual(ifupdownDirectories(text), ['/etc/network/interfaces.d', '/etc/network/interfaces.more'])
})

test('a box with several: each interface has its own, and who gives orders stands first', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'multihomed-'))
  t.after(() => rm(root, { recursive: true }))
  const files = {
    'etc/network/interfaces': 'source /etc/network/interfaces.d/*\n',
    'etc/network/interfaces.d/wan3': 'iface wan3 inet dhcp\n',
    'run/network/ifstate': up('wan3'),
    'run/dhcpcd/wan3.pid': '815\n',
    'run/systemd/netif/links/2': NETWORKD,
    'run/systemd/netif/links/5': NETWORKD_WATCHES,
    'run/NetworkManager/devices/3': NETWORK_MANAGER,
    'run/ppp0.pid': '4711\n',
    'run/sshd.pid': '4712\n',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const names = ['lo', 'wan1', 'wan2', 'wan3', 'ppp0']
  const links = names.map((name, i): Link => ({ name, index: i + 1, up: true, carrier: true, pointToPoint: false, mtuBytes: 1500, rxBytes: 0, txBytes: 0 })) // prettier-ignore
  const managers = await readManagers(links, root)
  assert.deepEqual(
    managers.map(({ interface: dev, program }) => `${dev} ${program}`),
    ['wan1 systemd-networkd', 'wan2 NetworkManager', 'wan3 ifupdown', 'ppp0 pppd', 'wan3 dhcpcd'],
  )
  assert.deepEqual(await readManagers(links, join(root, 'nothing-here')), [])
})
