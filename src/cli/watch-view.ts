/** What `status --watch` knows, and what news and keys make of it. Pure: who asks and draws is watch.ts. */
import type { LineHistoryDocument, StatusDocument } from '../api/contract.ts'
import type { EventRow } from './events-text.ts'
import type { Failure } from './failure.ts'
import type { Screen } from './screen.ts'
import { sampleOf, samplesOf, untilNext, type Sample } from './watch-series.ts'

/** What was heard of the daemon; it stands still while the view is paused. */
export interface News {
  readonly nowMs: number
  /** The last status; absent until there was any. */
  readonly heard?: { readonly status: StatusDocument; readonly atMs: number }
  /** Why nothing is heard now. */
  readonly away?: Failure
  readonly events: readonly EventRow[]
  /** By line: what was heard in the last minutes. */
  readonly lately: ReadonlyMap<string, readonly Sample[]>
  /** By line and span: what the daemon remembers. */
  readonly past: ReadonlyMap<string, readonly Sample[]>
}

export interface WatchView extends News {
  /** The news of the moment when it was paused. */
  readonly paused?: News
  readonly page: 'lines' | 'line' | 'events' | 'answer' | 'help'
  /** The name of the line the keys are about; absent: the first. */
  readonly chosen?: string
  /** Rows of the page that are above the screen. */
  readonly scrolled: number
  readonly spanMs: number
  /** The line that is drained once somebody has said yes. */
  readonly drains?: string
  /** What a key came to, until the next one. */
  readonly told?: (screen: Screen) => string
  /** What the daemon was asked for by a key, and what it answered. */
  readonly asked?: { readonly waiting: string; readonly text?: (screen: Screen) => string }
}

const MINUTE_MS = 60_000
/** How much of the past the rows of blocks show. */
export const SPANS_MS = [5 * MINUTE_MS, 60 * MINUTE_MS, 1440 * MINUTE_MS] as const
export const DAY_MS = SPANS_MS[2]
const KEPT_EVENTS = 200

export const viewAtStart = (nowMs: number): WatchView => ({
  nowMs,
  events: [],
  lately: new Map(),
  past: new Map(),
  page: 'lines',
  scrolled: 0,
  spanMs: SPANS_MS[0],
})

/** Connections are counted less often than the rest: until the next count the last one holds. */
export function withStatus(view: WatchView, status: StatusDocument, nowMs: number): WatchView {
  const { away: _, ...known } = view
  const openBefore = new Map(
    view.heard?.status.lines.map(({ name, openConnections }) => [name, openConnections]),
  )
  const lines = status.lines.map((line) => ({
    ...line,
    openConnections: line.openConnections ?? openBefore.get(line.name) ?? null,
  }))
  const lately = new Map(
    lines.map((line) => {
      const before = (view.lately.get(line.name) ?? []).filter(({ atMs }) => atMs > nowMs - SPANS_MS[0])
      const last = before.pop()
      return [line.name, [...before, ...(last ? [untilNext(last, nowMs)] : []), sampleOf(line, nowMs)]]
    }),
  )
  return { ...known, nowMs, lately, heard: { status: { ...status, lines }, atMs: nowMs } }
}

/** The same event may come by the stream and in the answer to a question. */
export function withEvents(view: WatchView, rows: readonly EventRow[]): WatchView {
  const known = new Set(view.events.map(keyOf))
  const events = [...view.events, ...rows.filter((row) => !known.has(keyOf(row)))]
  return { ...view, events: events.toSorted(byTime).slice(-KEPT_EVENTS) }
}

const keyOf = ({ run = '', id }: EventRow): string => `${run} ${id}`
const byTime = (a: EventRow, b: EventRow): number => Date.parse(a.time) - Date.parse(b.time)

export const pastKey = (line: string, spanMs: number): string => `${spanMs} ${line}`

export const withPast = (view: WatchView, key: string, document: LineHistoryDocument): WatchView => ({
  ...view,
  past: new Map([...view.past, [key, samplesOf(document)]]),
})

/** What is drawn: news that came while it was paused are not. */
export const shownOf = (view: WatchView): WatchView => ({ ...view, ...view.paused })

export const newsOf = ({ nowMs, heard, away, events, lately, past }: WatchView): News => ({
  nowMs,
  ...(heard !== undefined && { heard }),
  ...(away !== undefined && { away }),
  events,
  lately,
  past,
})

export const linesOf = (view: WatchView): StatusDocument['lines'] => shownOf(view).heard?.status.lines ?? []

/** The line the keys are about; one that is gone from the file gives way to the first. */
export const chosenLine = (view: WatchView): StatusDocument['lines'][number] | undefined =>
  linesOf(view).find(({ name }) => name === view.chosen) ?? linesOf(view)[0]
