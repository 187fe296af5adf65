import type { Mark, Place, ReleasePolicy, RouteQuestion, TableId } from '../model/index.ts'

/** Which way would the first packet of a connection go? */
export interface TraceQuestion {
  /** Absent: a program on the box that asks for no address of its own. */
  readonly from?: string
  readonly to: string
  readonly protocol?: 'tcp' | 'udp'
  readonly port?: number
}

/** Where a packet comes from, as far as this box can know. */
export type Origin =
  | { readonly is: 'box' }
  | { readonly is: 'lan' | 'outside' | 'other'; readonly iif: string }
  /** No interface is known by which it would come in: the way back to it leads over a line, or nowhere. */
  | { readonly is: 'nowhere' }

/** One question on the way, its answer, and why. */
export interface TraceStep {
  readonly question: string
  readonly answer: boolean
  readonly why: string
  readonly place?: Place
}

/**
 * `inbound`: it ends here, and its answers leave by the line it came in by. `elsewhere`: left to another program.
 * `not-routed`: broadcast or multicast, which stays in its network. `unknowable`: something was asked that nobody
 * told us. `left-alone`: no line has that family.
 */
export type OutcomeKind =
  'line' | 'inbound' | 'box' | 'lan' | 'elsewhere' | 'refused' | 'not-routed' | 'unknowable' | 'left-alone'

export interface TraceOutcome {
  readonly is: OutcomeKind
  readonly why: string
  /** More than one where nobody can know: the shares are then those of many connections. */
  readonly ways: readonly TraceWay[]
}

export interface TraceWay {
  /** Of connections like this one that go so (0-1). */
  readonly share: number
  readonly line?: string
  readonly dev?: string
  readonly via?: string
  readonly table?: TableId
  /** The source address outside. */
  readonly seenAs?: string
  readonly mark: Mark
  /** What the kernel can be asked about it; absent where it takes no such question. */
  readonly check?: RouteQuestion
}

export interface TraceReport {
  readonly origin: Origin
  readonly steps: readonly TraceStep[]
  readonly outcome: TraceOutcome
  /** The same once lines are out of use, each row one line more: until none is left, but a few rows at most. */
  readonly ifLost: readonly Loss[]
}

export interface Loss {
  readonly lines: readonly string[]
  readonly outcome: TraceOutcome
  /** What becomes of what is open on the last of them, where there is another line to go to. */
  readonly open?: ReleasePolicy
}
