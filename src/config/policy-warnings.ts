import { isDeepStrictEqual } from 'node:util'
import { containsAddress, DEFAULT_HEALTH, formatPrefix, networkOf, targetFamily } from '../model/index.ts'
import type { HostAddress, Prefix, ProbeTarget } from '../model/index.ts'
import type { Draft } from './draft.ts'
import type { DraftTargets } from './health.ts'
import type { DraftLine } from './line.ts'
import type { Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Problem, Span } from './problem.ts'
import { quote } from './quote.ts'
import { sharesWork } from './weight-warnings.ts'

/** More of them prove nothing more, and each has to be asked. */
const MOST_TARGETS = 16

/** What is allowed in roles, targets and failback, and does not do what it seems to. */
export const findPolicyProblems = (draft: Draft): readonly Problem[] => [
  ...findOnlyBackups(draft.lines),
  ...draft.lines.flatMap(findWeightOfBackup),
  ...findIdleFailbacks(draft),
  ...findUncountedQuotas(draft),
  ...listsOf(draft).flatMap(({ targets, lines }) => [
    ...findNeedlessTargets(targets),
    ...findNearTargets(targets, lines, draft.lan),
    ...findOneSidedTargets(targets),
  ]),
]

function findOnlyBackups(lines: readonly DraftLine[]): readonly Problem[] {
  const [first, second] = lines
  if (first?.role === undefined || second === undefined || lines.some(sharesWork)) return []
  return [
    problem('MH455', first.role.place, 'every line is a backup, and none is there to be stood in for', {
      why: `backups do not share: all connections take the first that works, ${quote(first.name.value)} as a rule`,
      help: 'leave role out at the lines that shall share the work',
    }),
  ]
}

function findWeightOfBackup(line: DraftLine): readonly Problem[] {
  if (line.weight === undefined || sharesWork(line)) return []
  return [
    problem('MH456', line.weight.place, `the weight of ${quote(line.name.value)} has no effect`, {
      why: 'a backup works alone, and only while no normal line does',
      help: 'leave weight out; the order of backups is that of the file',
    }),
  ]
}

/** What went through since the month began is in the memory. */
const findUncountedQuotas = ({ lines, history }: Draft): readonly Problem[] =>
  history === 'off'
    ? lines.flatMap(({ name, quota }) =>
        quota === undefined
          ? []
          : [
              problem('MH461', quota.place, `the quota of ${quote(name.value)} is held against nothing`, {
                why: 'with history: off nobody remembers what went through since the month began',
                help: 'leave history out, or the quota',
              }),
            ],
      )
    : []

/** Connections are left behind only where new ones stop because others work again. */
function findIdleFailbacks({ lines, health, failback }: Draft): readonly Problem[] {
  const isLeft = (line: DraftLine): boolean => {
    const degraded = (line.health?.degraded ?? health?.degraded)?.value ?? DEFAULT_HEALTH.degraded
    // A role that could not be read may have been meant as backup.
    const isOpen = line.role === undefined && 'role' in line.keys
    return isOpen || !sharesWork(line) || degraded === 'none'
  }
  const details = {
    why: 'it is about a line that gets no more once better ones work: a backup, or one with degraded: none',
    help: 'write role: backup at the line that only stands in, or leave failback out',
  }
  const ofLines = lines.flatMap((line) => {
    if (line.failback === undefined || isLeft(line)) return []
    const message = `${quote(line.name.value)} is no backup, so its failback has no effect`
    return [problem('MH457', line.failback.place, message, details)]
  })
  if (failback === undefined || lines.some((line) => isLeft(line) && line.failback === undefined))
    return ofLines
  return [problem('MH457', failback.place, 'this failback has no effect on any line', details), ...ofLines]
}

interface TargetList {
  readonly targets: DraftTargets
  /** Of which this list is the one that holds. */
  readonly lines: readonly DraftLine[]
}

/** Every list that is written. */
function listsOf({ health, lines }: Draft): readonly TargetList[] {
  const own = lines.flatMap((line) =>
    line.health?.targets === undefined ? [] : [{ targets: line.health.targets, lines: [line] }],
  )
  if (health?.targets === undefined) return own
  const others = lines.filter((line) => line.health?.targets === undefined)
  return [{ targets: health.targets, lines: others }, ...own]
}

function findNeedlessTargets({ list }: DraftTargets): readonly Problem[] {
  const surplus = list[MOST_TARGETS]
  if (surplus !== undefined) {
    const message = `${list.length} targets are more than the ${MOST_TARGETS} that are asked`
    const why = 'a few of several kinds and operators prove as much, and each costs packets'
    return [problem('MH408', surplus.place, message, { label: `target ${MOST_TARGETS + 1}`, why })]
  }
  return list.flatMap((target, index) => {
    const first = list.slice(0, index).find(({ value }) => isDeepStrictEqual(value, target.value))
    if (first === undefined) return []
    const related = { place: first.place, label: 'first listed here' }
    return [
      problem('MH408', target.place, 'a target is listed twice', { label: 'keep one of the two', related }),
    ]
  })
}

const hostOf = (target: ProbeTarget): string => ('host' in target ? target.host : target.address)

/** Those that answer also when the line leads nowhere. */
function findNearTargets(
  { list }: DraftTargets,
  lines: readonly DraftLine[],
  lan: Draft['lan'],
): readonly Problem[] {
  const near: readonly Near[] = [
    ...lines.flatMap(({ name, addresses, gateways }): Near[] => [
      ...gateways.map((gateway) => ({ ...gateway, is: `the gateway of ${quote(name.value)}` })),
      ...addresses.map((address) => ({ ...address, is: `the network of ${quote(name.value)}` })),
    ]),
    ...lan.interfaces.flatMap(({ addresses }) => addresses.map((address) => ({ ...address, is: 'the LAN' }))),
    ...lan.networks.map((network) => ({ ...network, is: 'the LAN' })),
  ]
  return list.flatMap(({ value, place }) => {
    const found = near.find((one) => isWithin(hostOf(value), one.value))
    if (found === undefined) return []
    const what =
      typeof found.value === 'string' ? found.is : `in ${formatPrefix(networkOf(found.value))}, ${found.is}`
    return [
      problem('MH458', place, `${quote(hostOf(value))} is ${what}`, {
        related: { place: found.place, label: 'written here' },
        why: 'it answers also when the Internet behind it is gone, so the line would never be down',
        help: 'ask somebody beyond the provider; the gateway is asked by itself',
      }),
    ]
  })
}

interface Near extends Written<string | HostAddress | Prefix> {
  readonly is: string
}

const isWithin = (host: string, near: Near['value']): boolean =>
  typeof near === 'string' ? host === near : containsAddress(near, host)

/** Both kinds of page are one: whoever stops one, stops the other. */
const KIND_NAMES = {
  icmp: 'ICMP',
  arp: 'ARP',
  ndp: 'ND',
  tcp: 'TCP',
  dns: 'DNS',
  http: 'pages',
  https: 'pages',
} as const

/** In a family of its own each, where there are addresses of both. */
function findOneSidedTargets({ list, isWhole, place }: DraftTargets): readonly Problem[] {
  if (!isWhole) return []
  const targets = list.map(({ value }) => value)
  const families = new Set(targets.flatMap((target) => targetFamily(target) ?? []))
  if (families.size < 2) return findOneSided(targets, '', place)
  return [...families].flatMap((family) => {
    const asked = targets.filter((target) => (targetFamily(target) ?? family) === family)
    return findOneSided(asked, family === 'ipv4' ? ' over IPv4' : ' over IPv6', place)
  })
}

function findOneSided(targets: readonly ProbeTarget[], over: string, place: Span): readonly Problem[] {
  const [first, second] = targets
  if (first === undefined) return []
  const hosts = new Set(targets.map(hostOf))
  if (hosts.size === 1) {
    const details = {
      why: 'its own trouble would look like that of the line, or of every line that asks it',
      help: 'take three, of different operators',
    }
    const message =
      second === undefined
        ? `there is only one target${over}`
        : `every target${over} is ${quote(hostOf(first))}`
    return [problem('MH460', place, message, details)]
  }
  const kinds = new Set(targets.map(({ kind }) => KIND_NAMES[kind]))
  if (kinds.size > 1) return []
  const [kind = ''] = kinds
  const why =
    kind === 'pages'
      ? 'pages need a server, names need DNS, and either may fail on a line that works'
      : `a provider that drops ${kind}, today or one day, would look dead`
  return [
    problem('MH459', place, `all targets${over} are asked by ${kind === 'pages' ? 'HTTP' : kind}`, {
      why,
      help: 'add one of another kind: icmp/1.1.1.1, dns/8.8.8.8, tcp/9.9.9.9:443',
    }),
  ]
}
