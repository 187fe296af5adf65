import type {
  Capabilities,
  Culprit,
  KernelError,
  KernelRoute,
  Mark,
  Move,
  Neighbour,
  Observed,
  Remembered,
  Result,
  RouteQuestion,
  Thing,
} from '../model/index.ts'

/** Something in the kernel changed; `text` is how `ip monitor` or `nft monitor` tells it, for the log, never to be parsed. */
export interface KernelEvent {
  /** `monitor`: nothing changed, but who tells of changes fell silent, or is back. */
  readonly about: 'link' | 'address' | 'route' | 'rule' | 'nexthop' | 'neighbour' | 'ruleset' | 'monitor'
  readonly text: string
  /** Something that may be ours was taken away or replaced, not by us. */
  readonly took?: Thing
  /** Who did; with `took`. */
  readonly by?: Culprit
}

export interface Counts {
  /** New connections by the counter's name, since the table exists. */
  readonly chosen: ReadonlyMap<string, number>
  /** Bytes through interfaces, by name. */
  readonly traffic: ReadonlyMap<string, { readonly rxBytes: number; readonly txBytes: number }>
}

/** All that the rest of the program may ask of the operating system's network. */
export interface Kernel {
  readonly capabilities: Capabilities
  /**
   * One whole reading.
   * @param sysctlKeys the settings to read along, those that do not exist are left out; in `net/ipv4/conf/*` the `*`
   *   stands for every interface, `default` too, but not for `all`
   * @param neighbours addresses of those to look for among the neighbours, on whichever interface
   */
  observe(
    sysctlKeys: readonly string[],
    neighbours?: readonly string[],
  ): Promise<Result<Observed, KernelError>>
  /**
   * Carries out one move; never rejects. No move is done by half, and one that the kernel refuses changed nothing.
   * Where whoever carried it out died or hung, it may have been done all the same: only the next look tells.
   */
  apply(move: Move): Promise<Result<void, KernelError>>
  counts(): Promise<Counts>
  /** Open entries of connection tracking by the part of their mark under `mask`; `undefined` where it cannot be read. */
  openConnections(mask: Mark): Promise<ReadonlyMap<number, number> | undefined>
  /** Takes away the control groups of `multihome use` whose command is gone and left nothing running. */
  sweepUseGroups(): void
  /** The way that a packet would be routed, as the kernel itself says. Devices must be those of the last reading. */
  routeOf(question: RouteQuestion): Promise<Result<KernelRoute, KernelError>>
  /** What the map `affinity` has under a key; `undefined`: nothing. */
  rememberedUnder(key: number): Promise<Result<Remembered | undefined, KernelError>>
  /** The addresses of a name, of both families. `not-found`: there is none. */
  resolve(name: string): Promise<Result<readonly string[], KernelError>>
  /** Calls back on every change, our own included. The reader must be ready to read everything again. */
  watch(onEvent: (event: KernelEvent) => void): { close(): void }
  /** The same for hardware addresses that these neighbours get or change, of which `watch` tells nothing. */
  watchNeighbours(neighbours: readonly Neighbour[], onEvent: (event: KernelEvent) => void): { close(): void }
  close(): void
}
