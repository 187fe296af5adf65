import type { Config, LineConfig, Place } from '../model/index.ts'
import { place } from './condition.ts'

/** Something that the file says otherwise than the one that was applied last. */
export interface FileChange {
  /** As it is written. */
  readonly key: string
  readonly is: 'new' | 'changed' | 'gone'
  /** Absent: at the top of the file. */
  readonly line?: string
  /** Where it is written now; absent when it is gone. */
  readonly place?: Place
}

/** Lines that came or went are told by themselves, and so are weights: by what they bring about. */
export function fileChanges(former: Config, config: Config): FileChange[] {
  const lines = config.lines.flatMap((line) => {
    const before = former.lines.find(({ name }) => name === line.name)
    return before === undefined ? [] : changesOf(before, line, LINE_KEYS).map((change) => ({ ...change, line: line.name })) // prettier-ignore
  })
  return [...changesOf(former, config, TOP_KEYS), ...lines]
}

/** `config.yaml:11 changed` */
export const whereChanged = ({ key, is, place: at }: FileChange, { file }: Config): string =>
  at === undefined
    ? `${key} is no longer in ${file.split('/').at(-1) ?? file}`
    : `${place(at)} ${is === 'new' ? 'is new' : 'changed'}`

/** `dns of fiber is new (config.yaml:7)`, where nothing beside it names the key. */
export const whatChanged = (change: FileChange, config: Config): string => {
  const { key, is, line, place: at } = change
  const of = line === undefined ? key : `${key} of ${line}`
  return at === undefined
    ? whereChanged({ ...change, key: of }, config)
    : `${of} ${is === 'new' ? 'is new' : 'changed'} (${place(at)})`
}

/** `new in the file: dns, networks; changed in the file: address` */
export const changedKeys = (changes: readonly FileChange[]): string =>
  (['new', 'changed', 'gone'] as const)
    .map((is) => [is, changes.filter((change) => change.is === is).map(({ key }) => key)] as const)
    .flatMap(([is, keys]) => (keys.length === 0 ? [] : [`${IN_FILE[is]}: ${keys.join(', ')}`]))
    .join('; ')

const IN_FILE = {
  new: 'new in the file',
  changed: 'changed in the file',
  gone: 'gone from the file',
} as const satisfies Record<FileChange['is'], string>

interface Written {
  readonly keys?: Readonly<Record<string, Place>>
}

/** What is written nowhere comes from elsewhere in the file, and is told there. */
function changesOf<T extends Written>(
  before: T,
  now: T,
  keys: Readonly<Record<string, readonly (keyof T)[]>>,
): FileChange[] {
  return Object.entries(keys).flatMap(([key, fields]): FileChange[] => {
    if (fields.every((field) => saysTheSame(before[field], now[field]))) return []
    const [was, is] = [before.keys?.[key], now.keys?.[key]]
    if (is === undefined) return was === undefined ? [] : [{ key, is: 'gone' }]
    return [{ key, is: was === undefined ? 'new' : 'changed', place: is }]
  })
}

/** What becomes of each key of a line. */
const LINE_KEYS = {
  interface: ['interface'],
  address: ['addresses', 'dhcp'],
  gateway: ['gateways'],
  networks: ['networks'],
  sources: ['sources'],
  families: ['families'],
  via: ['via'],
  endpoint: ['endpoints'],
  nat: ['nat'],
  mss: ['mss'],
  mtu: ['mtuBytes'],
  shape: ['shape'],
  role: ['role'],
  metered: ['metered'],
  quota: ['quotaBytes'],
  billingDay: ['billingDay'],
  health: ['health'],
  release: ['release'],
  failback: ['failback'],
  dns: ['dns'],
} as const satisfies Readonly<Record<string, readonly (keyof LineConfig)[]>>

const TOP_KEYS = {
  lan: ['lan'],
  affinity: ['affinity'],
  firewall: ['firewall'],
  forward: ['forwards'],
  vpn: ['vpn'],
  mainDefault: ['mainDefault'],
  offload: ['offload'],
  dns: ['dns'],
  hooks: ['hooks'],
  api: ['api'],
  history: ['history'],
  notify: ['notify'],
  marks: ['marks'],
  rulePriorityBase: ['rulePriorityBase'],
} as const satisfies Readonly<Record<string, readonly (keyof Config)[]>>

/** Wherever it stands. */
export const saysTheSame = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a, withoutPlaces) === JSON.stringify(b, withoutPlaces)

const withoutPlaces = (key: string, value: unknown): unknown =>
  key === 'place' || key === 'keys' ? undefined : value
