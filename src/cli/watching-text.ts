import type { CheckDocument } from '../api/contract.ts'
import { bytes } from './amounts.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import type { Column } from './table.ts'
import { wrap } from './wrap.ts'

const COLUMNS: readonly Column[] = [
  { title: '  LINE', shrinks: true },
  { title: 'IDLE', align: 'right' },
  { title: 'IN USE', align: 'right' },
]

/** What it costs to watch the lines, and how soon a dead one is noticed for it; empty without lines. */
export function watchingText(watching: CheckDocument['watching'], screen: Screen): string {
  if (watching.length === 0) return ''
  const rows = watching.map(({ line, families, idleBytesPerMonth, busyBytesPerMonth }) => [
    `  ${line}${families.length > 1 ? ', IPv4 and IPv6' : ''}`,
    bytes(idleBytesPerMonth),
    bytes(busyBytesPerMonth),
  ])
  const table = layOut(COLUMNS, rows, screen).map((cells) => cells.join(GAP))
  const linesBy = Map.groupBy(watching, ({ noticed }) => noticed)
  const sentences = [...linesBy].map(([noticed, lines]) =>
    wrap(`${lines.map(({ line }) => line).join(', ')}: ${noticed}.`, screen.columns, 2),
  )
  return [
    wrap('What our questions cost in a month, both ways, and what they give:', screen.columns),
    ...table,
    ...sentences,
  ].join('\n')
}
