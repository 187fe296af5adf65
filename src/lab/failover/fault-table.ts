/** The table of faults, a row at a time. Pure. */
import { unreachable } from '../../model/index.ts'
import type { Outcome, StrandedOutcome } from './outcome.ts'
import type { LineChange } from './recorded.ts'
import { seconds } from './wishes.ts'

export interface PlayedRow {
  readonly name: string
  readonly what: string
  readonly result:
    | { readonly is: 'as-wished'; readonly outcome: Outcome }
    | { readonly is: 'not-as-wished'; readonly outcome: Outcome; readonly missed: readonly string[] }
    /** `why`: a sentence. */
    | { readonly is: 'not-playable' | 'broken'; readonly why: string }
  /** What the daemon said, with times from the fault; absent where nothing was played. */
  readonly events?: readonly LineChange[]
}

interface Column {
  readonly title: string
  readonly width: number
  readonly read: (outcome: Outcome) => string
}

const NONE = '–'
const time = (ms: number | undefined): string => (ms === undefined ? NONE : seconds(ms))

const COLUMNS: readonly Column[] = [
  { title: 'doubted', width: 7, read: ({ suspectAfterMs }) => time(suspectAfterMs) },
  { title: 'sure', width: 6, read: ({ downAfterMs }) => time(downAfterMs) },
  { title: 'lost', width: 4, read: ({ fresh }) => String(fresh.failed) },
  { title: 'late', width: 4, read: ({ fresh }) => String(fresh.waited) },
  { title: 'through', width: 7, read: ({ fresh }) => time(fresh.worksAgainAfterMs) },
  { title: 'told', width: 6, read: (outcome) => toldText(outcome) },
  {
    title: 'UDP',
    width: 6,
    read: ({ udpAgainAfterMs, udpSilent }) => (udpSilent > 0 ? 'never' : time(udpAgainAfterMs)),
  },
  { title: 'back', width: 6, read: ({ usedAgainAfterMs }) => time(usedAgainAfterMs) },
  { title: 'false', width: 5, read: ({ falseAlarms }) => String(falseAlarms) },
  { title: 'hurt', width: 4, read: ({ hurt }) => String(hurt) },
]

/** Of all three kinds the slowest; a plus where some were told and others not. */
function toldText({ waiting, sending, own }: Outcome): string {
  const all: readonly StrandedOutcome[] = [waiting, sending, own]
  const known = all.flatMap(({ knowsAfterMs }) => knowsAfterMs ?? [])
  if (known.length === 0) return NONE
  return seconds(Math.max(...known)) + (all.some(({ untold }) => untold > 0) ? '+' : '')
}

const WHAT_COLUMNS = 31

export const tableHead = (): string =>
  [' '.repeat(WHAT_COLUMNS + 2), ...COLUMNS.map(({ title, width }) => title.padStart(width))]
    .join(' ')
    .trimEnd()

/** One line, and one more for each thing that is not as wished. */
export function rowLines({ name, what, result }: PlayedRow): string[] {
  const head = (sign: string): string => `${sign} ${what.padEnd(WHAT_COLUMNS)}`
  switch (result.is) {
    case 'not-playable':
      return [`${head('○')} ${result.why}`]
    case 'broken':
      return [`${head('✖')} ${result.why}`]
    case 'as-wished':
      return [numbers(head('●'), result.outcome)]
    case 'not-as-wished':
      return [
        numbers(head('✖'), result.outcome),
        ...result.missed.map((text) => `    ${name}, not as wished: ${text}`),
      ]
    default:
      return unreachable(result)
  }
}

const numbers = (head: string, outcome: Outcome): string =>
  [head, ...COLUMNS.map(({ width, read }) => read(outcome).padStart(width))].join(' ')

/** Below the table. */
export const LEGEND = [
  'Times from the fault, of the slowest: until the daemon doubts the line, is sure, new connections go',
  'through, whoever hangs was told, UDP flows are answered; back: from the mending to a new one.',
  'lost, late: new connections that failed, or had to send their first packet again. false: doubts of',
  'lines without a fault. hurt: connections of such lines that noticed anything.',
]

/** @returns the last line */
export function verdictText(rows: readonly PlayedRow[]): string {
  const count = (...kinds: readonly PlayedRow['result']['is'][]): number =>
    rows.filter(({ result }) => kinds.includes(result.is)).length
  const bad = count('not-as-wished', 'broken')
  const left = count('not-playable')
  const not = left === 0 ? '' : `; ${left} cannot be played here`
  return bad === 0
    ? `All ${rows.length - left} faults as wished${not}.`
    : `${bad} of ${rows.length - left} faults NOT as wished${not}.`
}
