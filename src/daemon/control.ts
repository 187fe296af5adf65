import type { Result, Sysctl } from '../model/index.ts'
import type { Drain, Note, PlanReport, TraceReport } from '../plan/index.ts'

export type LineStateName = 'absent' | 'unknown' | 'up' | 'suspect' | 'down' | 'draining'

/** One line as the daemon sees it now. Times are milliseconds since 1970. */
export interface LineStatus {
  readonly name: string
  readonly id: number
  readonly state: LineStateName
  /** The cause in a few words; absent when up. */
  readonly why?: string
  readonly sinceMs: number
  /** The operator wants no new connections on it, whatever its state; see `Drain`. */
  readonly drain?: Drain
  readonly interface: string
  readonly address?: string
  readonly gateway?: string
  readonly weight: number
  /** Share of new connections it should get now (0-1); 0 while it gets none. */
  readonly wantedShare: number
  /** Share it got (0-1) within `Status.shareWindowMs`; absent while nothing was chosen in that time. */
  readonly newShare?: number
  /** Chosen for it since the table exists. */
  readonly newConnections: number
  /** Open entries of connection tracking on this line; absent where they could not be read. */
  readonly openConnections?: number
  readonly receivedBytes: number
  readonly sentBytes: number
  readonly downBitsPerSecond?: number
  readonly upBitsPerSecond?: number
}

export interface Status {
  readonly version: string
  readonly pid: number
  readonly hostname: string
  readonly startedAtMs: number
  readonly configFile: string
  readonly configAppliedAtMs: number
  /** Does the kernel match the configuration now? When not, `trouble` says why. */
  readonly matches: boolean
  readonly trouble?: string
  readonly shareWindowMs: number
  /** In the order of the file. */
  readonly lines: readonly LineStatus[]
  readonly notes: readonly Note[]
}

/** What came of reading the file again. A refused or failed one changes nothing. */
export type ApplyOutcome =
  | { readonly is: 'applied'; readonly plan: PlanReport; readonly tookMs: number }
  | { readonly is: 'refused'; readonly text: string; readonly problems: readonly ConfigProblem[] }
  | { readonly is: 'failed'; readonly trouble: string }

/** What came of the operator's wish about one line. Unless `done` nothing has changed. */
export type WishOutcome =
  | { readonly is: 'done'; readonly status: Status; readonly line: LineStatus }
  /** There is no such line, but these. */
  | { readonly is: 'unknown'; readonly lines: readonly LineStatus[] }
  | { readonly is: 'failed'; readonly trouble: string }

/** `last-line`: no other line works, and these are why. */
export type DrainOutcome = WishOutcome | { readonly is: 'last-line'; readonly others: readonly LineStatus[] }

/** A problem of the file on its way to the wire; `line` and `column` count from 1. */
export interface ConfigProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly help?: string
}

export interface DownReport {
  /** The commands, as an operator could type them, in their order. */
  readonly commands: readonly string[]
  readonly removed: {
    readonly rules: number
    readonly routes: number
    readonly nexthops: number
    readonly addresses: number
    readonly tables: number
  }
  /** Interfaces that we had switched on. */
  readonly loweredLinks: number
  readonly restoredSysctls: number
  /** Settings that keep the values we give them, because nothing is remembered of theirs before; else absent. */
  readonly settingsLeft?: readonly Sysctl[]
  readonly dryRun: boolean
}

/** As it was typed: `from` may be `me`, both may be names. */
export interface TraceRequest {
  readonly from: string
  readonly to: string
  readonly port?: number
  readonly protocol?: 'tcp' | 'udp'
}

/** One end of a traced connection. */
export interface TraceEnd {
  readonly asked: string
  /** Absent: this box, which has several. */
  readonly address?: string
  /** Further addresses of that name, which were not traced. */
  readonly others: readonly string[]
}

export interface TraceAnswer {
  readonly from: TraceEnd
  readonly to: TraceEnd
  readonly port?: number
  readonly protocol?: 'tcp' | 'udp'
  readonly report: TraceReport
  readonly kernel: KernelVerdict
}

/** `same`: as it says itself. `told`: nothing of ours to compare with. `not-asked`: it takes no such question. */
export interface KernelVerdict {
  readonly is: 'same' | 'different' | 'told' | 'not-asked'
  readonly answers: readonly { readonly command: string; readonly says: string; readonly agrees: boolean }[]
}

export type TraceTrouble =
  | { readonly is: 'no-such-name'; readonly name: string; readonly said: string }
  /** Nothing can go from an IPv4 address to an IPv6 one. */
  | { readonly is: 'two-families'; readonly from: string; readonly to: string }
  | { readonly is: 'kernel'; readonly text: string }

/** What the API may ask of the running daemon. */
export interface Control {
  status(): Promise<Status>
  apply(): Promise<ApplyOutcome>
  /** No new connections on a line, open ones stay. @param force also when no other line works */
  drain(name: string, options: { force: boolean }): Promise<DrainOutcome>
  /** The reverse: it gets its share again. */
  undrain(name: string): Promise<WishOutcome>
  /**
   * From now on what a control group of this box sends leaves by that line, whatever becomes of the line.
   * @param group its path below /sys/fs/cgroup
   * @returns why not, in words
   */
  hold(line: string, group: string): Promise<Result<void, string>>
  /** Ends that. */
  letGo(group: string): Promise<void>
  /**
   * Takes everything of ours away and ends the daemon afterwards (not with `dryRun`).
   * @returns what the kernel refused, in its words, when not all of it could go; the daemon then stays
   */
  down(options: { dryRun: boolean }): Promise<Result<DownReport, string>>
  /** Which way would that packet go? Asks only. */
  trace(request: TraceRequest): Promise<Result<TraceAnswer, TraceTrouble>>
}
