import type { Mark, TableId } from './numbers.ts'

/** Where would a packet go? Absent: the box itself sends it (`iif`), from no address yet (`from`). */
export interface RouteQuestion {
  readonly to: string
  readonly from?: string
  readonly iif?: string
  readonly mark: Mark
  /** Told where a rule asks for it. */
  readonly dport?: number
}

/** What the kernel answers. Of a group of nexthops it names one. */
export type KernelRoute =
  | {
      readonly is: 'hop'
      readonly dev: string
      readonly via?: string
      readonly table: TableId
      readonly src?: string
    }
  /** To the box itself, or to everybody on a network. */
  | { readonly is: 'local' }
  | { readonly is: 'refused'; readonly said: string }

/** What the kernel remembers of a client and a server. */
export interface Remembered {
  readonly mark: Mark
  readonly expiresMs: number
}
