/** Something the operator should know about this box. `error`: nothing is done until it is settled. */
export interface Note {
  readonly code: NoteCode
  readonly severity: 'note' | 'warning' | 'error'
  readonly text: string
  readonly help?: string
}

/** Numbered for the operator in api/codes.ts. */
export type NoteCode =
  | 'foreign-table'
  | 'foreign-priority'
  | 'foreign-mark'
  | 'mask-changed'
  | 'vpn-catches'
  | 'vpn-overruled'
  | 'vpn-wins'
  | 'main-default-behind'
  | 'leftover-default'
  | 'no-usable-line'
  | 'last-resort'
  | 'fail-open'
  | 'missing-interface'
  | 'no-lan'
  | 'near-overlap'
  | 'gateways-alike'
  | 'old-kernel'
  | 'other-queue'
  | 'inbound-dropped'
  | 'shut-out'
  | 'forward-astray'
  | 'forward-unheld'
  | 'memory-unsaved'
  | 'file-refused'
  | 'file-undone'
  | 'unconfirmed'
  | 'fought-over'
  | 'health-unwatched'
  | 'metered-found'
  | 'home-unclear'
  | 'way-found'
  | 'way-unknown'
  | 'way-contested'
  | 'no-dhcp-client'
  | 'resolvers-untold'
  | 'other-router'
  | 'api-shut'
  | 'history-unkept'
  | 'history-set-aside'

/** Steps that belong together, told effect first. */
export interface PlanGroup {
  /** `+` new, `~` changed, `-` gone, `!` repaired. */
  readonly sign: '+' | '~' | '-' | '!'
  /** A line's name, or `router`. */
  readonly subject: string
  readonly title: string
  readonly why: readonly string[]
  /** What users will notice. */
  readonly effect: string
  readonly steps: readonly PlannedStep[]
}

export interface PlannedStep {
  readonly sign: '+' | '~' | '-'
  /** The `ip`, `nft` or `sysctl` commands, as an operator could type them. */
  readonly commands: readonly string[]
  readonly why: string
}

export interface PlanReport {
  readonly groups: readonly PlanGroup[]
  readonly stepCount: number
  /** What else changes since the file that was applied last, without a step: in the daemon alone. */
  readonly besides: readonly string[]
  readonly notes: readonly Note[]
}
