/** The lab on paper: hosts, devices and addresses for N lines and M clients. Nothing here touches a kernel. */
import { isIPv6 } from 'node:net'
import { isRoutedTo, LAN6, lanAddresses, planLineIpv6, server6 } from './ipv6.ts'
import type { Ipv6Kind, Lan6Options, LineIpv6 } from './ipv6.ts'

export interface LineOptions {
  /** Small letters, digits and dashes; the provider's host is `isp-NAME`. */
  readonly name: string
  /** What the provider lets through towards the customer; absent: as fast as the machine is. */
  readonly downBitsPerSecond?: number
  /** What the provider takes from the customer; absent: as fast as the machine is. */
  readonly upBitsPerSecond?: number
  /** How long a packet waits at most where a speed is given; then it is dropped. Default 100 ms. */
  readonly queueMs?: number
  /** Between the provider and the internet, each way; default: none. The gateway stays near. */
  readonly delayMs?: number
  /**
   * `by-router` (default): the router's device is bare and down, the address comes from its configuration.
   * `by-provider`: device up, address and a default route in `main`, as a DHCP client leaves them; for IPv6 as a
   * program does that listens to router advertisements, with the delegated prefix `unreachable` where nothing is of it.
   */
  readonly addressing?: Addressing
  /** What the router cannot tell apart on this line and an earlier one; absent: nothing. */
  readonly sharing?: { readonly with: string; readonly what: Sharing }
  /** Absent: the provider has no IPv6. */
  readonly ipv6?: Ipv6Kind
  /** `false`: the provider has nothing but IPv6. */
  readonly ipv4?: false
}

export type Addressing = 'by-router' | 'by-provider'

/**
 * `card`: one card of the router leads to both providers. `card-and-network`: and both are in one network, each with a
 * gateway and an address for the customer. `card-and-address`: and the customer's address is the same, so that the
 * providers translate it. `address-and-gateway`: two cards, on which everything looks the same.
 */
export type Sharing = 'card' | 'card-and-network' | 'card-and-address' | 'address-and-gateway'

export interface TopologyOptions {
  readonly lines?: readonly LineOptions[]
  /** Default 17, the how-to's network. */
  readonly clients?: number
  /** Addresses at which the internet answers; default 10. */
  readonly servers?: number
  /** IPv6 in the LAN; absent: a ULA, where any line has IPv6. */
  readonly lan6?: Lan6Options
}

export interface LabLine {
  readonly name: string
  /** Counts from 1, in the order given; all addresses are made from it. */
  readonly number: number
  /** The provider's host. */
  readonly host: string
  /** The router's device. */
  readonly device: string
  /** The switch between the router's card and the providers behind it; absent: a cable of its own. */
  readonly splitter?: string
  /** The customer's network, e.g. `198.51.100.0/28`. */
  readonly network: string
  readonly gateway: string
  /** The one address the provider has given to the customer, without and with its length. */
  readonly address: string
  readonly addressWithLength: string
  /** By which the internet knows the customer: `address`, or the provider's own where it translates. */
  readonly publicAddress: string
  /** What the internet routes to this provider; absent where it translates. */
  readonly routed?: string
  /** Where the internet and the provider meet. */
  readonly uplink: { readonly internetDevice: string; readonly internet: string; readonly provider: string }
  readonly downBitsPerSecond: number | undefined
  readonly upBitsPerSecond: number | undefined
  readonly queueMs: number
  readonly delayMs: number
  readonly addressing: Addressing
  /** `false`: none of what is said of IPv4 above is there. */
  readonly hasIpv4: boolean
  /** Absent: the line has none. */
  readonly ipv6?: LineIpv6
}

export interface LabClient {
  readonly host: string
  readonly address: string
  /** IPv6, with their lengths: first that of the ULA. Held unless the LAN's clients listen to advertisements. */
  readonly addresses6: readonly string[]
  /** Its port on the LAN switch. */
  readonly port: string
}

export interface Topology {
  readonly lines: readonly LabLine[]
  readonly clients: readonly LabClient[]
  /** Addresses of the internet's servers. */
  readonly servers: readonly string[]
  /** The same servers over IPv6; none where no line has it. */
  readonly servers6: readonly string[]
  /** Absent: no line has IPv6, and nobody has. */
  readonly lan6?: {
    /** The router's addresses in the LAN, with their lengths; it has them from the start, as from another program. */
    readonly router: readonly string[]
    readonly clients: 'fixed' | 'advertised'
  }
  /** Names of all hosts, each a network namespace. */
  readonly hosts: readonly string[]
}

export const INTERNET = 'internet'
export const ROUTER = 'router'
export const SWITCH = 'switch'

export const LAN = { device: 'lan0', network: '10.0.0.0/24', router: '10.0.0.1', length: 24 } as const

/** Devices of a provider's host: towards the customer, and towards the internet. */
export const PROVIDER_DEVICES = { customer: 'customer', uplink: 'uplink' } as const

/** As many as our marks can tell apart (6 bits, 0 and all ones left out). */
const MOST_LINES = 62
export const MOST_CLIENTS = 200
const MOST_SERVERS = 200
const LINE_NAME = /^[a-z][a-z0-9-]{0,30}$/

export const DEFAULT_LINES: readonly LineOptions[] = [
  { name: 'fiber', downBitsPerSecond: 100e6, upBitsPerSecond: 100e6 },
  { name: 'dsl', downBitsPerSecond: 20e6, upBitsPerSecond: 20e6 },
]

/** @throws {RangeError} for numbers that do not fit and names that cannot be or come twice */
export function planTopology(options: TopologyOptions = {}): Topology {
  const { lines = DEFAULT_LINES, clients = 17, servers = 10 } = options
  requireWithin('lines', lines.length, 1, MOST_LINES)
  requireWithin('clients', clients, 0, MOST_CLIENTS)
  requireWithin('servers', servers, 1, MOST_SERVERS)
  requireGoodNames(lines.map((line) => line.name))

  const labLines = planLines(lines)
  const hasIpv6 = labLines.some(({ ipv6 }) => ipv6 !== undefined)
  const networks6 = hasIpv6 ? lanNetworks(labLines, options.lan6 ?? {}) : []
  const labClients = countTo(clients).map((number) => planClient(number, networks6))
  return {
    lines: labLines,
    clients: labClients,
    servers: countTo(servers).map((i) => `203.0.113.${9 + i}`),
    servers6: hasIpv6 ? countTo(servers).map((i) => server6(9 + i)) : [],
    ...(hasIpv6 && {
      lan6: {
        router: [...lanAddresses(networks6, 1), `${LAN6.gateway}/64`],
        clients: options.lan6?.clients ?? 'fixed',
      },
    }),
    hosts: [
      INTERNET,
      ROUTER,
      SWITCH,
      ...new Set(labLines.flatMap((line) => line.splitter ?? [])),
      ...labLines.map((line) => line.host),
      ...labClients.map((client) => client.host),
    ],
  }
}

/** The line by which the internet sees this source address; `undefined`: none of them. */
export const lineOfAddress = ({ lines }: Topology, address: string): LabLine | undefined =>
  isIPv6(address)
    ? lines.find(({ ipv6 }) => ipv6 && isRoutedTo(ipv6, address))
    : lineOfIpv4Address(lines, address)

const lineOfIpv4Address = (lines: readonly LabLine[], address: string): LabLine | undefined =>
  lines.find((line) => line.publicAddress === address) ??
  lines.find((line) => line.routed === line.network && isIn(line, address))

/** A /28. */
const NETWORK_SIZE = 16

const isIn = ({ gateway }: LabLine, address: string): boolean =>
  sameFirstParts(gateway, address) && lastPart(address) < NETWORK_SIZE

function planLines(lines: readonly LineOptions[]): LabLine[] {
  const planned: LabLine[] = []
  for (const line of lines) planned.push(planLine(line, planned.length + 1, planned))
  return planned.map((line) => {
    const isShared = planned.some((other) => other !== line && other.device === line.device)
    const isTranslated = planned.some((other) => other !== line && other.address === line.address)
    const kind = lines.find(({ name }) => name === line.name)?.ipv6
    return {
      ...line,
      ...(kind && { ipv6: planLineIpv6(line.number, kind, isShared) }),
      ...(isShared && { splitter: `splitter-${line.device}` }),
      ...(isTranslated ? { publicAddress: line.uplink.provider } : { routed: routedTo(line, planned) }),
    }
  })
}

/** Where several providers are in one network the internet has to know each customer. */
const routedTo = (line: LabLine, all: readonly LabLine[]): string =>
  all.some((other) => other !== line && other.network === line.network) ? `${line.address}/32` : line.network

function planLine(options: LineOptions, number: number, earlier: readonly LabLine[]): LabLine {
  const what = options.sharing?.what
  const like = options.sharing && earlier.find(({ name }) => name === options.sharing?.with)
  if (options.sharing && !like)
    throw new RangeError(`there is no line "${options.sharing.with}" before "${options.name}"`)
  const sharesNetwork = like !== undefined && what !== 'card'
  const net = sharesNetwork ? firstParts(like.gateway) : customerNetwork(number)
  // From both ends of the network, a pair for each line in it.
  const inIt = sharesNetwork ? earlier.filter(({ network }) => network === like.network).length : 0
  const address = what === 'card-and-network' ? `${net}.${2 + inIt}` : `${net}.2`
  const gateway = sharesNetwork && what !== 'address-and-gateway' ? `${net}.${15 - inIt}` : `${net}.1`
  return {
    name: options.name,
    number,
    host: `isp-${options.name}`,
    device: like !== undefined && what !== 'address-and-gateway' ? like.device : `wan${number}`,
    network: `${net}.0/28`,
    gateway,
    address,
    addressWithLength: `${address}/28`,
    publicAddress: address,
    uplink: {
      internetDevice: `uplink${number}`,
      // 198.18.0.0/15 is for measuring networks (RFC 2544) and never seen by the router.
      internet: `198.18.${number}.1`,
      provider: `198.18.${number}.2`,
    },
    downBitsPerSecond: options.downBitsPerSecond,
    upBitsPerSecond: options.upBitsPerSecond,
    queueMs: options.queueMs ?? 100,
    delayMs: options.delayMs ?? 0,
    addressing: options.addressing ?? 'by-router',
    hasIpv4: options.ipv4 ?? true,
  }
}

/**
 * First three parts. The how-to's two lines look like real public addresses (the documentation networks of
 * RFC 5737; the third, 203.0.113.0/24, holds the servers), further ones like carrier-grade NAT (RFC 6598).
 */
function customerNetwork(number: number): string {
  if (number === 1) return '198.51.100'
  if (number === 2) return '192.0.2'
  return `100.64.${number}`
}

/** Networks of the LAN: of delegated prefixes the first ones. */
function lanNetworks(lines: readonly LabLine[], { prefixesOf = [], ula }: Lan6Options): string[] {
  const delegated = prefixesOf.map((name) => {
    const prefix = lines.find((line) => line.name === name)?.ipv6?.delegated
    if (prefix === undefined) throw new RangeError(`there is no line "${name}" with a delegated prefix`)
    return prefix
  })
  return [...((ula ?? delegated.length === 0) ? [LAN6.network] : []), ...delegated]
}

/** The how-to's LAN: 10.0.0.11 and on. */
const planClient = (number: number, networks6: readonly string[]): LabClient => ({
  host: `client-${number}`,
  address: `10.0.0.${10 + number}`,
  addresses6: lanAddresses(networks6, 10 + number),
  port: `port${number}`,
})

function requireWithin(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`a lab has ${least} to ${most} ${what}, not ${value}`)
}

function requireGoodNames(names: readonly string[]): void {
  for (const name of names) {
    if (!LINE_NAME.test(name))
      throw new RangeError(
        `"${name}" cannot name a line of the lab: small letters, digits and dashes, a letter first`,
      )
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new RangeError(`two lines of the lab are called "${twice}"`)
}

const countTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
const sameFirstParts = (a: string, b: string): boolean => firstParts(a) === firstParts(b)
const firstParts = (address: string): string => address.slice(0, address.lastIndexOf('.'))
const lastPart = (address: string): number => Number(address.slice(address.lastIndexOf('.') + 1))
