/** What `status --watch` shows: a view and a size in, rows out. Pure. */
import { stripVTControlCharacters } from 'node:util'
import type { StatusDocument } from '../api/contract.ts'
import { rfc3339 } from '../api/documents.ts'
import { counted } from './amounts.ts'
import { failureText } from './failure.ts'
import type { Failure } from './failure.ts'
import { linesText } from './line-table.ts'
import { lookOf } from './looks.ts'
import { notesText } from './notes-text.ts'
import type { Screen } from './screen.ts'
import { verdictText } from './status-text.ts'
import { wrap } from './wrap.ts'

export interface WatchView {
  readonly nowMs: number
  /** The last that was heard; absent until anything was. */
  readonly heard?: { readonly status: StatusDocument; readonly atMs: number }
  /** Why nothing is heard now. */
  readonly away?: Failure
  readonly isPaused: boolean
  readonly showsLegend: boolean
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Below this there is the verdict and a word for each line. */
const SMALL = { columns: 60, rows: 12 } as const

/** @returns no more rows than there are, none wider than the screen */
export function watchRows(view: WatchView, size: Size, place: Screen): string[] {
  const screen = { ...place, columns: Math.min(place.columns, size.columns) }
  const body = bodyText(view, size, screen).split('\n')
  const room = Math.max(1, size.rows - 3) // below the title and above the keys, one row each and one between
  const more = body.length - room
  const shown = more <= 0 ? body : [...body.slice(0, room - 1), `… ${counted(more + 1, 'more line')}`]
  const filler = Array.from<string>({ length: Math.max(0, room - shown.length) }).fill('')
  return [titleRow(view, screen), '', ...shown, ...filler, keysRow(view)]
    .map((row) => cutRow(screen.finish(row), size.columns))
    .slice(0, size.rows)
}

function bodyText(view: WatchView, size: Size, screen: Screen): string {
  if (view.showsLegend) return LEGEND
  const { heard, away } = view
  const parts = away === undefined ? [] : [failureText(away, screen)]
  if (heard === undefined) return [wrap('No news yet, trying.', screen.columns), ...parts].join('\n\n')
  const status = away === undefined ? heard.status : withoutNews(heard.status, heard.atMs)
  return [
    verdictText(status, screen),
    size.columns < SMALL.columns || size.rows < SMALL.rows
      ? words(status, screen)
      : linesText(status.lines, away === undefined ? Date.parse(status.time) : view.nowMs, screen),
    notesText(status.notes, screen),
    ...parts,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Old news is never shown as good news: nothing of it is known now. */
const withoutNews = (status: StatusDocument, heardAtMs: number): StatusDocument => ({
  ...status,
  verdict: { text: `No news since ${clock(heardAtMs)}, trying again.`, level: 'none' },
  lines: status.lines.map((line) => ({
    ...line,
    inReserve: false,
    state: 'unknown',
    since: rfc3339(heardAtMs),
    ...(line.ipv6 && { ipv6: { ...line.ipv6, state: 'unknown', since: rfc3339(heardAtMs) } }),
    wantedShareRatio: 0,
    newShareRatio: null,
    openConnections: null,
    downBitsPerSecond: null,
    upBitsPerSecond: null,
  })),
  notes: [],
})

const words = ({ lines }: StatusDocument, screen: Screen): string =>
  lines
    .map(({ name, state, ipv6 }) => {
      const { glyph, word, role } = lookOf(state)
      const other = ipv6 === undefined || ipv6.state === state ? '' : `, IPv6 ${lookOf(ipv6.state).word}`
      const text = `${glyph} ${name} ${word}${other}`
      return role === undefined ? text : screen.paint(role, text)
    })
    .join('\n')

function titleRow({ nowMs, heard, away, isPaused }: WatchView, screen: Screen): string {
  const news = away !== undefined || heard === undefined ? 'no news' : isPaused ? 'paused' : 'live'
  const atMs = isPaused && heard !== undefined ? heard.atMs : nowMs
  const left = `multihome  ${heard?.status.hostname ?? ''}`
  const gap = ' '.repeat(Math.max(2, screen.columns - left.length - 2 - news.length - CLOCK_WIDTH))
  return `${left}${gap}${clock(atMs)}  ${news === 'live' ? news : screen.paint('suspect', news)}`
}

const CLOCK_WIDTH = 8

const keysRow = ({ isPaused, showsLegend }: WatchView): string =>
  `q quit   space ${isPaused ? 'go on' : 'pause'}   ? ${showsLegend ? 'back' : 'what it means'}`

const LEGEND = `\
● up         gets new connections
▲ suspect    checks go unanswered: new connections avoid it
✖ DOWN       it carries nothing: no carrier, or nobody answers behind it
● reserve    a backup that works, for when no other line does
● slow,lossy it works, and badly
▷ draining   gets none because you wished so, open ones stay
○ absent     there is no such interface
○ unknown    nobody knows: the daemon does not answer

FOR          since when it is so
NEW/WANT     share of the LAN's new connections: got in 5 minutes / wished
DELAY, LOSS  of our own checks, lately
OPEN         entries of connection tracking on the line
DOWN/UP      what the interface carries now

multihome explain WORD tells more of each.`

/** Local time. */
function clock(atMs: number): string {
  const at = new Date(atMs)
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** Colours take no room; what is cut off takes its colour with it. */
function cutRow(row: string, columns: number): string {
  if (stripVTControlCharacters(row).length <= columns) return row
  let width = 0
  let cut = ''
  for (const piece of row.split(COLOUR)) {
    const kept = piece.startsWith(ESCAPE) ? piece : piece.slice(0, columns - width)
    width += piece.startsWith(ESCAPE) ? 0 : kept.length
    cut += kept
  }
  return cut
}

const ESCAPE = '\u001b'
// oxlint-disable-next-line no-control-regex -- the colours of style.ts
const COLOUR = /(\u001b\[\d+m)/
