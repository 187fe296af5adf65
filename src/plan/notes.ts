import {
  FAMILIES,
  MAIN_TABLE,
  OUR_PROTOCOL,
  formatPrefix,
  legWords,
  type Config,
  type Observed,
} from '../model/index.ts'
import { sentence } from './condition.ts'
import { whatComesIn } from './firewall-notes.ts'
import { forwardsAstray, forwardsUnheld } from './forward-notes.ts'
import { catchers, catchersBeforeOurs, describeRule, exemptions } from './foreign-rules.ts'
import { homes } from './homes.ts'
import { nearNetworks } from './networks.ts'
import { isForeignDefault, isLastResort, type LineFacts } from './lines.ts'
import { contested } from './near.ts'
import type { Memory } from './memory.ts'
import type { Numbers } from './numbers.ts'
import { offloadNotes } from './offload.ts'
import type { Note } from './report.ts'
import { shapingNotes } from './shaping-notes.ts'
import { gatewayNeighbour, signsOf } from './signs.ts'
import { wayNotes } from './way-notes.ts'

/** What somebody should know who runs this configuration on this box. */
export function notesOn(
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
  numbers: Numbers,
): Note[] {
  return [
    ...foreignTables(lines, observed, numbers),
    ...foreignPriorities(observed, numbers),
    ...changedMask(observed, numbers),
    ...foreignMarks(observed, numbers),
    ...vpns(config, observed, numbers),
    ...leftoverDefaults(lines, observed),
    ...defaultsBeforeOurs(config, observed),
    ...contestedNetworks(lines, observed),
    ...gatewaysAlike(lines, observed),
    ...meteredModems(config, lines),
    ...unclearHomes(config, lines, observed, memory),
    ...wayNotes(lines),
    ...nobodyLeft(lines, observed),
    ...lastResorts(lines),
    ...failsOpen(lines),
    ...oldKernel(observed),
    ...offloadNotes(config, observed),
    ...shapingNotes(config, observed),
    ...whatComesIn(config),
    ...forwardsAstray(config, observed),
    ...forwardsUnheld(config, lines, observed),
  ]
}

/**
 * Interfaces of the file that are not there: a modem that comes later, or a slip of the pen. For whoever checks a
 * file; a running daemon says it of the line itself.
 */
export function missingInterfaces(config: Config, observed: Observed): Note[] {
  const here = observed.links.map((link) => link.name).filter((name) => name !== 'lo')
  const wanted = [
    ...config.lan.interfaces.map(({ name }) => ({ name, waits: 'nobody behind it is balanced' })),
    ...config.lines.map((line) => ({ name: line.interface, waits: `${line.name} carries nothing` })),
  ]
  return wanted
    .filter(({ name }) => !here.includes(name))
    .map(({ name, waits }) => ({
      code: 'missing-interface',
      severity: 'warning',
      text: `there is no interface "${name}" here; until it appears ${waits}`,
      help: here.length === 0 ? 'there is none at all' : `interfaces here: ${here.join(', ')}`,
    }))
}

/** For whoever checks a file: hosts behind the box are not thought of where nobody names their interface. */
export const withoutLan = ({ lan }: Config): Note[] =>
  lan.interfaces.length > 0
    ? []
    : [
        {
          code: 'no-lan',
          severity: 'note',
          text: 'the file has no lan: only connections of this box itself are spread, those of hosts behind it are not',
          help: 'name the interfaces behind which they are, as in lan: { interfaces: [lan0] }',
        },
      ]

/** Is there anything that must be settled before we touch the box? */
export const refusals = (notes: readonly Note[]): Note[] => notes.filter((note) => note.severity === 'error')

function foreignTables(lines: readonly LineFacts[], observed: Observed, numbers: Numbers): Note[] {
  const tables = [...lines.map((line) => numbers.tableOf(line.id)), numbers.balancedTable]
  return tables.flatMap((table): Note[] => {
    const foreign = observed.routes.find((route) => route.table === table && route.protocol !== OUR_PROTOCOL)
    if (foreign === undefined) return []
    return [
      {
        code: 'foreign-table',
        severity: 'error',
        text: `routing table ${table} is already used by others: it holds a route to ${describeDestination(foreign.destination)} that is not ours`,
        help: `move that route to another table, or delete it: ip route flush table ${table}`,
      },
    ]
  })
}

function foreignPriorities(observed: Observed, numbers: Numbers): Note[] {
  return observed.rules
    .filter(
      (rule) =>
        rule.protocol !== OUR_PROTOCOL &&
        rule.priority >= numbers.mainPriority &&
        rule.priority <= numbers.balancedPriority,
    )
    .map((rule) => ({
      code: 'foreign-priority',
      severity: 'error',
      text: `rule "${describeRule(rule)}" of another program stands between ours (${numbers.mainPriority} to ${numbers.balancedPriority})`,
      help: 'choose another rulePriorityBase, or remove that rule',
    }))
}

/** Open connections carry the old bits: read with another mask they would be taken for nobody's, or another's. */
function changedMask(observed: Observed, numbers: Numbers): Note[] {
  const old = observed.rules.find(
    (rule) =>
      rule.protocol === OUR_PROTOCOL && rule.fwmark !== undefined && rule.fwmark.mask !== numbers.mask,
  )?.fwmark?.mask
  if (old === undefined) return []
  return [
    {
      code: 'mask-changed',
      severity: 'error',
      text: `marks.mask was 0x${old.toString(16)} and is 0x${numbers.mask.toString(16)} now; open connections carry marks under the old one`,
      help: 'multihome down first, then start with the new mask',
    },
  ]
}

function foreignMarks(observed: Observed, numbers: Numbers): Note[] {
  return observed.rules
    .filter((rule) => rule.protocol !== OUR_PROTOCOL && rule.fwmark !== undefined)
    .filter((rule) => rule.fwmark !== undefined && (rule.fwmark.mark & rule.fwmark.mask & numbers.mask) !== 0)
    .map((rule) => ({
      code: 'foreign-mark',
      severity: 'warning',
      text: `rule "${describeRule(rule)}" of another program uses mark bits of ours (0x${numbers.mask.toString(16)})`,
      help: 'choose another marks.mask',
    }))
}

function vpns(config: Config, observed: Observed, numbers: Numbers): Note[] {
  if (config.vpn === 'ours') return overruledVpns(observed, numbers)
  const unseen = exemptions(config, observed, numbers)
    .filter((exemption) => exemption.is === 'everything')
    .map(({ because }) => because)
  const seen = catchers(observed, numbers).filter(({ rule }) => !unseen.includes(rule))
  const behind = seen.map(({ rule, table, dev }): Note => ({
    code: 'vpn-catches',
    severity: config.vpn === 'first' ? 'note' : 'warning',
    text: `rule "${describeRule(rule)}" of another program leads to ${dev ?? `table ${table}`}; what it catches is left to it and spread over no line`,
    ...(config.vpn === 'first'
      ? {}
      : { help: 'write vpn: first if that is meant; with vpn: ours the lines come first' }),
  }))
  const before = catchersBeforeOurs(observed, numbers).map(({ rule, table, dev }): Note => ({
    code: 'vpn-catches',
    severity: config.vpn === 'first' ? 'note' : 'warning',
    text: `rule "${describeRule(rule)}" of another program leads to ${dev ?? `table ${table}`} and stands before ours: all that it catches goes that way, and is not spread`,
    ...(config.vpn === 'first'
      ? {}
      : {
          help: `write vpn: first if that is meant; else remove it, or give it a priority from ${numbers.balancedPriority + 1} to 32765 and write vpn: ours`,
        }),
  }))
  const stopping = unseen.map((rule): Note => ({
    code: 'vpn-catches',
    severity: 'warning',
    text: `rule "${describeRule(rule)}" of another program asks for ${rule.other.join(', ')}, which cannot be told apart here: no line is chosen while it is there`,
    help: 'remove that rule, or write vpn: ours, with which the lines come first',
  }))
  return [...before, ...behind, ...stopping]
}

/** The lines shall win: what stands behind them is told, what stands before them is a surprise. */
function overruledVpns(observed: Observed, numbers: Numbers): Note[] {
  const behind = catchers(observed, numbers).map(({ rule, table, dev }): Note => ({
    code: 'vpn-overruled',
    severity: 'note',
    text: `rule "${describeRule(rule)}" of another program leads to ${dev ?? `table ${table}`} and comes after the lines (vpn: ours); while a line works it gets nothing`,
  }))
  const before = catchersBeforeOurs(observed, numbers).map(({ rule, table, dev }): Note => ({
    code: 'vpn-wins',
    severity: 'warning',
    text: `rule "${describeRule(rule)}" of another program leads to ${dev ?? `table ${table}`} and stands before ours: what it catches is its own, in spite of vpn: ours`,
    help: `start that program before multihomed, or give its rule a priority from ${numbers.balancedPriority + 1} to 32765`,
  }))
  return [...before, ...behind]
}

function leftoverDefaults(lines: readonly LineFacts[], observed: Observed): Note[] {
  const devices = new Set(lines.map((line) => line.config.interface))
  return observed.routes
    .filter((route) => isForeignDefault(route) && route.dev !== undefined && devices.has(route.dev))
    .map((route) => ({
      code: 'leftover-default',
      severity: 'note',
      text: `a default route by ${route.dev}${route.via === undefined ? '' : ` through ${route.via}`} is in the main table (DHCP's or the admin's); it does no harm, the lines come first`,
    }))
}

function defaultsBeforeOurs(config: Config, observed: Observed): Note[] {
  if (config.mainDefault === 'leave') return []
  return observed.routes
    .filter((route) => isForeignDefault(route) && route.metric === 0)
    .map(({ dev }) => ({
      code: 'main-default-behind',
      severity: 'warning',
      text: `the default route${dev === undefined ? '' : ` by ${dev}`} in the main table has metric 0 and stands before ours (mainDefault: lines): programs that ask main itself follow it alone`,
      help: 'have whoever makes it give it a metric of 2 or more',
    }))
}

function contestedNetworks(lines: readonly LineFacts[], observed: Observed): Note[] {
  const nameOf = new Map(lines.map((line) => [line.id, line.config.name]))
  const cardOf = new Map(lines.map((line) => [line.id, line.config.interface]))
  return FAMILIES.flatMap((family) => contested(nearNetworks(lines, observed, family)))
    .filter(({ lines: [a, b] }) => cardOf.get(a) !== cardOf.get(b))
    .map(({ prefix, lines: [a, b] }) => ({
      code: 'near-overlap',
      severity: 'warning',
      text: `${formatPrefix(prefix)} is behind both ${nameOf.get(a)} and ${nameOf.get(b)}; only one of them can be reached from the LAN`,
      help: 'give one of the modems another network',
    }))
}

/** One device with two addresses plays both gateways, and the line has no address of its own either. */
function gatewaysAlike(lines: readonly LineFacts[], observed: Observed): Note[] {
  const signs = signsOf(lines, observed)
  return lines.flatMap((line): Note[] => {
    const mac = gatewayNeighbour(line, observed)?.mac
    const { asked = [], gatewayMac } = signs.get(line.leg) ?? {}
    if (!line.sharesDevice || mac === undefined || gatewayMac !== undefined || asked.length > 0) return []
    return [
      {
        code: 'gateways-alike',
        severity: 'warning',
        text: `${line.config.name} shares its interface ${line.config.interface}, its address and the hardware address of its gateway (${mac}) with another line: connections from outside may be answered by the wrong one`,
        help: 'ask the provider for an address of its own, or give the line a card or a VLAN',
      },
    ]
  })
}

function nobodyLeft(lines: readonly LineFacts[], observed: Observed): Note[] {
  if (lines.some((line) => line.eligible)) return []
  const fallback = observed.routes.find(
    (route) => route.table === MAIN_TABLE && isForeignDefault(route) && route.dev !== undefined,
  )
  const first = lines.filter(({ id }, i) => lines.findIndex((line) => line.id === id) === i)
  const waiting = first.filter(({ presence: seen }) => seen.is === 'blocked' && seen.by === 'no-gateway')
  return [
    {
      code: 'no-usable-line',
      severity: 'warning',
      text: `no line is usable (${first.map(sentence).join('; ')}); ${
        fallback === undefined
          ? 'no other default route is there: the box is offline'
          : `the default route in the main table (${fallback.dev}) takes what is left`
      }`,
      ...(waiting.length > 0 && {
        help: `write the address of the provider's router as gateway at ${waiting.map(({ config }) => config.name).join(' and ')}, unless DHCP or a router advertisement is still to tell it`,
      }),
    },
  ]
}

function lastResorts(lines: readonly LineFacts[]): Note[] {
  const names = lines.filter(isLastResort).map(({ config }) => config.name)
  return [...new Set(names)].map((name) => ({
    code: 'last-resort',
    severity: 'warning',
    text: `${name} is drained and takes new connections all the same: no other line works`,
    help: `multihome drain ${name} --force keeps them off even so`,
  }))
}

/** Hosts with such an address get out all the same, by any line and translated. */
const unclearHomes = (
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
): Note[] =>
  homes(lines, config, observed, memory).unclear.map((prefix) => ({
    code: 'home-unclear',
    severity: 'note',
    text: `${formatPrefix(prefix)} is on the LAN, and nothing tells which line has it routed here: whoever has an address of it is spread over all lines, and translated`,
    help: `write networks: ${formatPrefix(prefix)} at the line whose provider gave it to you`,
  }))

function meteredModems(config: Config, lines: readonly LineFacts[]): Note[] {
  const written = new Map(config.lines.map(({ name, metered }) => [name, metered]))
  return lines
    .filter(({ config: { name, metered } }) => metered && written.get(name) === false)
    .map(({ config: { name, interface: dev } }) => ({
      code: 'metered-found',
      severity: 'note',
      text: `${dev} is a mobile modem: ${name} is watched sparingly, as with metered: true`,
      help: `write metered: false at ${name} if its volume is free, else metered: true`,
    }))
}

function failsOpen(lines: readonly LineFacts[]): Note[] {
  const names = lines
    .filter(({ standing }) => standing.takes && standing.as === 'fail-open')
    .map(({ leg }) => legWords(leg))
  if (names.length === 0) return []
  return [
    {
      code: 'fail-open',
      severity: 'warning',
      text: `no line works as far as can be seen; new connections take ${names.join(' and ')} all the same, for nothing better is there`,
      help: 'multihome status tells what is wrong with each',
    },
  ]
}

/** What this kernel cannot do, and what that costs. */
function oldKernel({ capabilities: { kernelRelease, nexthopObjects, resilientGroups } }: Observed): Note[] {
  if (!nexthopObjects) {
    return [
      {
        code: 'old-kernel',
        severity: 'warning',
        text: `kernel ${kernelRelease} has no nexthop objects (they came with 5.3): the box's own connections are not spread, they follow the default route in the main table`,
      },
    ]
  }
  if (resilientGroups) return []
  return [
    {
      code: 'old-kernel',
      severity: 'note',
      text: `kernel ${kernelRelease} has no resilient nexthop groups (they came with 5.13): when a line dies, some of the box's own UDP flows on other lines move too`,
    },
  ]
}

const describeDestination = (prefix: { address: string; length: number }): string =>
  prefix.length === 0 ? 'everywhere' : `${prefix.address}/${prefix.length}`
