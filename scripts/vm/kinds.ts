/** The two kinds of virtual machine, with all that makes one different from the other. */
import { globSync } from 'node:fs'

/** The release whose kernel and programs the guests have: the oldest stable one that we promise to work on. */
export const SUITE = 'bookworm'

export interface Kind {
  readonly name: string
  /** What becomes the first process, with its arguments: paths in the guest, where the checkout is /project. */
  readonly init: string
  /** Debian packages besides the essential ones and those that BASE names. */
  readonly packages: readonly string[]
  /** Seconds a test file may take, on a machine that only emulates. */
  readonly fileLimitS: number
  readonly files: (root: string) => readonly string[]
}

/** In every guest: the kernel and what our program and its lab call. */
export const BASE = [
  'linux-image-amd64',
  'tiny-initramfs', // the kernel wants one of its kind; we bring our own, and this one costs least
  'busybox-static', // the first program of the guest
  'kmod',
  'mount',
  'nftables',
  'iproute2',
  'procps',
  'iputils-ping',
  'libstdc++6', // Node
]

/** Scenarios of `./run test` that the plain guest runs unchanged, in this order; others: docs/vm.md. */
export const CORE = ['both-families', 'endings', 'forwards', 'inbound', 'limits', 'down', 'crash']

export const KINDS: readonly Kind[] = [
  {
    name: 'plain',
    init: '/bin/sh /project/scripts/vm/plain-init.sh',
    packages: [
      'ppp', // the far end of PPPoE lines, and ours
      'pppoe', // pppoe-server
      'wireguard-tools', // wg-quick too
      'isc-dhcp-client',
      'dhcpcd-base',
      'openvpn',
      'openssl', // its certificates
      // Neighbours, which a test starts.
      'keepalived',
      'radvd',
      'dnsmasq-base',
    ],
    fileLimitS: 400,
    files: (root) => [
      ...globSync('src/lab/vm/*.vm.test.ts', { cwd: root }).toSorted(),
      ...CORE.map((name) => `src/lab/scenarios/${name}.kernel.test.ts`),
    ],
  },
  {
    name: 'systemd',
    init: '/sbin/init',
    packages: [
      'systemd-sysv',
      'dbus',
      'udev',
      'systemd-resolved',
      // Neighbours; none of them is started at boot.
      'dnsmasq-base', // also a provider's DHCP server
      'network-manager',
      'docker.io',
      'firewalld',
      'ufw',
    ],
    fileLimitS: 600,
    files: (root) => globSync('src/lab/vm/systemd/*.vm.test.ts', { cwd: root }).toSorted(),
  },
]
