/** What `status --watch` shows: a view and a size in, rows out. Pure. */
import type { StatusDocument } from '../api/contract.ts'
import { rfc3339 } from '../api/documents.ts'
import { unreachable } from '../model/index.ts'
import { counted } from './amounts.ts'
import { beside, cutRow } from './beside.ts'
import { formatDuration } from './duration.ts'
import { atStart, eventRows } from './events-text.ts'
import { failureText } from './failure.ts'
import { remarksText } from './line-remarks.ts'
import { lookOf, lookOfLine } from './looks.ts'
import { notesText } from './notes-text.ts'
import type { Screen } from './screen.ts'
import { oneLineText, verdictText } from './status-text.ts'
import { sparkRows, wayRows } from './watch-detail.ts'
import { clock, footRows, proseOf, titleRow } from './watch-edges.ts'
import { recentRows } from './watch-events.ts'
import { helpRows } from './watch-help.ts'
import { tableRows } from './watch-table.ts'
import { chosenLine, shownOf, type WatchView } from './watch-view.ts'
import { wrap } from './wrap.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Below this there is the verdict and a word for each line. */
const SMALL = { columns: 60, rows: 12 } as const
/** From here on what happened stands beside the line. */
const WIDE_COLUMNS = 110

/** @returns no more rows than there are, none wider than the screen */
export function watchRows(view: WatchView, size: Size, place: Screen): string[] {
  const screen = { ...place, columns: size.columns }
  const foot = footRows(view, screen)
  const room = Math.max(1, size.rows - 1 - foot.length)
  const body = bodyRows(shownOf(view), { columns: size.columns, rows: room }, screen).slice(0, room)
  const filler = Array.from<string>({ length: room - body.length }).fill('')
  return [titleRow(view, screen), ...body, ...filler, ...foot]
    .map((row) => cutRow(screen.finish(row), size.columns))
    .slice(0, size.rows)
}

function bodyRows(view: WatchView, size: Size, screen: Screen): string[] {
  const prose = proseOf(screen)
  switch (view.page) {
    case 'lines':
      return linesPage(view, size, screen)
    case 'help':
      return scrolled(['', ...helpRows(screen)], view, size)
    case 'events':
      return newest(['', ...eventsOf(view, screen)], view, size)
    case 'answer':
      return scrolled(['', ...answerRows(view, prose)], view, size)
    case 'line': {
      const line = chosenLine(view)
      if (line === undefined || view.heard === undefined || view.away !== undefined)
        return linesPage(view, size, screen)
      const { time, shareWindowMs } = view.heard.status
      const text = oneLineText({ api: 'v1', kind: 'Line', time, shareWindowMs, line }, prose)
      return scrolled(['', ...text.split('\n'), '', ...sparkRows(view, line, screen)], view, size)
    }
    default:
      return unreachable(view.page)
  }
}

function linesPage(view: WatchView, size: Size, screen: Screen): string[] {
  const prose = proseOf(screen)
  const { heard, away } = view
  const why = away === undefined ? [] : ['', ...failureText(away, prose).split('\n')]
  if (heard === undefined) return ['', wrap('No news yet, trying.', prose.columns), ...why]
  const status = away === undefined ? heard.status : withoutNews(heard.status, heard.atMs)
  const isWide = size.columns >= WIDE_COLUMNS
  const verdict = verdictText(status, isWide ? screen : prose).split('\n')
  const chosen = chosenLine(view)
  if (size.columns < SMALL.columns || size.rows < SMALL.rows)
    return [
      ...verdict,
      '',
      ...cutTo(words(status, chosen?.name, screen), size.rows - verdict.length - 1 - why.length),
      ...why,
    ]

  const [titles = '', ...lines] = tableRows(view, status.lines, chosen?.name, screen)
  const line = status.lines.find(({ name }) => name === chosen?.name)
  const half = Math.floor((size.columns - 3) / 2)
  const left = isWide ? { ...screen, columns: half } : screen
  const isTold = line !== undefined && away === undefined
  const blocks = isTold
    ? [ruleRow(`${line.name}, last ${formatDuration(view.spanMs)}`, left), ...sparkRows(view, line, left)]
    : []
  const detail = [...blocks, ...(isTold ? wayRows(line, view.nowMs, left) : [])]
  const alerts = [...why.slice(1), ...alertRows(status, view.nowMs, proseOf(left))]
  const linesRoom = Math.max(
    4,
    size.rows - verdict.length - 2 - (isWide ? 12 : detail.length) - Math.min(6, alerts.length),
  )
  const table = around(
    lines,
    status.lines.findIndex(({ name }) => name === chosen?.name),
    linesRoom,
  )
  const above = [...verdict, ruleRow('', screen), titles, ...table]
  const rest = size.rows - above.length
  if (isWide) return [...above, ...wideRows(view, detail, alerts, { columns: half, rows: rest }, screen)]
  const below = alerts.length === 0 ? [] : [ruleRow('', screen), ...alerts]
  // What is to be known of any line goes before the address of this one.
  const whole = [detail, blocks].find(({ length }) => length + below.length <= rest)
  const fits = whole ?? (blocks.length <= rest ? blocks : [])
  const shown = cutTo([...fits, ...below], rest)
  return [...above, ...shown, ...lastEvents(view, rest - shown.length, screen, 'one-row')]
}

function wideRows(
  view: WatchView,
  detail: readonly string[],
  alerts: readonly string[],
  { columns, rows }: Size,
  screen: Screen,
): string[] {
  const left = cutTo([...detail, ...(alerts.length === 0 ? [] : ['', ...alerts])], rows)
  const right = lastEvents(view, rows, { ...screen, columns: screen.columns - columns - 3 }, 'whole')
  const full = Array.from({ length: rows }, (_, i) => left[i] ?? '')
  return beside(
    full,
    right.map((row) => `${screen.paint('quiet', '│')} ${row}`),
    columns + 1,
  )
}

/** What happened, as far as there is room; with a heading, and nothing where that would stand alone. */
function lastEvents(view: WatchView, rows: number, screen: Screen, each: 'one-row' | 'whole'): string[] {
  if (rows < 2 || view.events.length === 0) return []
  return [ruleRow('events', screen), ...recentRows(view.events, rows - 1, screen, each)]
}

const eventsOf = (view: WatchView, screen: Screen): string[] =>
  view.events.length === 0
    ? ['Nothing.']
    : eventRows(view.events, atStart(view.nowMs), screen).rows.flatMap((row) => row.split('\n'))

const answerRows = ({ asked }: WatchView, screen: Screen): string[] =>
  asked === undefined ? [] : (asked.text?.(screen) ?? wrap(asked.waiting, screen.columns)).split('\n')

/** What somebody should know or do; notes of no harm wait for `multihome status`. */
function alertRows(status: StatusDocument, nowMs: number, screen: Screen): string[] {
  const { trial, trouble, lines, notes } = status
  const left = trial === undefined ? 0 : Math.max(0, Math.round((Date.parse(trial.undoAt) - nowMs) / 1000))
  const parts = [
    ...(trial === undefined ? [] : [wrap(`! The last apply is undone in ${left} s unless somebody types multihome confirm.`, screen.columns, 2)]), // prettier-ignore
    ...(trouble === undefined ? [] : [wrap(`! The kernel is not as wished: ${trouble}.`, screen.columns, 2)]),
    remarksText(lines, nowMs, screen),
    notesText(
      notes.filter(({ severity }) => severity !== 'note'),
      screen,
    ),
  ].filter((part) => part !== '')
  return parts.flatMap((part) => part.split('\n'))
}

/** Old news is never shown as good news: nothing of it is known now. */
const withoutNews = (status: StatusDocument, heardAtMs: number): StatusDocument => {
  const { trial: _, trouble: __, ...rest } = status
  const nothing = { state: 'unknown', since: rfc3339(heardAtMs) } as const
  return {
    ...rest,
    verdict: { text: `No news since ${clock(heardAtMs)}, trying again.`, level: 'none' },
    lines: status.lines.map((line) => ({
      ...line,
      ...nothing,
      inReserve: false,
      ...(line.ipv6 && { ipv6: { ...line.ipv6, ...nothing } }),
      wantedShareRatio: 0,
      newShareRatio: null,
      openConnections: null,
      downBitsPerSecond: null,
      upBitsPerSecond: null,
    })),
    notes: [],
  }
}

const words = ({ lines }: StatusDocument, chosen: string | undefined, screen: Screen): string[] =>
  lines.map((line) => {
    const { name, state, ipv6 } = line
    const { glyph, word, role } = lookOfLine(line)
    const other = ipv6 === undefined || ipv6.state === state ? '' : `, IPv6 ${lookOf(ipv6.state).word}`
    const text = `${name === chosen ? '›' : ' '} ${glyph} ${name} ${word}${other}`
    return role === undefined ? text : screen.paint(role, text)
  })

function ruleRow(title: string, screen: Screen): string {
  const text = title === '' ? '' : `── ${title} `
  return screen.paint('quiet', text + '─'.repeat(Math.max(0, screen.columns - text.length)))
}

/** What does not fit is counted. */
function cutTo(rows: readonly string[], room: number): string[] {
  if (rows.length <= room) return [...rows]
  return room < 1 ? [] : [...rows.slice(0, room - 1), `… ${counted(rows.length - room + 1, 'more row')}`]
}

/** Rows around the chosen one, with how many there are above and below. */
function around(rows: readonly string[], at: number, room: number): string[] {
  if (rows.length <= room) return [...rows]
  const shown = Math.max(1, room - 1)
  const from = Math.min(Math.max(0, at - Math.floor(shown / 2)), rows.length - shown)
  return [...rows.slice(from, from + shown), `    … ${counted(rows.length - shown, 'more line')}`]
}

const scrolled = (rows: readonly string[], view: WatchView, size: Size): string[] => {
  const from = Math.min(view.scrolled, Math.max(0, rows.length - size.rows))
  return cutTo(rows.slice(from), size.rows)
}

/** The end first; scrolling goes back. */
const newest = (rows: readonly string[], view: WatchView, size: Size): string[] => {
  const from = Math.max(0, rows.length - size.rows - view.scrolled)
  return rows.slice(from, from + size.rows)
}
