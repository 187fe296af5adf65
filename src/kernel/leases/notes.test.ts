import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Link } from '../../model/index.ts'
import { dhclientLeases } from './dhclient.ts'
import { nmcliDevices } from './network-manager.ts'
import { networkdLease, networkdLink } from './networkd.ts'
import { newsOf, resolversIn, type LeaseNote } from './note.ts'
import { Notebook } from './notebook.ts'
import { interfaceOfPiece, resolvConfPiece } from './resolv-conf.ts'

const NETWORKD_LEASE = `# This is private data. Do not parse.
ADDRESS=192.168.1.23
NETMASK=255.255.255.0
ROUTER=192.168.1.1
SERVER_ADDRESS=192.168.1.1
NEXT_SERVER=0.0.0.0
MTU=1492
T1=43200
T2=75600
LIFETIME=86400
DNS=192.168.1.1 198.51.100.53
NTP=192.168.1.1
DOMAINNAME=home.example
HOSTNAME=router
CLIENTID=ffdeadbeef0002000000
`

const NETWORKD_LINK = `# This is private data. Do not parse.
ADMIN_STATE=configured
OPER_STATE=routable
CARRIER_STATE=carrier
ADDRESS_STATE=routable
IPV4_ADDRESS_STATE=routable
IPV6_ADDRESS_STATE=routable
ONLINE_STATE=online
REQUIRED_FOR_ONLINE=yes
NETWORK_FILE=/etc/systemd/network/10-wan1.network
DNS=198.51.100.53 2001:DB8:0:0::53 fe80::1 [2001:db8::54]:53#dns.example
NTP=192.168.1.1
DOMAINS=home.example
LLMNR=yes
MDNS=no
`

const DHCLIENT = `default-duid "\\000\\001\\000\\001";
lease {
  interface "wan1";
  fixed-address 192.168.1.20;
  option subnet-mask 255.255.255.0;
  option routers 192.168.1.254;
  option domain-name-servers 192.168.1.254;
  renew 0 2026/11/22 05:37:02;
  rebind 0 2026/11/22 15:37:02;
  expire 0 2026/11/22 18:00:00;
}
lease {
  interface "wan1";
  fixed-address 192.168.1.23;
  option subnet-mask 255.255.255.0;
  option routers 192.168.1.1;
  option interface-mtu 1492;
  option domain-name-servers 198.51.100.53,198.51.100.54;
  option domain-name "home.example";
  renew 1 2026/11/23 05:37:02;
  rebind 1 2026/11/23 15:37:02;
  expire 1 2026/11/23 18:00:00;
}
lease {
  interface "wan2";
  fixed-address 10.64.3.2;
  option routers 10.64.3.1;
  expire epoch 1795671422; # Wed Nov 26 2026
}
lease6 {
  interface "wan1";
  ia-pd 5e:00:53:01 {
    starts 1795370000;
    renew 1800;
    rebind 2880;
    iaprefix 2001:db8:1200::/56 {
      starts 1795370000;
      preferred-life 3600;
      max-life 7200;
    }
  }
  option dhcp6.client-id 0:1:0:1;
  option dhcp6.name-servers 2001:db8::53,2001:db8::54;
}
lease {
  interface "wan3";
  fixed-addr`

const NMCLI_OUTPUT = String.raw`GENERAL.DEVICE:wan1
GENERAL.MTU:1500
IP4.GATEWAY:192.168.1.1
IP4.DNS[1]:198.51.100.53
IP4.DNS[2]:198.51.100.54
IP6.DNS[1]:2001\:db8\:\:53

GENERAL.DEVICE:ttyUSB2
GENERAL.MTU:1500
IP4.GATEWAY:
IP4.DNS[1]:10.1.2.3

GENERAL.DEVICE:lo
GENERAL.MTU:65536
IP4.GATEWAY:
`

const ROWS: readonly {
  readonly name: string
  readonly read: readonly LeaseNote[]
  readonly notes: unknown
}[] = [
  {
    name: 'networkd: the lease with gateway, MTU and how long it lasts from when it was written',
    read: [networkdLease(2, NETWORKD_LEASE, 1000)],
    notes: [
      {
        of: { index: 2 },
        source: 'networkd',
        dns: ['192.168.1.1', '198.51.100.53'],
        gateway: '192.168.1.1',
        mtuBytes: 1492,
        validUntilMs: 86_401_000,
      },
    ],
  },
  {
    name: 'networkd: a lease for ever, of a network without a router',
    read: [networkdLease(2, 'ADDRESS=10.0.0.9\nROUTER=0.0.0.0\nLIFETIME=4294967295\n', 1000)],
    notes: [{ of: { index: 2 }, source: 'networkd', dns: [] }],
  },
  {
    name: 'networkd: resolvers of a link in both families, in every spelling; link-local ones need no line',
    read: [networkdLink(7, NETWORKD_LINK)],
    notes: [{ of: { index: 7 }, source: 'networkd', dns: ['198.51.100.53', '2001:db8::53', '2001:db8::54'] }],
  },
  {
    name: 'dhclient: the last lease of each interface and family; one that is half written is none',
    read: dhclientLeases(DHCLIENT),
    notes: [
      {
        of: { name: 'wan1' },
        source: 'dhclient',
        dns: ['198.51.100.53', '198.51.100.54'],
        gateway: '192.168.1.1',
        mtuBytes: 1492,
        validUntilMs: Date.UTC(2026, 10, 23, 18),
      },
      {
        of: { name: 'wan2' },
        source: 'dhclient',
        dns: [],
        gateway: '10.64.3.1',
        validUntilMs: 1_795_671_422_000,
      },
      {
        of: { name: 'wan1' },
        source: 'dhclient',
        dns: ['2001:db8::53', '2001:db8::54'],
        prefixes: [{ family: 'ipv6', address: '2001:db8:1200::', length: 56 }],
        validUntilMs: 1_795_377_200_000,
      },
    ],
  },
  {
    name: 'NetworkManager: each device with its own; a modem has no gateway, loopback nothing at all',
    read: nmcliDevices(NMCLI_OUTPUT),
    notes: [
      {
        of: { name: 'wan1' },
        source: 'network-manager',
        dns: ['198.51.100.53', '198.51.100.54', '2001:db8::53'],
        gateway: '192.168.1.1',
        mtuBytes: 1500,
      },
      { of: { name: 'ttyUSB2' }, source: 'network-manager', dns: ['10.1.2.3'], mtuBytes: 1500 },
    ],
  },
  {
    name: 'dhcpcd: a piece of a resolv.conf, and what is no resolver in it',
    read: [
      resolvConfPiece(
        { name: interfaceOfPiece('wan1.10.dhcp') },
        'dhcpcd',
        '# Generated by dhcpcd from wan1.10.dhcp\ndomain home.example\nnameserver 198.51.100.53\nnameserver 127.0.0.1\n#nameserver 192.0.2.1\n',
      ),
    ],
    notes: [{ of: { name: 'wan1.10' }, source: 'dhcpcd', dns: ['198.51.100.53'] }],
  },
]

for (const { name, read, notes } of ROWS) test(name, () => assert.deepEqual(read, notes))

test('a file is named after an interface, a program, or both', () => {
  const names = ['wan1.dhcp', 'wan1.dhclient', 'ppp0.pppd', 'ppp0.ip-up', 'wan1.10.ra', 'wan1.10', 'eth0']
  assert.deepEqual(names.map(interfaceOfPiece), [
    'wan1',
    'wan1',
    'ppp0',
    'ppp0',
    'wan1.10',
    'wan1.10',
    'eth0',
  ])
})

test('the box itself, and whoever is on the link anyway, is no resolver of a line', () => {
  assert.deepEqual(resolversIn(['127.0.0.53', '::1', 'fe80::1', 'fe80::1%wan1', '0.0.0.0', 'x', '9.9.9.9:53']), ['9.9.9.9']) // prettier-ignore
})

const link = (name: string, index: number): Link => ({ name, index, up: true, carrier: true, pointToPoint: false, mtuBytes: 1500, rxBytes: 0, txBytes: 0 }) // prettier-ignore
const piece = (of: LeaseNote['of']): LeaseNote => resolvConfPiece(of, 'pppd', 'nameserver 198.51.100.53\n')

test('notes about interfaces that are there, as long as they hold', () => {
  const links = [link('wan1', 2), link('wan2', 3)]
  const names = (notes: readonly LeaseNote[], nowMs = 0): string[] =>
    newsOf(notes, links, nowMs).map((news) => news.interface)
  assert.deepEqual(names([piece({ name: 'wan2' }), piece({ index: 2 }), piece({ index: 9 })]), [
    'wan2',
    'wan1',
  ])
  const lasting = { ...piece({ name: 'wan1' }), validUntilMs: 1000 }
  assert.deepEqual([names([lasting], 999), names([lasting], 1000)], [['wan1'], []])
})

test('what pppd left is about the one ppp interface; of two nobody knows which', () => {
  const one = newsOf([piece('ppp')], [link('wan1', 2), link('ppp0', 3)], 0)
  assert.deepEqual(one.map((news) => news.interface), ['ppp0']) // prettier-ignore
  assert.deepEqual(newsOf([piece('ppp')], [link('ppp0', 2), link('ppp1', 3)], 0), [])
})

async function rooted(
  t: TestContext,
): Promise<{ root: string; write: (path: string, text: string) => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'multihomed-'))
  t.after(() => rm(root, { recursive: true }))
  return {
    root,
    async write(path, text) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, `${path}.new`), text)
      await rename(join(root, `${path}.new`), join(root, path))
    },
  }
}

test('a box with several managers: who knows now comes before what dhclient left once', async (t) => {
  const { root, write } = await rooted(t)
  await write('run/systemd/netif/links/2', NETWORKD_LINK)
  await write('var/lib/dhcp/dhclient.wan1.leases', DHCLIENT.replaceAll('2026/', '2096/'))
  await write('run/resolvconf/interface/wan1.dhclient', 'nameserver 203.0.113.53\n')
  const notebook = await Notebook.open(root)
  const news = notebook.news([link('wan1', 2)], Date.now())
  assert.deepEqual(
    news.map(({ source, dns: [first] }) => `${source} ${first}`),
    ['networkd 198.51.100.53', 'resolvconf 203.0.113.53', 'dhclient 198.51.100.53'],
  )
})

test('a file that is replaced rings once, one that is touched does not, and a new directory is found', async (t) => {
  const { root, write } = await rooted(t)
  await write('run/systemd/netif/links/2', NETWORKD_LINK)
  const notebook = await Notebook.open(root)
  let rings = 0
  let next = Promise.withResolvers<void>()
  const watch = notebook.watch(() => {
    rings += 1
    next.resolve()
    next = Promise.withResolvers()
  })
  t.after(() => watch.close())
  const first = next.promise
  await write('run/systemd/netif/links/2', 'DNS=192.0.2.1\n')
  await first
  assert.deepEqual(notebook.news([link('wan1', 2)], 0)[0]?.dns, ['192.0.2.1'])
  await write('run/systemd/netif/links/2', 'DNS=192.0.2.1\n')
  const second = next.promise
  await write('run/dhcpcd/resolv.conf/wan1.dhcp', 'nameserver 192.0.2.2\n')
  watch.ring()
  await second
  assert.equal(rings, 2)
  assert.equal(notebook.news([link('wan1', 2)], 0).length, 2)
})
