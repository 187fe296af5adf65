import { isMap } from 'yaml'
import type {
  Affinity,
  HistoryConfig,
  HookConfig,
  NotifyConfig,
  HostAddress,
  Mark,
  Prefix,
  ResolverDriver,
  VpnOrder,
  MainDefault,
  OffloadKind,
} from '../model/index.ts'
import { interfaceAddress, lanNetwork } from './addresses.ts'
import { readDriver } from './dns.ts'
import { readFirewall } from './firewall.ts'
import type { DraftFirewall } from './firewall.ts'
import { readForwards } from './forwards.ts'
import type { DraftForward } from './forwards.ts'
import { readHistory } from './history.ts'
import { readHooks } from './hooks.ts'
import { readNotify } from './notify.ts'
import {
  AFFINITIES,
  FILE_KEYS,
  FIREWALL_KEYS,
  HISTORY_KEYS,
  LAN_INTERFACE_KEYS,
  LAN_KEYS,
  MARKS_KEYS,
  MAIN_DEFAULTS,
  NO_FILE_KEYS,
  OFFLOADS,
  VPN_ORDERS,
} from './keys.ts'
import { readLines } from './line.ts'
import type { DraftLine } from './line.ts'
import { isEmpty } from './misplaced.ts'
import { interfaceName } from './names.ts'
import {
  itemOf,
  readChoice,
  readFields,
  readFlag,
  readList,
  readNumber,
  readText,
  readTexts,
} from './node-reader.ts'
import type { Entry, Item, Reading, Written } from './node-reader.ts'
import { API_KEYS } from './api-keys.ts'
import { readApi } from './api.ts'
import type { DraftApi } from './api.ts'
import { NOTIFY_KEYS } from './notify-keys.ts'
import { markMask, rulePriorityBase } from './numbers.ts'
import { readPolicies } from './policies.ts'
import type { DraftPolicies } from './policies.ts'
import { HEALTH_KEYS, RELEASE_KEYS } from './policy-keys.ts'
import { problem, wholeFile } from './problem.ts'
import type { Span } from './problem.ts'
import type { YamlDocument } from './yaml-document.ts'

/** What the file says, as far as it could be read; every value still knows where it was written. */
export interface Draft extends DraftPolicies {
  readonly lan: {
    readonly interfaces: readonly DraftLanInterface[]
    readonly networks: readonly Written<Prefix>[]
  }
  readonly lines: readonly DraftLine[]
  readonly affinity?: Written<Affinity> | undefined
  readonly firewall?: DraftFirewall | undefined
  readonly forwards: readonly DraftForward[]
  readonly vpn?: Written<VpnOrder> | undefined
  readonly mainDefault?: Written<MainDefault> | undefined
  readonly offload?: Written<OffloadKind> | undefined
  readonly dns?: ResolverDriver | undefined
  readonly hooks: readonly HookConfig[]
  readonly api?: DraftApi | undefined
  readonly history?: HistoryConfig | 'off' | undefined
  readonly notify?: NotifyConfig | undefined
  readonly mask?: Written<Mark> | undefined
  readonly rulePriorityBase?: Written<number> | undefined
  /** Where the keys at the top of the file stand. */
  readonly keys: Readonly<Record<string, Span>>
}

interface DraftLanInterface {
  readonly name: Written<string>
  readonly addresses: readonly Written<HostAddress>[]
  readonly advertise?: true
}

const AFFINITY_ELSEWHERE: ReadonlyMap<string, Affinity> = new Map([
  ['none', 'connection'],
  ['off', 'connection'],
  ['false', 'connection'],
  ['flow', 'connection'],
  ['source', 'client'],
  ['src', 'client'],
  ['host', 'client'],
])

const VPN_ELSEWHERE: ReadonlyMap<string, VpnOrder> = new Map([
  ['before', 'first'],
  ['vpn', 'first'],
  ['theirs', 'first'],
  ['last', 'ours'],
  ['lines', 'ours'],
  ['us', 'ours'],
])

const MAIN_DEFAULT_ELSEWHERE: ReadonlyMap<string, MainDefault> = new Map([
  ['keep', 'leave'],
  ['off', 'leave'],
  ['false', 'leave'],
  ['on', 'lines'],
  ['true', 'lines'],
])

const OFFLOAD_ELSEWHERE: ReadonlyMap<string, OffloadKind> = new Map([
  ['false', 'off'],
  ['none', 'off'],
  ['on', 'software'],
  ['true', 'software'],
  ['hardware', 'software'],
])

export function readDraft(document: YamlDocument, file: string, reading: Reading): Draft {
  const expects = 'keys with values, such as "lines: { fiber: { interface: wan1 } }"'
  const top = readFields(
    reading,
    itemOf(reading, document.root, 'the file', expects),
    'the file',
    FILE_KEYS,
    {
      needless: NO_FILE_KEYS,
      ownerOf,
    },
  )
  if (top === undefined)
    return { lan: { interfaces: [], networks: [] }, lines: [], forwards: [], hooks: [], keys: {} }
  const {
    lan,
    lines,
    affinity,
    firewall,
    forward,
    vpn,
    mainDefault,
    offload,
    dns,
    hooks,
    api,
    history,
    notify,
    marks,
    rulePriorityBase: base,
  } = top.items
  if (lines === undefined && !top.meant.has('lines')) {
    const help = 'name at least one: lines: { fiber: { interface: wan1 } }'
    reading.problems.push(problem('MH401', wholeFile(file), 'there is no line in this file', { help }))
  }
  return {
    lan: lan === undefined ? { interfaces: [], networks: [] } : readLan(reading, lan),
    lines: lines === undefined ? [] : readLines(reading, lines),
    affinity: affinity && readChoice(reading, affinity, AFFINITIES, AFFINITY_ELSEWHERE),
    firewall: firewall && readFirewall(reading, firewall),
    forwards: forward === undefined ? [] : readForwards(reading, forward),
    mainDefault: mainDefault && readChoice(reading, mainDefault, MAIN_DEFAULTS, MAIN_DEFAULT_ELSEWHERE),
    offload: offload && readChoice(reading, offload, OFFLOADS, OFFLOAD_ELSEWHERE),
    dns: dns && readDriver(reading, dns),
    vpn: vpn && readChoice(reading, vpn, VPN_ORDERS, VPN_ELSEWHERE),
    ...readPolicies(reading, top.items),
    hooks: hooks === undefined ? [] : readHooks(reading, hooks),
    api: api && readApi(reading, api),
    history: history && readHistory(reading, history),
    notify: notify && readNotify(reading, notify),
    mask: marks && readMask(reading, marks),
    rulePriorityBase: base && readNumber(reading, base, rulePriorityBase),
    keys: top.keys,
  }
}

/** Whose keys those are that stand at the top. */
const BELOW: Partial<Readonly<Record<string, readonly string[]>>> = {
  lan: Object.keys(LAN_KEYS),
  firewall: Object.keys(FIREWALL_KEYS),
  health: Object.keys(HEALTH_KEYS),
  release: Object.keys(RELEASE_KEYS),
  history: Object.keys(HISTORY_KEYS),
  notify: Object.keys(NOTIFY_KEYS),
  api: Object.keys(API_KEYS),
  marks: Object.keys(MARKS_KEYS),
}

/** A line is a map, or nothing yet. */
function ownerOf(entry: Entry, above = ''): string | undefined {
  const { name, node } = entry
  const mayBeLine = isMap(node)
    ? above === 'lines' || node.has('interface')
    : above === 'lines' && isEmpty(entry)
  return mayBeLine ? 'lines' : BELOW[above]?.includes(name) === true ? above : undefined
}

function readLan(reading: Reading, item: Item): Draft['lan'] {
  const fields = readFields(reading, item, 'lan', LAN_KEYS)
  if (fields === undefined) return { interfaces: [], networks: [] }
  const { interfaces, networks } = fields.items
  if (interfaces === undefined && !fields.meant.has('interfaces')) {
    const help = 'for a box that balances only its own connections, leave out lan altogether'
    reading.problems.push(
      problem('MH202', item.place, 'lan has no "interfaces"', {
        label: 'expected "interfaces: [NAME]" in it',
        help,
      }),
    )
  }
  return {
    interfaces: interfaces === undefined ? [] : readLanInterfaces(reading, interfaces),
    networks: networks === undefined ? [] : readNetworks(reading, networks),
  }
}

function readLanInterfaces(reading: Reading, item: Item): readonly DraftLanInterface[] {
  const nodes = readList(reading, item)
  if (nodes?.length === 0) {
    const help = 'for a box that balances only its own connections, leave out lan altogether'
    reading.problems.push(
      problem('MH202', item.place, '"interfaces" names no interface', { label: 'expected a name', help }),
    )
  }
  return (nodes ?? []).flatMap((node) => {
    const expects = 'an interface name, or { name: lan0, address: 10.0.0.1/24 }'
    const entry = itemOf(reading, node, 'an entry of "interfaces"', expects, item.place)
    const read = isMap(node)
      ? readLanInterface(reading, entry)
      : nameOnly(readText(reading, entry, interfaceName))
    return read === undefined ? [] : [read]
  })
}

const nameOnly = (name: Written<string> | undefined): DraftLanInterface | undefined =>
  name && { name, addresses: [] }

function readLanInterface(reading: Reading, item: Item): DraftLanInterface | undefined {
  const fields = readFields(reading, item, 'a LAN interface', LAN_INTERFACE_KEYS)
  if (fields === undefined) return undefined
  if (fields.items.name === undefined && !fields.meant.has('name')) {
    const label = 'expected "name: NAME" in it'
    reading.problems.push(problem('MH202', item.place, 'a LAN interface has no "name"', { label }))
  }
  const { name, address, advertise } = fields.items
  const named = name && readText(reading, name, interfaceName)
  const addresses = address === undefined ? [] : readTexts(reading, address, interfaceAddress)
  const isRouter = advertise !== undefined && readFlag(reading, advertise)?.value === true
  return named && { name: named, addresses, ...(isRouter ? { advertise: true } : {}) }
}

function readNetworks(reading: Reading, item: Item): readonly Written<Prefix>[] {
  return (readList(reading, item) ?? []).flatMap((node) => {
    const entry = itemOf(
      reading,
      node,
      'an entry of "networks"',
      'a network, such as 10.0.0.0/24',
      item.place,
    )
    return readText(reading, entry, lanNetwork) ?? []
  })
}

function readMask(reading: Reading, item: Item): Written<Mark> | undefined {
  const fields = readFields(reading, item, 'marks', MARKS_KEYS)
  return fields?.items.mask && readNumber(reading, fields.items.mask, markMask)
}
