import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientError } from '../api/client.ts'
import type { OneLineDocument } from '../api/contract.ts'
import type { Screen, Sink } from './screen.ts'

const LOOK_EVERY_MS = 1000
/** Time and count, and the hint of the first row, which stays and may wrap. */
const BESIDE_BAR_COLUMNS = 18 + 1 + 36
const HINT = '^C stops watching; the drain goes on'

export type DrainEnd =
  /** `undrained`: by somebody else. */
  | { readonly is: 'empty' | 'interrupted' | 'timed-out' | 'undrained'; readonly document: OneLineDocument }
  | { readonly is: 'lost'; readonly error: ClientError }

export interface DrainWatch {
  readonly client: Pick<Client, 'line'>
  readonly signal: AbortSignal
  /** 0: for ever. */
  readonly timeoutMs: number
  /** Told of each look; absent: nobody watches, one only waits. */
  readonly show?: (document: OneLineDocument) => void
  readonly lookEveryMs?: number
}

/** Looks at the line again and again until no connection is open on it. @param first what was answered to the drain */
export async function watchDrain(first: OneLineDocument, watch: DrainWatch): Promise<DrainEnd> {
  const { client, signal, timeoutMs, show, lookEveryMs = LOOK_EVERY_MS } = watch
  const endsAtMs = timeoutMs === 0 ? Infinity : performance.now() + timeoutMs
  for (let document = first; ;) {
    show?.(document)
    if (document.line.drain === undefined) return { is: 'undrained', document }
    if (document.line.openConnections === 0) return { is: 'empty', document }
    if (performance.now() >= endsAtMs) return { is: 'timed-out', document }
    await sleep(Math.min(lookEveryMs, endsAtMs - performance.now()), undefined, { signal }).catch(
      () => undefined,
    )
    if (signal.aborted) return { is: 'interrupted', document }
    const answer = await client.line(document.line.name)
    if (!answer.ok) return { is: 'lost', error: answer.error }
    document = answer.value
  }
}

/**
 * The count with its bar, drawn over and over in one row. A row stays whenever the count has halved, so that a whole
 * evening's drain is a dozen rows.
 */
export function drainRows(
  out: Sink,
  screen: Screen,
): { readonly show: (document: OneLineDocument) => void; readonly end: () => void } {
  const barColumns = Math.max(5, screen.columns - BESIDE_BAR_COLUMNS)
  let most = 0
  let kept = Infinity
  let isOpen = false
  return {
    show({ time, line: { openConnections } }) {
      const open = openConnections ?? 0
      const hint = kept === Infinity ? HINT : ''
      most = Math.max(most, open)
      const length = open === 0 ? 0 : Math.max(1, Math.round((open * barColumns) / most))
      const bar = '█'.repeat(length).padEnd(barColumns)
      isOpen = open > kept / 2
      if (!isOpen) kept = open
      out.write(`\r${screen.finish(rowOf(time, open, bar, hint))}\u001b[K${isOpen ? '' : '\n'}`)
    },
    end() {
      if (isOpen) out.write('\n')
      isOpen = false
    },
  }
}

const rowOf = (time: string, open: number, bar: string, hint: string): string =>
  `  ${clock(time)}  ${String(open).padStart(5)} ${bar} ${hint}`.trimEnd()

/** Local time with seconds. */
export const clock = (time: string): string => new Date(time).toTimeString().slice(0, 8)
