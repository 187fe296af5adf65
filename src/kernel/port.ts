import type {
  Capabilities,
  ClientBytes,
  Culprit,
  Family,
  KernelError,
  KernelRoute,
  Mark,
  MarkedConnections,
  Move,
  Neighbour,
  Observed,
  OffloadKind,
  Remembered,
  Result,
  RouteQuestion,
  ShapedDevice,
  Thing,
} from '../model/index.ts'

/** Something in the kernel changed; `text` is how `ip monitor` or `nft monitor` tells it, for the log, never to be parsed. */
export interface KernelEvent {
  /** `monitor`: nothing changed, but who tells of changes fell silent, or is back. */
  readonly about:
    'link' | 'address' | 'route' | 'rule' | 'nexthop' | 'neighbour' | 'ruleset' | 'lease' | 'monitor'
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

/**
 * Those of a line, in the one family that failed, and the interface by which it is reached, whether that is there or
 * not.
 */
export interface ConnectionsOfLine extends MarkedConnections {
  readonly dev: string
}

/**
 * `unanswered`: whatever never saw a reply. `services`: whatever else is not TCP and no call, such as DNS, QUIC and
 * pings. `fleeting`: whatever is not TCP, answered too; QUIC, WireGuard, calls and
 * games go on where their next packet leads.
 */
export type Forgettable = 'unanswered' | 'services' | 'fleeting'

/** How those on a dead line are told. */
export interface Telling {
  /** This box's own connections are ended as well. */
  readonly own: boolean
  /** Ends it: the line is back. What was done until then is in the result. */
  readonly signal?: AbortSignal
}

/** An address and a port; 0 where the protocol has none. */
export interface End {
  readonly address: string
  readonly port: number
}

/** A TCP connection, as its first packet came in and as an answer comes in: address translation lies between. */
export interface Stranded {
  readonly original: { readonly from: End; readonly to: End }
  readonly reply: { readonly from: End; readonly to: End }
}

/** An entry of connection tracking, of any protocol. */
export interface OpenConnection {
  /** Tells entries apart while they are there. */
  readonly id: number
  readonly mark: number
  readonly family: Family
  /** `tcp`, `udp`, `icmp`, else as IANA calls it. */
  readonly protocol: string
  /** `connecting`: TCP that shakes hands. `closing`: TCP of which an end is gone. `unanswered`: anything else that saw no reply. */
  readonly state: 'connecting' | 'open' | 'closing' | 'unanswered'
  readonly ends: Stranded
  /** Both ways, where the kernel counts them. */
  readonly bytes: { readonly original: number; readonly reply: number } | undefined
}

/** What became of connections that were ended; in numbers of them. */
export interface Endings {
  /** Their hosts behind this box were told, or find out with their next packet. */
  readonly told: number
  /** They were this box's own, and their programs know. */
  readonly ended: number
  /** Nobody could be told: no end is behind this box, or its socket is gone or was refused. */
  readonly left: number
  /** Why own connections could not be ended; some kernels are built without it. */
  readonly ownRefused?: KernelError
}

/** All that the rest of the program may ask of the operating system's network. */
export interface Kernel {
  readonly capabilities: Capabilities
  /**
   * One whole reading.
   * @param sysctlKeys the settings to read along, those that do not exist are left out; in `net/ipv4/conf/*` the `*`
   *   stands for every interface, `default` too, but not for `all`
   * @param neighbours addresses of those to look for among the neighbours, on whichever interface
   * @param shaped devices whose queues are to be read
   * @param offload whether it is to be found out if the kernel can do that, which loads modules
   */
  observe(
    sysctlKeys: readonly string[],
    neighbours?: readonly string[],
    shaped?: readonly ShapedDevice[],
    offload?: OffloadKind,
  ): Promise<Result<Observed, KernelError>>
  /**
   * Carries out one move; never rejects. No move is done by half, and one that the kernel refuses changed nothing.
   * Where whoever carried it out died or hung, it may have been done all the same: only the next look tells.
   */
  apply(move: Move): Promise<Result<void, KernelError>>
  counts(): Promise<Counts>
  /** What each client had, where the table counts that. */
  clientBytes(): Promise<Result<readonly ClientBytes[], KernelError>>
  /** Open entries of connection tracking, in both families, by the part of their mark under `mask`; `undefined` where it cannot be read. */
  openConnections(mask: Mark): Promise<ReadonlyMap<number, number> | undefined>
  /** All of them, piece by piece; others have their turn between two pieces. */
  connections(visit: (piece: readonly OpenConnection[]) => void): Promise<Result<void, KernelError>>
  /**
   * Takes entries out of connection tracking, but never those of our own probes, so that the next packet of each is new and chooses again. With `own`,
   * attempts of this box's programs to connect are ended, which cannot choose again.
   * @returns how many there were
   */
  forgetConnections(
    of: MarkedConnections,
    which: Forgettable,
    how: Pick<Telling, 'own'>,
  ): Promise<Result<number, KernelError>>
  /** Established TCP connections of a line, half-closed ones too: they could wait for ever. */
  strandedConnections(of: MarkedConnections): Promise<Result<readonly Stranded[], KernelError>>
  /**
   * Tells those who have a TCP connection on a dead line and only wait. Hosts behind this box send something in
   * answer, which the ruleset must turn into a reset by then (`pinned` leads to `over`); this box's own connections
   * end with ECONNABORTED. Takes 0.6 s, and longer where one host has more than a hundred that did not answer.
   */
  tellStranded(of: ConnectionsOfLine, how: Telling): Promise<Result<Endings, KernelError>>
  /**
   * Moves what began inside (a host behind this box, or the box itself) away from a line that works: their entries
   * go, so that the next packet leaves by another line, where the server resets it; those who only wait are made to
   * send one. What others began from outside stays.
   */
  endFlows(of: ConnectionsOfLine, how: Telling): Promise<Result<Endings, KernelError>>
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
