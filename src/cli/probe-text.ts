/** What was found out about a line: every answer in a row, and what it comes to. Pure. */
import type { ProbeDocument } from '../api/contract.ts'
import { NOTHING, milliseconds } from './amounts.ts'
import type { Role } from './style.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import type { Column } from './table.ts'
import { wrap } from './wrap.ts'

type Row = ProbeDocument['evidence'][number]

const LOOKS: Readonly<Record<Row['result'], { readonly glyph: string; readonly role: Role }>> = {
  good: { glyph: '●', role: 'up' },
  bad: { glyph: '✖', role: 'down' },
  false: { glyph: '▲', role: 'suspect' },
  unasked: { glyph: '○', role: 'quiet' },
}

const TITLES: Readonly<Record<Row['about'], string>> = {
  link: 'link',
  address: 'address',
  gateway: 'gateway',
  internet: 'Internet',
  dns: 'DNS',
  page: 'login page',
  host: 'host',
}

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
      `${LOOKS[row.result].glyph} ${TITLES[row.about]}${row.family === 'ipv6' && families.length > 1 ? ' (IPv6)' : ''}`,
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

function rowText(cells: readonly string[], row: Row | undefined, screen: Screen): string {
  if (row === undefined) return screen.paint('heading', [...cells, COLUMNS[3]?.title].join(GAP))
  const [check = ''] = cells
  const start = cells.join(GAP)
  const said = row.said ?? (row.delayMs === null ? 'in order' : 'answers')
  const text = wrap(`${start}${GAP}${said}`, screen.columns, start.length + GAP.length)
  return screen.paint(LOOKS[row.result].role, check) + text.slice(check.length)
}

const headOf = (probe: ProbeDocument): string => {
  const { line, host } = probe
  if (host === undefined) return `${line}:`
  const isOne = host.asked !== host.address && familiesOf(probe).length < 2
  return `${host.asked}${isOne ? ` (${host.address})` : ''} over ${line}:`
}

const familiesOf = ({ evidence }: ProbeDocument): ('ipv4' | 'ipv6')[] => [
  ...new Set(evidence.flatMap(({ family }) => family ?? [])),
]

/** One for each family; a link that is not there is neither's. */
function conclusions(probe: ProbeDocument): string {
  const families = familiesOf(probe)
  const link = probe.evidence.find(({ about, result }) => about === 'link' && result !== 'good')
  if (families.length < 2 || link !== undefined) return conclusion(probe)
  return families
    .map((family) => {
      const evidence = probe.evidence.filter((row) => row.family === undefined || row.family === family)
      return `${family === 'ipv4' ? 'IPv4' : 'IPv6'}: ${conclusion({ ...probe, evidence })}`
    })
    .join(' ')
}

/** In one sentence, from near to far: what is nearest is the trouble. */
function conclusion({ evidence, host }: ProbeDocument): string {
  const of = (...abouts: readonly Row['about'][]) => evidence.filter(({ about }) => abouts.includes(about))
  const isGood = ({ result }: Row): boolean => result === 'good'
  const near = of('link', 'address').find((row) => !isGood(row))
  if (near !== undefined) return `${TITLES[near.about]}: ${near.said ?? 'not in order'}.`
  const far = host === undefined ? of('internet', 'dns', 'page') : of('host')
  // A page that nobody serves is no login page: silence there says nothing.
  const asked = far.filter(
    ({ about, result }) => result !== 'unasked' && !(about === 'page' && result === 'bad'),
  )
  if (asked.length === 0) return 'nothing could be asked.'
  const [liar] = asked.filter(({ result }) => result === 'false')
  if (liar !== undefined)
    return `somebody else answers in the place of ${liar.what ?? 'it'}: ${liar.said ?? ''}.`
  const answered = asked.filter(isGood)
  if (answered.length === 0) return silence(of('gateway')[0], host !== undefined)
  if (host !== undefined) return `answers in ${answered.length} of ${asked.length} ways.`
  const dns = of('dns')
  if (dns.length > 0 && !dns.some(isGood)) return 'the Internet answers, but no DNS server does.'
  return answered.length === asked.length
    ? 'all is well.'
    : `works; ${answered.length} of ${asked.length} questions to the Internet were answered.`
}

function silence(gateway: Row | undefined, isHost: boolean): string {
  if (gateway?.result === 'bad') return 'not even the gateway answers.'
  if (isHost) return 'no answer in any way.'
  return gateway?.result === 'good'
    ? `the gateway answers and nothing behind it does: ${gateway.family === 'ipv6' ? 'no IPv6 beyond it' : 'the provider'}.`
    : 'nothing answers.'
}
