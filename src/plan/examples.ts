/** A small box for the tests of this room: two lines, a LAN, and what a kernel tells of them. */
import {
  DEFAULT_HEALTH,
  DEFAULT_RELEASE,
  MAIN_TABLE,
  anyPrefix,
  mark,
  networkOf,
  parseHostAddress,
  parsePrefix,
  tableId,
  type Config,
  type InterfaceAddress,
  type IpRule,
  type LineConfig,
  type Link,
  type Observed,
  type PortForward,
  type Prefix,
  type Route,
} from '../model/index.ts'
import { assignLineIds } from './line-ids.ts'
import { emptyMemory, type Memory } from './memory.ts'

const PLACE = { file: 'config.yaml', line: 1, column: 1 }

export const aLine = (name: string, dev: string, rest: Partial<LineConfig> = {}): LineConfig => ({
  name,
  interface: dev,
  weight: 1,
  addresses: [],
  gateways: [],
  networks: [],
  families: ['ipv4', 'ipv6'],
  nat: 'auto',
  mss: 'auto',
  dns: 'auto',
  role: 'normal',
  metered: false,
  billingDay: 1,
  health: DEFAULT_HEALTH,
  release: DEFAULT_RELEASE,
  failback: { is: 'leave' },
  place: PLACE,
  keys: {},
  ...rest,
})

export const fiber = aLine('fiber', 'wan1', {
  weight: 3,
  addresses: [addressOf('198.51.100.2/28')],
  gateways: ['198.51.100.1'],
})
export const dsl = aLine('dsl', 'wan2')

/** @param port `tcp/443`, `udp/8000-8010` @param to `10.0.0.5`, `10.0.0.6:9000-9010`, `2001:db8::5` */
export function aForward(port: string, to: string, rest: Partial<PortForward> = {}): PortForward {
  const [protocol, asked = ''] = port.split('/')
  const [, server = to, at = asked] = /^(\d+\.[\d.]+):(.*)$/.exec(to) ?? []
  const range = (text: string): { firstPort: number; lastPort: number } => {
    const [firstPort = 0, lastPort = firstPort] = text.split('-').map(Number)
    return { firstPort, lastPort }
  }
  return {
    lines: ['fiber', 'dsl'],
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    ...range(asked),
    to: { family: to.includes('::') ? 'ipv6' : 'ipv4', address: server, ...range(at) },
    place: PLACE,
    ...rest,
  }
}

export const aConfig = (rest: Partial<Config> = {}): Config => ({
  file: 'config.yaml',
  lan: { interfaces: [{ name: 'lan0', addresses: [], place: PLACE }], networks: [] },
  lines: [fiber, dsl],
  affinity: 'pair',
  mainDefault: 'leave',
  offload: 'off',
  dns: { is: 'off' },
  hooks: [],
  firewall: { inbound: 'allow', open: [] },
  forwards: [],
  marks: { mask: mark(0x3f00_0000) },
  rulePriorityBase: 30_000,
  ...rest,
})

export const memoryOf = (config: Config, rest: Partial<Memory> = {}): Memory => ({
  ...emptyMemory,
  ids: assignLineIds(
    config.lines.map((line) => line.name),
    {},
    62,
  ),
  ...rest,
})

export const aLink = (name: string, rest: Partial<Link> = {}): Link => ({
  name,
  index: 1,
  up: true,
  carrier: true,
  pointToPoint: false,
  mtuBytes: 1500,
  rxBytes: 0,
  txBytes: 0,
  ...rest,
})

export const aRoute = (rest: Partial<Route> = {}): Route => ({
  family: 'ipv4',
  table: MAIN_TABLE,
  type: 'unicast',
  destination: anyPrefix('ipv4'),
  metric: 0,
  protocol: 3,
  ...rest,
})

export const aRule = (priority: number, table: number, rest: Partial<IpRule> = {}): IpRule => ({
  family: 'ipv4',
  priority,
  table: tableId(table),
  protocol: 3,
  other: [],
  ...rest,
})

/** The rules that every network namespace is born with. */
export const birthRules = [aRule(0, 255), aRule(32_766, 254), aRule(32_767, 253)]

/** fiber is fixed, dsl has its address and its default route by DHCP. */
export function aBox(rest: Partial<Observed> = {}): Observed {
  const addresses = rest.addresses ?? [
    on('wan1', '198.51.100.2/28'),
    on('wan2', '203.0.113.77/24'),
    on('lan0', '10.0.0.1/24'),
  ]
  return {
    links: ['lan0', 'wan1', 'wan2'].map((name) => aLink(name)),
    addresses,
    rules: birthRules,
    routes: [...addresses.map(connected), aRoute({ via: '203.0.113.1', dev: 'wan2', metric: 100 })],
    nexthops: [],
    silentNeighbours: [],
    useGroups: [],
    neighbours: [],
    sysctls: [],
    shapers: [],
    otherQueues: [],
    ruleset: undefined,
    capabilities: {
      kernelRelease: '6.18.0',
      nexthopObjects: true,
      resilientGroups: true,
      groupMatch: false,
      flowtables: false,
      shaping: 'both',
    },
    ...rest,
  }
}

export const on = (dev: string, text: string): InterfaceAddress => ({ ...addressOf(text), dev })

export const connected = (address: InterfaceAddress): Route =>
  aRoute({ destination: networkOf(address), dev: address.dev, src: address.address, protocol: 2 })

export function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(`no network: ${text}`)
  return prefix
}

function addressOf(text: string): { family: 'ipv4' | 'ipv6'; address: string; length: number } {
  const address = parseHostAddress(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return address
}
