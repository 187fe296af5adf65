import {
  formatPrefix,
  formatRate,
  unreachable,
  type Config,
  type FailbackPolicy,
  type Family,
  type LineConfig,
  type NatMode,
  type ReleasePolicy,
} from '../model/index.ts'
import { fileChanges, whatChanged, type FileChange, type FileKey, type LineKey } from './file-changes.ts'
import { inboundText } from './firewall-chains.ts'
import { forwardsText } from './forward-chains.ts'
import { networksText } from './networks.ts'

/** What the file says now of a key, as whoever uses the box will notice it. */
export function keyEffect(change: FileChange, config: Config): string {
  if (change.line === undefined) return FILE[change.key](config)
  const line = config.lines.find(({ name }) => name === change.line)
  return line === undefined ? '' : LINE[change.key](line)
}

/**
 * What changes without a step, told with its place.
 * @param former what was applied last; absent: nobody knows
 * @param hasSteps they tell of all that is of the kernel
 */
export const besides = (former: Config | undefined, config: Config, hasSteps: boolean): string[] =>
  (former === undefined ? [] : fileChanges(former, config))
    .filter((change) => !hasSteps || !isOfKernel(change))
    .map((change) => `${whatChanged(change, config)}: ${keyEffect(change, config)}`)

/** Those of the daemon alone have no step. */
export const isOfKernel = ({ key, line }: FileChange): boolean =>
  !(OF_DAEMON.includes(key) || (key === 'dns' && line === undefined))

const OF_DAEMON: readonly (FileKey | LineKey)[] = ['health', 'release', 'failback', 'hooks', 'api', 'notify', 'metered', 'quota', 'billingDay'] // prettier-ignore

const LINE = {
  interface: ({ name, interface: dev }) => `${name} leaves by ${dev}`,
  address: ({ name, addresses, dhcp }) =>
    addresses.length > 0
      ? `${name} has ${addresses.map(({ address }) => address).join(', ')}`
      : `${name} has the address that ${dhcp === true ? 'the provider gives by DHCP' : 'others put on its interface'}`,
  gateway: ({ name, gateways }) =>
    `${name} leaves through ${gateways.length === 0 ? 'the gateway that is found' : gateways.join(' and ')}`,
  networks: ({ name, networks }) =>
    networks.length === 0
      ? `no address belongs to ${name} but its own`
      : `what is sent from ${networksText(networks)} leaves by ${name}`,
  sources: ({ name, sources = [] }) =>
    sources.length === 0
      ? `all clients leave by ${name} with its address`
      : `${sources.map(({ clients, address }) => `${formatPrefix(clients)} as ${address}`).join(', ')} by ${name}`,
  families: ({ name, families: [only, other] }) =>
    `${name} carries ${other === undefined && only !== undefined ? `${FAMILY[only]} alone` : 'IPv4 and IPv6'}`,
  via: ({ name, via = [] }) =>
    `what carries ${name} leaves by ${via.length === 0 ? 'the first line that works' : via.join(', else by ')}`,
  endpoint: ({ name, endpoints = [] }) =>
    `the other end of ${name} is ${endpoints.length === 0 ? 'what the kernel knows' : endpoints.join(' or ')}`,
  nat: ({ name, nat }) => `new connections by ${name} leave with ${NAT[nat]}`,
  mss: ({ name }) => `new TCP connections by ${name} agree on the segments that mss names`,
  mtu: ({ name, interface: dev, mtuBytes }) =>
    mtuBytes === undefined ? `${dev} has the MTU it had` : `${name} takes packets of ${mtuBytes} bytes`,
  shape: ({ name, shape: { upBitsPerSecond: up, downBitsPerSecond: down } = {} }) =>
    up === undefined && down === undefined
      ? `${name} is as fast as it is`
      : `${name} is held to ${[up && `${formatRate(up)} up`, down && `${formatRate(down)} down`].filter(Boolean).join(' and ')}`,
  role: ({ name, role }) =>
    role === 'backup'
      ? `${name} takes connections only while no normal line works`
      : `${name} takes its share`,
  metered: ({ name, metered }) =>
    metered
      ? `${name} is asked sparingly, and its failure noticed later`
      : `${name} is asked as often as it takes`,
  quota: ({ name, quotaBytes }) =>
    quotaBytes === undefined
      ? `what goes by ${name} is counted, and held against nothing`
      : `what goes by ${name} is held against ${quotaBytes / 1e9} GB a month`,
  billingDay: ({ name, billingDay }) => `the month of ${name} begins on day ${billingDay}`,
  health: ({ name, health }) =>
    health.targets.length === 0
      ? `nobody is asked over ${name}, so a silent provider is no longer noticed`
      : `${name} is watched as it says`,
  release: ({ name, release }) => `TCP that hangs on ${name} ${releaseText(release)}`,
  failback: ({ name, failback }) =>
    `what is open on ${name} once better lines work ${failbackText(failback)}`,
  dns: ({ name, dns }) =>
    dns === 'auto'
      ? `the resolvers that are found are asked by ${name}`
      : dns.length === 0
        ? `${name} has no resolvers of its own`
        : `questions for names to ${dns.join(', ')} leave by ${name}`,
} as const satisfies Readonly<Record<LineKey, (line: LineConfig) => string>>

const FILE = {
  lan: ({ lan: { interfaces, networks } }) =>
    networks.length > 0
      ? `clients outside ${networksText(networks)} are not balanced`
      : interfaces.length === 0
        ? 'only the connections of the box itself are balanced'
        : `clients behind ${interfaces.map(({ name, advertise }) => `${name}${advertise === true ? ' (told of this box as their router)' : ''}`).join(', ')} are balanced`,
  affinity: ({ affinity }) => `new connections: ${AFFINITY[affinity]}`,
  firewall: ({ firewall }) => `what comes in by a line: ${inboundText(firewall)}`,
  forward: (config) => `what is led to servers: ${forwardsText(config)}`,
  vpn: ({ vpn }) =>
    vpn === 'ours'
      ? 'the lines take what a rule of a VPN behind ours would take'
      : 'what a rule of a VPN behind ours takes is left to it',
  mainDefault: ({ mainDefault }) =>
    mainDefault === 'lines'
      ? 'programs that ask the main table themselves take the lines in use'
      : 'programs that ask the main table themselves take what others put there',
  offload: ({ offload }) =>
    offload === 'off'
      ? 'every packet goes by the rules'
      : 'the kernel hands on what is open where it can, past all rules',
  dns: ({ dns }) =>
    dns.is === 'off'
      ? 'no program is told of the resolvers of lines in use'
      : `the resolvers of lines in use are told to ${dns.is === 'file' ? dns.path : dns.is}`,
  hooks: ({ hooks }) =>
    hooks.length === 0
      ? 'no program is run when something happens to a line'
      : `${hooks.length} of your programs ${hooks.length === 1 ? 'is' : 'are'} run when something happens to a line`,
  api: ({ api }) =>
    api === undefined
      ? 'the API and the dashboard are on the Unix socket alone'
      : `the API and the dashboard are at ${api.address}:${api.port}${api.tls === undefined ? '' : ' by HTTPS'}`,
  history: ({ history }) =>
    history === undefined
      ? 'nothing more is remembered over restarts; what is there stays'
      : `${history.sizeBytes / 1e6} MB may be remembered; what each client has of a line is ${history.clients ? '' : 'not '}counted`,
  notify: ({ notify }) =>
    notify === undefined
      ? 'nobody is sent messages'
      : `messages go to ${notify.channels.map(({ name }) => name).join(', ')}`,
  marks: () => 'packets and connections are marked with other bits',
  rulePriorityBase: ({ rulePriorityBase }) =>
    `our rules stand from ${rulePriorityBase + 50} on; connections do not notice`,
  health: ({ lines }) =>
    lines.every(({ health }) => health.targets.length === 0)
      ? 'nobody is asked over any line, so a silent provider is no longer noticed'
      : 'lines are watched as it says',
  release: ({ lines }) =>
    `TCP that hangs on a dead line ${releaseText(inheriting(lines, 'release').release)}`,
  failback: ({ lines }) =>
    `what is open on a line once better ones work ${failbackText(inheriting(lines, 'failback').failback)}`,
} as const satisfies Readonly<Record<FileKey, (config: Config) => string>>

/** A line that has it from the top of the file; there is one, or nothing would have changed. */
function inheriting(lines: readonly LineConfig[], key: LineKey): LineConfig {
  const line = lines.find(({ keys }) => keys[key] === undefined)
  if (line === undefined) throw new Error(`no line has its ${key} from the top of the file`)
  return line
}

const releaseText = ({ afterMs }: ReleasePolicy): string =>
  afterMs === 'never' ? 'waits for it' : `is reset after ${secondsText(afterMs)}, without carrier at once`

function failbackText(failback: FailbackPolicy): string {
  switch (failback.is) {
    case 'leave':
      return 'stays as long as it lasts'
    case 'move':
      return 'is ended at once'
    case 'drain':
      return `is ended after ${secondsText(failback.deadlineMs)}`
    default:
      return unreachable(failback)
  }
}

const secondsText = (ms: number): string =>
  ms >= 120_000 && ms % 60_000 === 0 ? `${ms / 60_000} m` : `${ms / 1000} s`

const FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' } as const satisfies Record<Family, string>

const NAT = {
  auto: 'the address of the line',
  snat: 'the address of the line',
  masquerade: 'the address that the interface has at that moment',
  off: 'the address that the host has',
} as const satisfies Record<NatMode, string>

const AFFINITY = {
  connection: 'each is chosen by itself',
  pair: 'a client and a server that met before meet on the same line',
  client: 'a client takes the line that it took before',
} as const satisfies Record<Config['affinity'], string>
