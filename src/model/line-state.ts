import type { ProbeTarget } from './probe.ts'

/**
 * What health says of a line. `suspect`: new connections are steered away, which costs nothing and is undone at
 * the first good answer. `down`: sure, what is stuck may be ended.
 */
export type LineHealth = 'unknown' | 'up' | 'suspect' | 'down'

/**
 * What is wrong with a line, from near to far. The kernel tells the first three; `gateway`: the provider's router is
 * silent; `provider`: it answers and nothing behind it does; `internet`: so it is on every line; `dns` and `portal`:
 * packets get through, and names or free passage do not; the last two work, and worse than they should.
 */
export type Blame =
  'device' | 'carrier' | 'address' | 'gateway' | 'provider' | 'internet' | 'dns' | 'portal' | 'slow' | 'lossy'

/** A line that works, and worse than its thresholds allow. */
export type Degradation = Extract<Blame, 'slow' | 'lossy'>

/** What planning has to know of a line's health. */
export interface LineVerdict {
  readonly health: LineHealth
  /** It works, and badly; what is done about it says the line's configuration. */
  readonly degraded?: Degradation
  /** It is down and answers again; it only has to go on like that for a while. */
  readonly returning?: true
  /** Those whose connections hang on it are to be told, because it does not carry them any more. */
  readonly released?: true
  /** Completes "fiber is down: "; absent when all is well. */
  readonly why?: string
  /** By the monotonic clock; absent: not known. */
  readonly sinceMs?: number
}

/** All that is known of a line's health at a moment. Times are the monotonic clock's, `performance.now()` of the process. */
export interface LineReport {
  readonly line: string
  readonly health: LineHealth
  readonly sinceMs: number
  readonly degraded?: Degradation
  readonly blame?: Blame
  /** Completes "fiber is down: "; absent when all is well. */
  readonly why?: string
  /** Smoothed; absent until a probe was answered. */
  readonly rttMs?: number
  readonly jitterMs?: number
  /** Of the probes of the last window, 0-1; absent until enough were sent. */
  readonly lossRatio?: number
  /** When it will be up again if it stays quiet; only while it is down and answers. */
  readonly backAtMs?: number
  /** How often it went down lately: 1 for each time, halving with the time. */
  readonly penalty: number
  readonly nextProbeAtMs?: number
  /** Probes of ours, both ways, since it is watched. */
  readonly probes: { readonly sent: number; readonly answered: number; readonly bytes: number }
  readonly targets: readonly TargetReport[]
}

export interface TargetReport {
  readonly target: ProbeTarget
  /**
   * `unknown`: not asked since the line died or came back, and what it said before says nothing of now. `asked`: no
   * answer yet. `benched`: fails while others answer, and is left out for a while.
   */
  readonly is: 'asked' | 'unknown' | 'answers' | 'silent' | 'benched'
  readonly rttMs?: number
}

/** Why the kernel alone can already tell that a line carries nothing. */
export type LineObstacle =
  | 'link-off'
  | 'no-carrier'
  | 'no-address'
  | 'no-gateway'
  /** Hosts behind this box have addresses that are routed here by it, and the box has none: nobody can ask over it. */
  | 'no-source'

/** A line as one reading of the kernel shows it. */
export type LinePresence =
  | { readonly is: 'absent' }
  | { readonly is: 'blocked'; readonly by: LineObstacle }
  /** A tunnel, and none of the legs works by which its own packets may leave. */
  | { readonly is: 'blocked'; readonly by: 'no-way'; readonly ways: readonly string[] }
  | { readonly is: 'usable' }
