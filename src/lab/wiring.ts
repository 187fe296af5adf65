/** The `ip` and `tc` commands that make a lab out of its topology; pure text, one command a line. */
import { INTERNET, LAN, PROVIDER_DEVICES, ROUTER, SWITCH } from './topology.ts'
import type { LabLine, Topology } from './topology.ts'

/** Name of a host's namespace. */
export type NameOf = (host: string) => string

const { customer, uplink } = PROVIDER_DEVICES

export const namespaceCommands = (topology: Topology, nameOf: NameOf): string[] =>
  topology.hosts.map((host) => `netns add ${nameOf(host)}`)

/** All cables, each end born in the host where it belongs. */
export const cableCommands = (topology: Topology, nameOf: NameOf): string[] => [
  cable(nameOf(ROUTER), LAN.device, nameOf(SWITCH), 'router'),
  ...topology.clients.map((client) => cable(nameOf(client.host), 'eth0', nameOf(SWITCH), client.port)),
  ...topology.lines.map((line) => customerCable(line, nameOf)),
  ...topology.lines.map((line) =>
    cable(nameOf(line.host), uplink, nameOf(INTERNET), line.uplink.internetDevice),
  ),
]

export const customerCable = (line: LabLine, nameOf: NameOf): string =>
  cable(nameOf(ROUTER), line.device, nameOf(line.host), customer)

/** What is typed on each host, in `ip -batch` form. */
export function hostCommands(topology: Topology, lanAddress: 'by-router' | 'set'): Map<string, string[]> {
  return new Map([
    [INTERNET, internetCommands(topology)],
    [SWITCH, switchCommands(topology)],
    [
      ROUTER,
      [
        LOOPBACK_UP,
        ...(lanAddress === 'set' ? routerLanCommands : []),
        ...topology.lines.flatMap(leaseCommands),
      ],
    ],
    ...topology.lines.map((line): [string, string[]] => [line.host, providerCommands(line)]),
    ...topology.clients.map((client): [string, string[]] => [client.host, clientCommands(client.address)]),
  ])
}

const LOOPBACK_UP = 'link set lo up'

const internetCommands = ({ lines, servers }: Topology): string[] => [
  LOOPBACK_UP,
  ...servers.map((address) => `address add ${address}/32 dev lo`),
  ...lines.flatMap((line) => [
    `address add ${line.uplink.internet}/30 dev ${line.uplink.internetDevice}`,
    `link set ${line.uplink.internetDevice} up`,
    `route add ${line.network} via ${line.uplink.provider}`,
  ]),
]

const switchCommands = ({ clients }: Topology): string[] => [
  // Multicast goes to every port as on a plain switch, instead of to those that asked.
  'link add switch0 type bridge mcast_snooping 0',
  'link set switch0 up',
  ...['router', ...clients.map((client) => client.port)].map((port) => `link set ${port} master switch0 up`),
]

const routerLanCommands = [
  `address add ${LAN.router}/${LAN.length} brd + dev ${LAN.device}`,
  `link set ${LAN.device} up`,
]

/** What a DHCP client leaves behind: dhclient and NetworkManager give each further interface a higher metric. */
export const leaseCommands = (line: LabLine): string[] =>
  line.addressing === 'by-router'
    ? []
    : [
        `link set ${line.device} up`,
        `address add ${line.addressWithLength} brd + dev ${line.device}`,
        `route add default via ${line.gateway} dev ${line.device} proto dhcp metric ${99 + line.number}`,
      ]

const providerCommands = (line: LabLine): string[] => [
  LOOPBACK_UP,
  ...customerSideCommands(line),
  `address add ${line.uplink.provider}/30 dev ${uplink}`,
  `link set ${uplink} up`,
  `route add default via ${line.uplink.internet}`,
]

export const customerSideCommands = (line: LabLine): string[] => [
  `address add ${line.gateway}/28 dev ${customer}`,
  `link set ${customer} up`,
]

const clientCommands = (address: string): string[] => [
  LOOPBACK_UP,
  `address add ${address}/${LAN.length} brd + dev eth0`,
  'link set eth0 up',
  `route add default via ${LAN.router}`,
]

/** In `tc -batch` form. Both directions are shaped where the provider sends, as a real line is. */
export const shapingCommands = (line: LabLine): string[] => [
  ...shape(customer, line.downBitsPerSecond),
  ...shape(uplink, line.upBitsPerSecond),
]

function shape(device: string, bitsPerSecond: number | undefined): string[] {
  if (bitsPerSecond === undefined) return []
  // 10 ms worth of bytes, so that a timer tick does not starve the line; never below one full-size (GSO) packet.
  const burstBytes = Math.max(Math.ceil(bitsPerSecond / 8 / 100), 65_536)
  return [
    `qdisc replace dev ${device} root tbf rate ${Math.round(bitsPerSecond)}bit burst ${burstBytes} latency 100ms`,
  ]
}

const cable = (hostA: string, deviceA: string, hostB: string, deviceB: string): string =>
  `link add ${deviceA} netns ${hostA} type veth peer name ${deviceB} netns ${hostB}`
