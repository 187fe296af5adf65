/** What was found out about a line: every answer in a row, and what it comes to. Pure. */
import type { ProbeDocument } from '../api/contract.ts'
import { NOTHING, milliseconds } from './amounts.ts'
import { conclusions, EVIDENCE_LOOKS, EVIDENCE_TITLES, familiesOf, type Evidence } from './probe-words.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import type { Column } from './table.ts'
import { wrap } from './wrap.ts'

const COLUMNS: readonly Column[] = [
  { title: '  CHECK' },
  { title: 'ASKED', shrinks: true },
  { title: 'DELAY', align: 'right' },
  { title: 'ANSWER' },
]

export function probeText(probe: ProbeDocument, screen: Screen): string {
  const families = familiesOf(probe)
  const rows = layOut(
    COLUMNS.slice(0, 3),
    probe.evidence.map((row) => [
      `${EVIDENCE_LOOKS[row.result].glyph} ${EVIDENCE_TITLES[row.about]}${row.family === 'ipv6' && families.length > 1 ? ' (IPv6)' : ''}`,
      row.what ?? NOTHING,
      row.delayMs === null ? NOTHING : milliseconds(row.delayMs),
    ]),
    // Of which the answer takes what is left.
    { ...screen, columns: screen.columns - ANSWER_WIDTH },
  )
  return [
    screen.paint('verdict', wrap(`${headOf(probe)} ${conclusions(probe)}`, screen.columns)),
    '',
    ...rows.map((cells, i) => rowText(cells, probe.evidence[i - 1], screen)),
  ].join('\n')
}

const ANSWER_WIDTH = 28

function rowText(cells: readonly string[], row: Evidence | undefined, screen: Screen): string {
  if (row === undefined) return screen.paint('heading', [...cells, COLUMNS[3]?.title].join(GAP))
  const [check = ''] = cells
  const start = cells.join(GAP)
  const said = row.said ?? (row.delayMs === null ? 'in order' : 'answers')
  const text = wrap(`${start}${GAP}${said}`, screen.columns, start.length + GAP.length)
  return screen.paint(EVIDENCE_LOOKS[row.result].role, check) + text.slice(check.length)
}

const headOf = (probe: ProbeDocument): string => {
  const { line, host } = probe
  if (host === undefined) return `${line}:`
  const isOne = host.asked !== host.address && familiesOf(probe).length < 2
  return `${host.asked}${isOne ? ` (${host.address})` : ''} over ${line}:`
}
