/** Channels for messages, and what came of a test. Pure. */
import type { NotifyDocument, NotifyTestDocument } from '../api/contract.ts'
import { clockTime } from '../model/index.ts'
import { NOTHING } from './amounts.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import type { Column } from './table.ts'
import { wrap } from './wrap.ts'

const COLUMNS: readonly Column[] = [
  { title: 'CHANNEL' },
  { title: 'KIND' },
  { title: 'WAITING', align: 'right' },
  { title: 'LAST' },
  { title: 'OVER' },
]

const NONE =
  'No channel is configured: nobody is told when a line goes down. multihome explain notify tells how.'

export function channelsText({ channels, time }: NotifyDocument, screen: Screen): string {
  if (channels.length === 0) return wrap(NONE, screen.columns)
  const rows = layOut(
    COLUMNS,
    channels.map(({ name, service, waiting, last }) => [
      name,
      service,
      String(waiting),
      last === undefined ? NOTHING : clockTime(Date.parse(last.at), Date.parse(time)),
      last?.line ?? NOTHING,
    ]),
    screen,
  )
  return rows.map((cells, i) => rowText(cells, channels[i - 1], screen)).join('\n')
}

type Row = NotifyDocument['channels'][number]

/** The answer stands last, and goes on below itself. */
function rowText(cells: readonly string[], row: Row | undefined, screen: Screen): string {
  if (row === undefined) return screen.paint('heading', [...cells, 'ANSWER'].join(GAP))
  const start = cells.join(GAP)
  const last = row.last === undefined ? 'nothing was sent yet' : `${row.last.answer} ("${row.last.title}")`
  const text = wrap(`${start}${GAP}${last}`, screen.columns, INDENT)
  return row.last?.delivered === false ? screen.paint('down', text) : text
}

const INDENT = 4

export const testText = ({ channels }: NotifyTestDocument, screen: Screen): string =>
  channels.map((channel) => oneText(channel, screen)).join('\n\n')

function oneText(
  { name, service, title, body, line, delivered, answer, tookMs }: NotifyTestDocument['channels'][number],
  screen: Screen,
): string {
  const way = line === null ? '' : ` over ${line}`
  const head = delivered
    ? `● ${name} (${service}) took it${way}: ${answer}, after ${tookMs} ms`
    : `✖ ${name} (${service}) did not take it${way}: ${answer}`
  return [
    screen.paint(delivered ? 'up' : 'down', wrap(head, screen.columns, 2)),
    ...[title, ...body.split('\n')].map((row) => wrap(`  ${row}`, screen.columns, 2)),
  ].join('\n')
}
