/** The lines of `status --watch` in a table that takes the width there is. Pure. */
import type { LineDocument } from '../api/contract.ts'
import { NOTHING } from './amounts.ts'
import { formatDuration } from './duration.ts'
import { painted, quality, share, speedCells } from './line-table.ts'
import { lookOf, lookOfLine } from './looks.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut, type Column } from './table.ts'
import { cellsOf, delaySparks } from './watch-series.ts'
import { pastKey, type WatchView } from './watch-view.ts'

interface Field extends Column {
  readonly cells: readonly string[]
  /** Fields with a higher rank go first when there is no room. */
  readonly rank: number
}

/** Row of blocks in the table. */
const SPARKS = { least: 8, enough: 16, most: 60 } as const
/** Fields from here on go before the row of blocks has less than enough. */
const BESIDE = 6

/** @returns the titles, and below them the lines */
export function tableRows(
  view: WatchView,
  lines: readonly LineDocument[],
  chosen: string | undefined,
  screen: Screen,
): string[] {
  const isWatched = lines.some(({ health }) => health !== undefined)
  const all = fieldsOf(lines, view.nowMs, chosen).filter(({ isOfChecks = false }) => isWatched || !isOfChecks)
  const fields = fitting(all, screen.columns, isWatched)
  const left = screen.columns - widthOf(fields) - GAP.length
  const count = Math.min(SPARKS.most, left)
  const sparks: Field = {
    title: `LAST ${formatDuration(view.spanMs)}`,
    rank: 0,
    cells: lines.map(({ name }) =>
      delaySparks(
        cellsOf(view.past.get(pastKey(name, view.spanMs)) ?? [], view.lately.get(name) ?? [], {
          ...view,
          count,
        }),
      ),
    ),
  }
  const hasSparks = isWatched && count >= SPARKS.least
  const columns = hasSparks
    ? fields.flatMap((field) => (field.title === 'DELAY' ? [sparks, field] : [field]))
    : fields
  const rows = lines.map((_, i) => columns.map(({ cells }) => cells[i] ?? ''))
  return painted(layOut(columns, rows, screen), screen, lines.map(lookOfLine))
}

const MARK = '› '
const NO_MARK = '  '

function fieldsOf(
  lines: readonly LineDocument[],
  nowMs: number,
  chosen: string | undefined,
): readonly (Field & { readonly isOfChecks?: true })[] {
  return [
    {
      title: '    LINE',
      shrinks: true,
      rank: 0,
      cells: lines.map(
        (line) => `${line.name === chosen ? MARK : NO_MARK}${lookOfLine(line).glyph} ${line.name}`,
      ),
    },
    { title: 'STATE', rank: 0, cells: lines.map(stateWord) },
    {
      title: 'FOR',
      rank: BESIDE,
      cells: lines.map(({ since }) => formatDuration(nowMs - Date.parse(since))),
    },
    { title: 'NEW/WANT', rank: 4, cells: lines.map(share) },
    {
      title: 'DELAY',
      align: 'right',
      rank: 2,
      isOfChecks: true,
      cells: lines.map((line) => quality(line)[0]),
    },
    {
      title: 'LOSS',
      align: 'right',
      rank: 3,
      isOfChecks: true,
      cells: lines.map((line) => quality(line)[1]),
    },
    { title: 'DOWN/UP Mbit/s', align: 'right', rank: 1, cells: speedCells(lines) },
    {
      title: 'OPEN',
      align: 'right',
      rank: 5,
      cells: lines.map(({ openConnections: open }) => (open === null ? NOTHING : String(open))),
    },
  ]
}

/** One that fails in IPv6 alone says so. */
function stateWord(line: LineDocument): string {
  const { word } = lookOfLine(line)
  const { state, ipv6 } = line
  return ipv6 === undefined || ipv6.state === state ? word : `${word}, IPv6 ${lookOf(ipv6.state).word}`
}

/** The most important ones that have room, in the order in which they stand. */
function fitting<F extends Field>(fields: readonly F[], columns: number, hasSparks: boolean): readonly F[] {
  const roomFor = ({ rank }: F): number =>
    columns - (hasSparks ? (rank < BESIDE ? SPARKS.least : SPARKS.enough) + GAP.length : 0)
  const byRank = fields.toSorted((a, b) => a.rank - b.rank)
  const taken = byRank.filter(
    (field, i) => field.rank === 0 || widthOf(byRank.slice(0, i + 1)) <= roomFor(field),
  )
  return fields.filter((field) => taken.includes(field))
}

const widthOf = (fields: readonly Field[]): number =>
  fields.reduce(
    (sum, { title, cells }) =>
      sum + Math.max(title.length, ...cells.map(({ length }) => length)) + GAP.length,
    -GAP.length,
  )
