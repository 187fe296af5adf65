import type { Config, LineConfig, Place } from '../model/index.ts'
import { place } from './condition.ts'

/** Something that the file says otherwise than the one that was applied last. */
export type FileChange = Change &
  (
    | { readonly key: FileKey; readonly line?: undefined }
    /** Below that line. */
    | { readonly key: LineKey; readonly line: string }
  )

interface Change {
  readonly is: 'new' | 'changed' | 'gone'
  /** Where it is written now; absent when it is gone. */
  readonly place?: Place
}

export type FileKey = keyof typeof FILE_KEYS
export type LineKey = keyof typeof LINE_KEYS

/** Lines that came or went are told by themselves, and so are weights: by what they bring about. */
export function fileChanges(former: Config, config: Config): FileChange[] {
  if (former === config) return []
  const lines = config.lines.flatMap((line) => {
    const before = former.lines.find(({ name }) => name === line.name)
    return before === undefined ? [] : changesOf(before, line, LINE_KEYS).map((change) => ({ ...change, line: line.name })) // prettier-ignore
  })
  return [...changesOf(former, config, FILE_KEYS), ...lines]
}

/** `config.yaml:11 changed` */
export const whereChanged = ({ key, is, place: at }: FileChange, config: Config): string =>
  at === undefined ? isGone(key, config) : `${place(at)} ${is === 'new' ? 'is new' : 'changed'}`

/** `dns of fiber is new (config.yaml:7)`, where nothing beside it names the key. */
export const whatChanged = ({ key, is, line, place: at }: FileChange, config: Config): string => {
  const of = line === undefined ? key : `${key} of ${line}`
  return at === undefined ? isGone(of, config) : `${of} ${is === 'new' ? 'is new' : 'changed'} (${place(at)})`
}

const isGone = (key: string, { file }: Config): string =>
  `${key} is no longer in ${file.split('/').at(-1) ?? file}`

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
} as const satisfies Record<Change['is'], string>

interface Written {
  readonly keys?: Readonly<Record<string, Place>>
}

/** What is written nowhere comes from elsewhere in the file, and is told there. */
function changesOf<T extends Written, Key extends string>(
  before: T,
  now: T,
  keys: Readonly<Record<Key, (of: T, other: T) => unknown>>,
): (Change & { readonly key: Key })[] {
  return (Object.keys(keys) as Key[]).flatMap((key): (Change & { readonly key: Key })[] => {
    // the keys of our own table
    const of = keys[key]
    if (saysTheSame(of(before, now), of(now, before))) return []
    const [was, is] = [before.keys?.[key], now.keys?.[key]]
    if (is === undefined) return was === undefined ? [] : [{ key, is: 'gone' }]
    return [{ key, is: was === undefined ? 'new' : 'changed', place: is }]
  })
}

/** What becomes of each key of a line. */
const LINE_KEYS = {
  interface: (line) => line.interface,
  address: ({ addresses, dhcp }) => [addresses, dhcp],
  gateway: (line) => line.gateways,
  networks: (line) => line.networks,
  sources: (line) => line.sources,
  families: (line) => line.families,
  via: (line) => line.via,
  endpoint: (line) => line.endpoints,
  nat: (line) => line.nat,
  mss: (line) => line.mss,
  mtu: (line) => line.mtuBytes,
  shape: (line) => line.shape,
  role: (line) => line.role,
  metered: ({ metered, health }) => [metered, health.budgetBytesPerMonth],
  quota: (line) => line.quotaBytes,
  billingDay: (line) => line.billingDay,
  health: watchOf,
  release: (line) => line.release,
  failback: (line) => line.failback,
  dns: (line) => line.dns,
} as const satisfies Readonly<Record<string, (line: LineConfig) => unknown>>

/** What a metered line may be asked is said by `metered`. */
function watchOf({ health }: LineConfig): unknown {
  return { ...health, budgetBytesPerMonth: undefined }
}

const FILE_KEYS = {
  lan: (file) => file.lan,
  affinity: (file) => file.affinity,
  firewall: (file) => file.firewall,
  forward: (file) => file.forwards,
  vpn: (file) => file.vpn,
  mainDefault: (file) => file.mainDefault,
  offload: (file) => file.offload,
  dns: (file) => file.dns,
  hooks: (file) => file.hooks,
  api: (file) => file.api,
  history: (file) => file.history,
  notify: (file) => file.notify,
  marks: (file) => file.marks,
  rulePriorityBase: (file) => file.rulePriorityBase,
  health: (file, other) => inherited('health', watchOf, file, other),
  release: (file, other) => inherited('release', ({ release }) => release, file, other),
  failback: (file, other) => inherited('failback', ({ failback }) => failback, file, other),
} as const satisfies Readonly<Record<string, (file: Config, other: Config) => unknown>>

/** Of the lines of both files, as far as neither says it of the line itself. */
const inherited = (key: string, of: (line: LineConfig) => unknown, file: Config, other: Config): unknown =>
  file.lines
    .filter(({ name, keys }) => {
      const same = other.lines.find((line) => line.name === name)
      return same !== undefined && (keys[key] ?? same.keys[key]) === undefined
    })
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(of)

/** Wherever it stands. */
export const saysTheSame = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a, withoutPlaces) === JSON.stringify(b, withoutPlaces)

const withoutPlaces = (key: string, value: unknown): unknown =>
  key === 'place' || key === 'keys' ? undefined : value
