/** The `ip` and `tc` commands that make a lab out of its topology; pure text, one command a line. */
import { witnessAddresses } from '../model/index.ts'
import { LAN6 } from './ipv6.ts'
import { INTERNET, LAN, PROVIDER_DEVICES, ROUTER, SWITCH } from './topology.ts'
import type { LabClient, LabLine, Topology } from './topology.ts'

/** Name of a host's namespace. */
export type NameOf = (host: string) => string

const { customer, uplink } = PROVIDER_DEVICES

/** @param here hosts that are no new namespace, but the one we are in */
export const namespaceCommands = (
  topology: Topology,
  nameOf: NameOf,
  here: readonly string[] = [],
): string[] =>
  topology.hosts.map((host) =>
    here.includes(host) ? `netns attach ${nameOf(host)} ${process.pid}` : `netns add ${nameOf(host)}`,
  )

interface Cable {
  readonly host: string
  readonly device: string
  readonly toHost: string
  readonly toDevice: string
}

export const cablesOf = ({ clients, lines }: Topology): Cable[] => [
  { host: ROUTER, device: LAN.device, toHost: SWITCH, toDevice: 'router' },
  ...clients.map(({ host, port }) => ({ host, device: 'eth0', toHost: SWITCH, toDevice: port })),
  ...oneOfEachCard(lines).map(cardCable),
  ...lines.flatMap(splitterCable),
  ...lines.map(({ host, uplink: { internetDevice } }) => ({
    host,
    device: uplink,
    toHost: INTERNET,
    toDevice: internetDevice,
  })),
]

/** What is plugged into the router's card: the provider, or the switch before several of them. */
export const cardCable = ({ host, device, splitter }: LabLine): Cable => ({
  host: ROUTER,
  device,
  toHost: splitter ?? host,
  toDevice: splitter === undefined ? customer : SPLITTER_TO_ROUTER,
})

const splitterCable = ({ host, splitter, number }: LabLine): Cable[] =>
  splitter === undefined ? [] : [{ host, device: customer, toHost: splitter, toDevice: splitterPort(number) }]

const SPLITTER_TO_ROUTER = 'router'
const splitterPort = (number: number): string => `port${number}`

const oneOfEachCard = (lines: readonly LabLine[]): LabLine[] => [
  ...new Map(lines.map((line) => [line.device, line])).values(),
]

/**
 * Each end is born in the host where it belongs.
 * @param number different for every cable of the lab; sets the two interface indexes apart. Where both ends happen to
 * have the same one the kernel takes the device for a real card and may report its carrier up to a second late
 * (`linkwatch_urgent_event` in net/core/link_watch.c); until then packets are lost.
 */
export const cableCommand = (cable: Cable, number: number, nameOf: NameOf): string =>
  `link add ${cable.device} index ${100 + 2 * number} netns ${nameOf(cable.host)} type veth ` +
  `peer name ${cable.toDevice} index ${101 + 2 * number} netns ${nameOf(cable.toHost)}`

/**
 * What is typed on each host, in `ip -batch` form, in three waves: of every cable the end in the earlier wave gets
 * its carrier from the other, so that it is known where to look whether all carriers are there.
 */
export const hostCommands = (topology: Topology, lanAddress: 'by-router' | 'set'): HostCommands[][] => [
  [
    { host: INTERNET, commands: internetCommands(topology) },
    { host: SWITCH, commands: switchCommands(topology) },
    ...splittersOf(topology.lines).map(([host, ports]) => ({ host, commands: bridgeCommands(ports) })),
  ],
  topology.lines.map((line) => ({ host: line.host, commands: providerCommands(line) })),
  [
    { host: ROUTER, commands: routerCommands(topology, lanAddress) },
    ...topology.clients.map((client) => ({ host: client.host, commands: clientCommands(client, topology) })),
  ],
]

export interface HostCommands {
  readonly host: string
  readonly commands: readonly string[]
}

/** Devices that must have a carrier when `hostCommands` were carried out, per host. */
export const devicesWithCarrier = (
  { lines, clients }: Topology,
  lanAddress: 'by-router' | 'set',
): Map<string, string[]> =>
  new Map([
    [INTERNET, lines.map((line) => line.uplink.internetDevice)],
    [SWITCH, [...clients.map((client) => client.port), ...(lanAddress === 'set' ? ['router'] : [])]],
    ...splittersOf(lines).map(([host, ports]): [string, string[]] => [
      host,
      ports.filter((port) => port !== SPLITTER_TO_ROUTER),
    ]),
    ...lines.map((line): [string, string[]] => [
      line.host,
      line.addressing === 'by-provider' ? [uplink, customer] : [uplink],
    ]),
  ])

const LOOPBACK_UP = 'link set lo up'

const internetCommands = ({ lines, servers, servers6, lan6 }: Topology): string[] => [
  LOOPBACK_UP,
  ...[...servers, ...witnessAddresses('ipv4')].map((address) => `address add ${address}/32 dev lo`),
  ...[...servers6, ...(lan6 ? witnessAddresses('ipv6') : [])].map(
    (address) => `address add ${address}/128 dev lo`,
  ),
  ...lines.flatMap((line) => [
    `address add ${line.uplink.internet}/30 dev ${line.uplink.internetDevice}`,
    `link set ${line.uplink.internetDevice} up`,
    ...(line.routed === undefined ? [] : [`route add ${line.routed} via ${line.uplink.provider}`]),
    ...internetCommands6(line),
  ]),
]

const internetCommands6 = ({ ipv6, uplink: { internetDevice } }: LabLine): string[] =>
  ipv6 === undefined
    ? []
    : [
        `address add ${ipv6.uplink.internet}/64 dev ${internetDevice}`,
        ...ipv6.routed.map((prefix) => `route add ${prefix} via ${ipv6.uplink.provider}`),
      ]

const switchCommands = ({ clients }: Topology): string[] =>
  bridgeCommands(['router', ...clients.map((client) => client.port)])

/** By host, the ports of the switches between one card and several providers. */
function splittersOf(lines: readonly LabLine[]): [string, string[]][] {
  const ports = new Map<string, string[]>()
  for (const { splitter, number } of lines)
    if (splitter !== undefined)
      ports.set(splitter, [...(ports.get(splitter) ?? [SPLITTER_TO_ROUTER]), splitterPort(number)])
  return [...ports]
}

const bridgeCommands = (ports: readonly string[]): string[] => [
  // Multicast goes to every port as on a plain switch, instead of to those that asked.
  'link add switch0 type bridge mcast_snooping 0',
  'link set switch0 up',
  ...ports.map(switchPort),
]

const switchPort = (port: string): string => `link set ${port} master switch0 up`

const routerCommands = ({ lines, lan6 }: Topology, lanAddress: 'by-router' | 'set'): string[] => [
  LOOPBACK_UP,
  ...(lan6?.router ?? []).map((address) => `address add ${address} dev ${LAN.device}`),
  ...(lanAddress === 'set' ? LAN_COMMANDS : []),
  ...lines.flatMap(leaseCommands),
]

const LAN_COMMANDS = [
  `address add ${LAN.router}/${LAN.length} brd + dev ${LAN.device}`,
  `link set ${LAN.device} up`,
]

/** What a DHCP client leaves behind: dhclient and NetworkManager give each further interface a higher metric. */
export const leaseCommands = (line: LabLine): string[] =>
  line.addressing === 'by-router'
    ? []
    : [
        `link set ${line.device} up`,
        ...(line.hasIpv4
          ? [
              `address add ${line.addressWithLength} brd + dev ${line.device}`,
              `route add default via ${line.gateway} dev ${line.device} proto dhcp metric ${99 + line.number}`,
            ]
          : []),
        ...leaseCommands6(line),
      ]

/**
 * What NetworkManager leaves, which reads router advertisements itself, with the lifetimes most routers announce; of a
 * delegated prefix nothing is sent back to the provider by default (RFC 7084, WPD-5).
 */
const leaseCommands6 = ({ ipv6, device, number }: LabLine): string[] =>
  ipv6 === undefined
    ? []
    : [
        `address replace ${ipv6.addressWithLength} dev ${device} valid_lft 86400 preferred_lft 14400`,
        `route replace default via ${ipv6.gateway} dev ${device} proto ra metric ${99 + number} expires 1800`,
        ...(ipv6.delegated === undefined ? [] : [delegationCommand('replace', ipv6.delegated)]),
      ]

export const delegationCommand = (verb: 'add' | 'replace' | 'delete', prefix: string): string =>
  `route ${verb} unreachable ${prefix} proto dhcp`

const providerCommands = (line: LabLine): string[] => [
  LOOPBACK_UP,
  ...customerSideCommands(line),
  `address add ${line.uplink.provider}/30 dev ${uplink}`,
  `link set ${uplink} up`,
  `route add default via ${line.uplink.internet}`,
  ...(line.ipv6 === undefined
    ? []
    : [
        `address add ${line.ipv6.uplink.provider}/64 dev ${uplink}`,
        `route add default via ${line.ipv6.uplink.internet}`,
      ]),
]

/** At the far end of the cable that `cardCable` plugs in. */
export const farSideCommands = (line: LabLine): string[] =>
  line.splitter === undefined ? customerSideCommands(line) : [switchPort(SPLITTER_TO_ROUTER)]

const customerSideCommands = (line: LabLine): string[] => [
  ...(line.hasIpv4 ? [`address add ${line.gateway}/28 dev ${customer}`] : []),
  `link set ${customer} up`,
  ...customerSideCommands6(line),
]

/** The kernel forgets it all together with the device, and when that is set down. */
export const customerSideCommands6 = ({ ipv6 }: LabLine): string[] =>
  ipv6 === undefined
    ? []
    : [
        `address replace ${ipv6.gateway}/64 dev ${customer}`,
        `address replace ${ipv6.provider}/64 dev ${customer}`,
        // Of the prefixes it may give, all lead to the customer; what he has not got is dropped by the ruleset.
        ...ipv6.routed
          .slice(1)
          .map((prefixes) => `route replace ${prefixes} via ${ipv6.address} dev ${customer}`),
      ]

const clientCommands = ({ address, addresses6 }: LabClient, { lan6 }: Topology): string[] => [
  LOOPBACK_UP,
  `address add ${address}/${LAN.length} brd + dev eth0`,
  'link set eth0 up',
  `route add default via ${LAN.router}`,
  ...(lan6?.clients === 'fixed'
    ? [
        ...addresses6.map((address6) => `address add ${address6} dev eth0`),
        `route add default via ${LAN6.gateway} dev eth0`,
      ]
    : []),
]

/** In `tc -batch` form. Both directions are shaped where the provider sends, as a real line is. */
export const shapingCommands = (line: LabLine): string[] => [
  ...shape(customer, line.downBitsPerSecond, line.queueMs),
  ...shape(uplink, line.upBitsPerSecond, line.queueMs),
]

function shape(device: string, bitsPerSecond: number | undefined, queueMs: number): string[] {
  if (bitsPerSecond === undefined) return []
  // 10 ms worth of bytes, so that a timer tick does not starve the line; never below one full-size (GSO) packet.
  const burstBytes = Math.max(Math.ceil(bitsPerSecond / 8 / 100), 65_536)
  return [
    `qdisc replace dev ${device} root tbf rate ${Math.round(bitsPerSecond)}bit burst ${burstBytes} latency ${queueMs}ms`,
  ]
}
