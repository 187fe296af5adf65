import type { InterfaceAddress, Lease, LineId, LinkMtu, Prefix, Sysctl } from '../model/index.ts'

/** What the kernel cannot tell and a restart must not forget; kept in the state directory. */
export interface Memory {
  /** Every line number ever given, by name. */
  readonly ids: Readonly<Record<string, LineId>>
  /** The last gateway seen on each line without a fixed one, for while its route is away. */
  readonly gateways: Readonly<Record<string, string>>
  /** What the open connections of each line were begun from, by its name. */
  readonly sources: Readonly<Record<string, Source>>
  /** Lines that are to get no new connections, by name: the operator's wish, until the operator takes it back. */
  readonly drains: Readonly<Record<string, Drain>>
  /** Other weights than those of the file, by name: the operator's wish, until he takes it back or the file changes. */
  readonly weights: Readonly<Record<string, WeightWish>>
  /** Control groups whose packets leave by one line alone, by their path below /sys/fs/cgroup: the line's name. */
  readonly uses: Readonly<Record<string, string>>
  /** Of lines whose addresses clients of ours asked for, by name. */
  readonly leases: Readonly<Record<string, Lease>>
  /** Interfaces that were on to ask for them: whichever is off was switched off by somebody. */
  readonly asking: readonly string[]
  /** What hosts of the LAN were told in router advertisements, by interface: they go by it for hours. */
  readonly advertised: Readonly<Record<string, Advertised>>
  /** Who was told of our resolvers, until they are taken back. */
  readonly told?: ToldResolvers | undefined
  readonly originals: Originals
}

export interface Advertised {
  readonly prefixes: readonly AdvertisedOnce[]
  readonly resolvers: readonly string[]
}

export interface AdvertisedOnce {
  readonly prefix: Prefix
  /** It is here no more since then, by the wall clock, because it outlives the boot. */
  readonly goneAtMs?: number
}

export interface ToldResolvers {
  readonly is: 'resolved' | 'unbound'
  /** Of lines, for whoever thinks in interfaces. */
  readonly interfaces: readonly string[]
}

export interface Source {
  readonly address: string
  readonly dev: string
  /** In IPv6: others of before that are good for what was begun with them; absent: none. */
  readonly kept?: readonly string[]
}

export interface Drain {
  /** By the wall clock, because it outlives the boot. */
  readonly sinceMs: number
  /** Not even when no other line works; else a drained line is the last resort. */
  readonly force: boolean
}

export interface WeightWish {
  /** On the scale of `LineConfig.weight`. */
  readonly weight: number
  /** What the file said then. Once it says another thing, the wish was about another file. */
  readonly insteadOf: number
}

/** The box before our first start: what `down` puts back. */
export interface Originals {
  readonly sysctls: readonly Sysctl[]
  /** Addresses that were not there and were put there by us. */
  readonly addedAddresses: readonly InterfaceAddress[]
  /** Interfaces that were switched off and were switched on by us. */
  readonly linksRaised: readonly string[]
  /** Of interfaces that got another one from us. */
  readonly mtus: readonly LinkMtu[]
  /** Interfaces that were shaped by us. */
  readonly shaped: readonly string[]
}

/** Asked by a line's name, which may be `toString` or `constructor`: only what was put there counts. */
export const knownOf = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

export const emptyMemory: Memory = {
  ids: {},
  gateways: {},
  sources: {},
  drains: {},
  weights: {},
  uses: {},
  leases: {},
  asking: [],
  advertised: {},
  originals: { sysctls: [], addedAddresses: [], linksRaised: [], mtus: [], shaped: [] },
}
