import type { Config, Ruleset } from '../model/index.ts'
import { place } from './condition.ts'
import { firewallOf, inboundText } from './firewall-chains.ts'
import { forwardsIn, forwardsText } from './forward-chains.ts'
import { networksText } from './networks.ts'
import { segmentsOf } from './segment-chains.ts'
import { sourcesIn } from './sources.ts'

/** Something the table is for besides the choice of a line, and what becomes of it. */
export interface TableChange {
  readonly title: string
  readonly effect: string
  readonly why: string
}

/** In the order in which they are told. */
export function tableChanges(
  config: Config,
  before: Ruleset | undefined,
  after: Ruleset | undefined,
): TableChange[] {
  const differs = (of: (ruleset: Ruleset | undefined) => unknown): boolean =>
    JSON.stringify(of(before)) !== JSON.stringify(of(after))
  return [
    ...(differs(firewallOf) ? [firewallChange(config)] : []),
    ...(differs(segmentsOf) ? [segmentChange(config, after)] : []),
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

function segmentChange({ lines }: Config, after: Ruleset | undefined): TableChange {
  const narrow = lines
    .map(({ name }) => name)
    .filter((name) => segmentsOf(after).some((comment) => comment.startsWith(`${name}: `)))
  return {
    title: 'what fits through the lines',
    effect:
      narrow.length === 0
        ? 'new TCP connections may agree on segments of any length'
        : `new TCP connections agree on segments that fit through ${narrow.join(' and ')}`,
    why: 'the MTU of an interface is another, or mss in the file',
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
