import { isMap, isScalar } from 'yaml'
import { FAMILIES } from '../model/index.ts'
import type {
  Family,
  HostAddress,
  LineResolvers,
  LineRole,
  NatMode,
  Prefix,
  SegmentLimit,
  Shape,
} from '../model/index.ts'
import { DHCP, gatewayAddress, lineAddress, routedNetwork } from './addresses.ts'
import { readResolvers } from './dns.ts'
import { FAMILY_WORDS, LINE_KEYS, NAT_MODES } from './line-keys.ts'
import { SHAPE_KEYS } from './limit-keys.ts'
import { readMss, readMtu, readShape } from './line-limits.ts'
import { misplaced } from './misplaced.ts'
import { interfaceName, lineName } from './names.ts'
import {
  itemOf,
  readAmount,
  readChoice,
  readEntries,
  readFields,
  readFlag,
  readNumber,
  readText,
  readTexts,
  wrongKind,
} from './node-reader.ts'
import type { Entry, Item, Reading, Written } from './node-reader.ts'
import { billingDay, weight } from './numbers.ts'
import { readPolicies } from './policies.ts'
import type { DraftPolicies } from './policies.ts'
import { BOUNDS, HEALTH_KEYS, RELEASE_KEYS, ROLES } from './policy-keys.ts'
import { problem } from './problem.ts'
import type { Span } from './problem.ts'
import { readSources } from './sources.ts'
import type { DraftSource } from './sources.ts'
import { readEndpoints, readVia } from './tunnels.ts'
import { size } from './quantities.ts'
import { quote } from './quote.ts'

export interface DraftLine extends DraftPolicies {
  readonly name: Written<string>
  readonly interface?: Written<string> | undefined
  readonly weight?: Written<number> | undefined
  /** The word itself, where it is written. */
  readonly dhcp?: Written<typeof DHCP> | undefined
  readonly addresses: readonly Written<HostAddress>[]
  readonly gateways: readonly Written<string>[]
  readonly networks: readonly Written<Prefix>[]
  readonly sources?: readonly DraftSource[] | undefined
  readonly families?: Written<FamilyWord> | undefined
  readonly via?: readonly Written<string>[] | undefined
  readonly endpoints?: readonly Written<string>[] | undefined
  readonly nat?: Written<NatMode> | undefined
  readonly mss?: Written<SegmentLimit> | undefined
  readonly dns?: LineResolvers | undefined
  readonly mtu?: Written<number> | undefined
  readonly shape?: Written<Shape> | undefined
  readonly role?: Written<LineRole> | undefined
  readonly metered?: Metered | undefined
  readonly billingDay?: Written<number> | undefined
  readonly quota?: Written<number> | undefined
  readonly keys: Readonly<Record<string, Span>>
}

export type FamilyWord = (typeof FAMILY_WORDS)[number]

export const familiesOf = (word: FamilyWord): readonly Family[] => (word === 'both' ? FAMILIES : [word])

/** Does its volume cost money, and what may our questions cost of it, where that is written? */
interface Metered {
  readonly is: boolean
  readonly budgetBytes?: number
}

const NAT_ELSEWHERE: ReadonlyMap<string, NatMode> = new Map([
  ['true', 'auto'],
  ['yes', 'auto'],
  ['on', 'auto'],
  ['false', 'off'],
  ['no', 'off'],
  ['none', 'off'],
])

const ROLE_ELSEWHERE: ReadonlyMap<string, LineRole> = new Map([
  ...['primary', 'main', 'master', 'active', 'preferred', 'balance', 'always'].map(
    (word) => [word, 'normal'] as const,
  ),
  ...['secondary', 'standby', 'passive', 'fallback', 'failover', 'spare', 'reserve', 'slave'].map(
    (word) => [word, 'backup'] as const,
  ),
])

const FAMILY_ELSEWHERE: ReadonlyMap<string, FamilyWord> = new Map([
  ['4', 'ipv4'],
  ['v4', 'ipv4'],
  ['inet', 'ipv4'],
  ['6', 'ipv6'],
  ['v6', 'ipv6'],
  ['inet6', 'ipv6'],
  ['dual', 'both'],
  ['auto', 'both'],
  ['all', 'both'],
])

export function readLines(reading: Reading, item: Item): readonly DraftLine[] {
  const entries = readEntries(reading, item)
  if (entries?.length === 0) {
    const help = 'name at least one: lines: { fiber: { interface: wan1 } }'
    reading.problems.push(problem('MH401', item.place, '"lines" names no line', { help }))
  }
  const below = misplaced(entries ?? [], ({ name }, above) =>
    Object.hasOwn(LINE_KEYS, name) ? above : undefined,
  )
  for (const [{ name, key }, above] of below) {
    const label = `indent it below ${quote(above)}`
    reading.problems.push(problem('MH203', key, `${quote(name)} is a key of a line, and no line`, { label }))
  }
  const emptied = new Set(below.values())
  return (entries ?? []).flatMap((entry) => {
    if (below.has(entry)) return []
    return [emptied.has(entry.name) ? nameOnly(entry) : readLine(reading, entry)]
  })
}

/** Of which nothing is known but its name. */
const nameOnly = ({ name, key }: Entry): DraftLine => ({
  name: { value: name, place: key },
  addresses: [],
  gateways: [],
  networks: [],
  keys: {},
})

function readLine(reading: Reading, entry: Entry): DraftLine {
  const { name, key, node } = entry
  const named = nameOnly(entry)
  const valid = lineName(name)
  if (!valid.ok) {
    const { code, message, ...details } = valid.error
    reading.problems.push(problem(code, key, message, details))
  }
  const called = `line ${quote(name)}`
  const item = itemOf(reading, node, called, 'a map with the key interface, such as { interface: wan1 }', key)
  if (!isMap(node) && isInterfaceName(node)) {
    wrongKind(reading, item, `did you mean { interface: ${String(node?.toJSON())} }?`)
    return named
  }
  const fields = readFields(reading, item, 'a line', LINE_KEYS, { ownerOf })
  if (fields === undefined) return named
  const { items, keys, meant } = fields
  if (items.interface === undefined && !meant.has('interface')) {
    const label = 'expected "interface: NAME" in it'
    reading.problems.push(problem('MH202', key, `${called} has no "interface"`, { label }))
  }
  return {
    ...named,
    interface: items.interface && readText(reading, items.interface, interfaceName),
    weight: items.weight && readNumber(reading, items.weight, weight),
    ...readAddresses(reading, items.address),
    gateways: items.gateway === undefined ? [] : readTexts(reading, items.gateway, gatewayAddress),
    networks: items.networks === undefined ? [] : readTexts(reading, items.networks, routedNetwork),
    sources: items.sources && readSources(reading, items.sources),
    families: items.families && readChoice(reading, items.families, FAMILY_WORDS, FAMILY_ELSEWHERE),
    via: items.via && readVia(reading, items.via),
    endpoints: items.endpoint && readEndpoints(reading, items.endpoint),
    nat: items.nat && readChoice(reading, items.nat, NAT_MODES, NAT_ELSEWHERE),
    mss: items.mss && readMss(reading, items.mss),
    dns: items.dns && readResolvers(reading, items.dns),
    mtu: items.mtu && readMtu(reading, items.mtu),
    shape: items.shape && readShape(reading, items.shape),
    role: items.role && readChoice(reading, items.role, ROLES, ROLE_ELSEWHERE),
    metered: items.metered && readMetered(reading, items.metered),
    quota: items.quota && readAmount(reading, items.quota, (text) => size(text, BOUNDS.quota)),
    billingDay: items.billingDay && readNumber(reading, items.billingDay, billingDay),
    ...readPolicies(reading, items),
    keys,
  }
}

const BELOW: Partial<Readonly<Record<string, readonly string[]>>> = {
  health: Object.keys(HEALTH_KEYS),
  release: Object.keys(RELEASE_KEYS),
  shape: Object.keys(SHAPE_KEYS),
}

const ownerOf = ({ name }: Entry, above = ''): string | undefined =>
  BELOW[above]?.includes(name) === true ? above : undefined

function readAddresses(reading: Reading, item: Item | undefined): Pick<DraftLine, 'addresses' | 'dhcp'> {
  const written = item === undefined ? [] : readTexts(reading, item, lineAddress)
  return {
    dhcp: written.flatMap(({ value, place }) => (value === DHCP ? [{ value, place }] : []))[0],
    addresses: written.flatMap(({ value, place }) => (value === DHCP ? [] : [{ value, place }])),
  }
}

function readMetered(reading: Reading, item: Item): Metered | undefined {
  // A word without a digit is meant as yes or no.
  if (!isScalar(item.node) || typeof item.node.value === 'boolean' || !/\d/.test(item.node.source ?? '')) {
    const flag = readFlag(reading, item)
    return flag && { is: flag.value }
  }
  const budget = readAmount(reading, item, (text) => size(text, BOUNDS.budget))
  return budget && { is: true, budgetBytes: budget.value }
}

function isInterfaceName(node: Entry['node']): boolean {
  const value: unknown = node?.toJSON()
  return typeof value === 'string' && interfaceName(value).ok
}
