import type { Family, HealthPolicy, LineReport, ProbePath } from '../model/index.ts'

/** A line in one family, as whoever watches it has to know it. */
export interface FollowedLine {
  /** See `legName`. */
  readonly name: string
  readonly family: Family
  readonly policy: HealthPolicy
  readonly metered: boolean
  /** The kernel can send by it: device, carrier, address and gateway are there. */
  readonly usable: boolean
  readonly gateway?: string
  /** By what it is left; with another one what is known of it is no longer true. */
  readonly way: string
  /** How its probes leave; the family goes without saying. */
  readonly path: ProbePath
  /** Names of its counters in our table. */
  readonly counters: { readonly sent: string; readonly life: string; readonly handshakes: string }
}

export type LineReports = ReadonlyMap<string, LineReport>

/** Watches lines, and tells what becomes of them. */
export interface HealthWatch {
  /** From now on these; what is known of those that stay is kept. */
  follow(lines: readonly FollowedLine[]): void
  /** By line; as of the last change, or a second old at most. */
  readonly reports: LineReports
  /** As of now. */
  fresh(): Promise<LineReports>
  /** Why it sees less than it should, or nothing; `undefined`: it does not. */
  readonly trouble: string | undefined
  close(): Promise<void>
}

/** Called when the health of a line, or what is wrong with it, is another, and when `trouble` is. */
export type OnHealth = () => void
export type StartHealthWatch = (onHealth: OnHealth) => HealthWatch

export type ToWatcher =
  | { readonly do: 'follow'; readonly lines: readonly FollowedLine[] }
  | { readonly do: 'report'; readonly question: number }
  /** The thread ends by itself: ended from outside with sockets open, it takes the process with it. */
  | { readonly do: 'close' }

export type FromWatcher =
  | {
      readonly is: 'reports'
      readonly reports: readonly LineReport[]
      /** Somebody's health is another than it was. */
      readonly news: boolean
      readonly question?: number
    }
  /** It goes on without something, and sees less. */
  | { readonly is: 'lacks'; readonly what: string }
  /** A bug; the thread ends. */
  | { readonly is: 'dying'; readonly said: string }

/** What the thread starts with: its clock must be that of the process. */
export interface WatcherStart {
  /** Of the system's monotonic clock, at the moment that `performance.now()` of the main thread calls 0. */
  readonly zeroMs: number
}
