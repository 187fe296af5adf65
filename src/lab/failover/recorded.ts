/** What is written down while a fault is played. All times are `performance.now()` of the lab's process. */

/** Who talks: a client behind the router, or the router itself. */
export type From = 'lan' | 'box'

/** A short HTTP connection. */
export interface NewConnection {
  readonly from: From
  readonly startedAtMs: number
  readonly tookMs: number
  readonly outcome:
    /** `line`: `undefined` when the source belongs to none. */
    { readonly ok: true; readonly line: string | undefined } | { readonly ok: false; readonly error: string }
}

/** A connection that takes longer has failed: the patience of somebody who waits for a page. */
export const PATIENCE_MS = 5000

/** `download`: its client only waits, and sends nothing but acknowledgements. The others send. */
export const LASTING_KINDS = ['download', 'upload', 'keep-alive'] as const
export type LastingKind = (typeof LASTING_KINDS)[number]

/** A TCP connection that is to stay. */
export interface LastingConnection {
  readonly kind: LastingKind
  readonly from: From
  readonly line: string
  readonly openedAtMs: number
  /** Absent: it was open to the end. `code`: why, as Node gives it; absent for an orderly end. */
  readonly ended?: { readonly atMs: number; readonly code?: string }
}

/** `echo`: a question now and then. `stream`: fifty a second each way, as QUIC carries a call. */
export const DATAGRAM_KINDS = ['echo', 'stream'] as const
export type DatagramKind = (typeof DATAGRAM_KINDS)[number]

/** A UDP socket that is kept, with everything it sent. */
export interface DatagramFlow {
  readonly kind: DatagramKind
  readonly from: From
  /** That carried its first answer. */
  readonly line: string
  readonly datagrams: readonly Datagram[]
}

export interface Datagram {
  readonly sentAtMs: number
  /** Absent: none came. */
  readonly answer?: { readonly atMs: number; readonly line: string | undefined }
}

/** An event of a line, as the daemon's journal tells it: `suspect`, `down`, `up`, `released`, … */
export interface LineChange {
  readonly atMs: number
  readonly line: string
  readonly state: string
  readonly text: string
}

/** Faults from the first one's beginning to the mending of all. */
export interface Recorded {
  /** Lines that are not as they should be, and since when each: the last moment at which all was well. */
  readonly ailingSinceMs: ReadonlyMap<string, number>
  /** Of the first fault, also of one that is no line's. */
  readonly faultAtMs: number
  /** While a fault was taking hold: whoever began then was perhaps a moment too early to be saved. */
  readonly takingHold: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly mendedAtMs: number
  readonly newConnections: readonly NewConnection[]
  readonly lasting: readonly LastingConnection[]
  readonly flows: readonly DatagramFlow[]
  readonly changes: readonly LineChange[]
}
