import { containsAddress, type Config, type Prefix, type Ruleset } from '../model/index.ts'
import { place } from './condition.ts'
import type { Desired } from './desired.ts'
import { whatChanged, type FileChange } from './file-changes.ts'
import { DNS_MAP } from './dns-rules.ts'
import { firewallOf, inboundText } from './firewall-chains.ts'
import { forwardsIn, forwardsText } from './forward-chains.ts'
import { FOUND_MAP } from './homes.ts'
import { HOME } from './line-maps.ts'
import { routedTo, type LineFacts } from './lines.ts'
import { networksText } from './networks.ts'
import type { KnownResolvers } from './resolvers.ts'
import { segmentsOf } from './segment-chains.ts'
import { sourcesIn } from './sources.ts'
import { listed } from './wish-effects.ts'

/** Something the table is for besides the choice of a line, and what becomes of it. */
export interface TableChange {
  readonly title: string
  readonly effect: string
  readonly why: string
}

/** In the order in which they are told. */
export function tableChanges(
  config: Config,
  { lines, resolvers, state: { ruleset: after } }: Pick<Desired, 'lines' | 'resolvers' | 'state'>,
  before: Ruleset | undefined,
  changes: readonly FileChange[] = [],
): TableChange[] {
  const differs = (of: (ruleset: Ruleset | undefined) => unknown): boolean =>
    JSON.stringify(of(before)) !== JSON.stringify(of(after))
  return [
    ...(differs(firewallOf) ? [firewallChange(config)] : []),
    ...(differs(segmentsOf) ? [segmentChange(config, after, changes)] : []),
    ...homeChange(lines, before, after),
    ...resolverChange(resolvers, before, after),
    ...(differs(sourcesIn) ? [sourceChange(config)] : []),
    ...(differs(forwardsIn) ? [forwardChange(config)] : []),
    ...(differs((ruleset) => ruleset?.flowtable?.devices) ? [offloadChange(config, after)] : []),
  ]
}

const firewallChange = ({ firewall }: Config): TableChange => ({
  title: 'what may come in',
  effect: `what comes in by a line: ${inboundText(firewall)}`,
  why: `firewall.inbound is ${firewall.inbound}${firewall.place === undefined ? '' : ` (${place(firewall.place)})`}`,
})

function segmentChange(
  config: Config,
  after: Ruleset | undefined,
  changes: readonly FileChange[],
): TableChange {
  const inFile = changes.filter(({ key }) => key === 'mss' || key === 'mtu')
  const narrow = config.lines
    .map(({ name }) => name)
    .filter((name) => segmentsOf(after).some((comment) => comment.startsWith(`${name}: `)))
  return {
    title: 'what fits through the lines',
    effect:
      narrow.length === 0
        ? 'new TCP connections may agree on segments of any length'
        : `new TCP connections agree on segments that fit through ${narrow.join(' and ')}`,
    why:
      inFile.length === 0
        ? 'the MTU of an interface is another, or mss in the file'
        : inFile.map((change) => whatChanged(change, config)).join('; '),
  }
}

/** Hosts whose own addresses one provider routes here. */
function homeChange(
  lines: readonly LineFacts[],
  before: Ruleset | undefined,
  after: Ruleset | undefined,
): TableChange[] {
  const { added, gone } = keysIn([...Object.values(HOME), FOUND_MAP], before, after)
  if (added.length + gone.length === 0) return []
  const isOf = (line: LineFacts, networks: readonly Prefix[]): boolean =>
    networks.some((network) => network.family === line.family && added.some((key) => holds(network, key)))
  const theirs = lines.filter((line) => isOf(line, routedTo(line)))
  const [written] = theirs.filter((line) => isOf(line, line.config.networks))
  return [
    {
      title: 'whose addresses belong to a line',
      effect: [
        ...theirs.map((line) => `hosts with an address of ${listed(routedTo(line).map((network) => networksText([network])))} leave by ${line.config.name}, and keep it`), // prettier-ignore
        ...(gone.length === 0 ? [] : [`hosts with an address of ${listed(gone)} belong to no line in use`]),
      ].join('; '),
      why:
        written !== undefined
          ? `networks of ${written.config.name} in the file (${place(written.config.keys['networks'] ?? written.config.place)})`
          : theirs.length > 0
            ? `routed here by the provider of ${theirs.map(({ config }) => config.name).join(' and ')}`
            : `no line in use has ${listed(gone)} routed here`,
    },
  ]
}

/** The keys are networks, or intervals of several that touch. */
const holds = (network: Prefix, key: string): boolean => containsAddress(network, key.split(/[/-]/)[0] ?? '')

function resolverChange(
  known: readonly KnownResolvers[],
  before: Ruleset | undefined,
  after: Ruleset | undefined,
): TableChange[] {
  const keys = keysIn(Object.values(DNS_MAP), before, after)
  const [added, gone] = [keys.added, keys.gone].map((of) => of.map((key) => key.split(' ')[0] ?? ''))
  if (added === undefined || gone === undefined || added.length + gone.length === 0) return []
  const theirs = known
    .map(({ servers, line, from }) => ({ servers: servers.filter((one) => added.includes(one)), line, from }))
    .filter(({ servers }) => servers.length > 0)
  const [first] = theirs
  return [
    {
      title: 'whose resolvers are asked by which line',
      effect: [
        ...theirs.map(({ servers, line }) => `questions for names to ${listed(servers)} leave by ${line.config.name}`), // prettier-ignore
        ...(gone.length === 0
          ? []
          : [`questions for names to ${listed(gone)} are chosen for as anything else`]),
      ].join('; '),
      why:
        first === undefined
          ? `${listed(gone)} is the resolver of no line in use`
          : first.from === 'file'
            ? `dns of ${first.line.config.name} in the file (${place(first.line.config.keys['dns'] ?? first.line.config.place)})`
            : `the resolvers that came with the address of ${first.line.config.name}`,
    },
  ]
}

function keysIn(
  names: readonly string[],
  before: Ruleset | undefined,
  after: Ruleset | undefined,
): { readonly added: readonly string[]; readonly gone: readonly string[] } {
  const [was, is] = [before, after].map((ruleset) =>
    (ruleset?.maps ?? []).flatMap(({ name, elements }) => (names.includes(name) ? [...elements.keys()] : [])),
  )
  return {
    added: (is ?? []).filter((key) => was?.includes(key) !== true),
    gone: (was ?? []).filter((key) => is?.includes(key) !== true),
  }
}

function sourceChange({ lines }: Config): TableChange {
  const given = lines.flatMap(({ sources = [] }) =>
    sources.map(({ clients, address }) => `${networksText([clients])} as ${address}`),
  )
  const [first] = lines.filter(({ sources }) => sources !== undefined)
  return {
    title: 'with which addresses clients leave',
    effect: `new connections: ${given.length === 0 ? 'all clients have the address of the line' : given.join(', ')}`,
    why:
      first === undefined
        ? 'the file gives no clients addresses of their own any more'
        : `sources of ${first.name} in the file (${place(first.keys['sources'] ?? first.place)})`,
  }
}

function forwardChange(config: Config): TableChange {
  const [first] = config.forwards
  return {
    title: 'what is led to servers',
    effect: `what is led to servers: ${forwardsText(config)}`,
    why:
      first === undefined
        ? 'the file forwards nothing any more'
        : `forward in the file (${place(first.place)})`,
  }
}

const offloadChange = ({ offload }: Config, after: Ruleset | undefined): TableChange => ({
  title: 'what goes past the rules',
  effect:
    after?.flowtable === undefined
      ? 'every packet goes by the rules'
      : `the kernel hands on what is open between ${after.flowtable.devices.join(', ')}, past all rules`,
  why: `offload is ${offload}`,
})
