/** What a trace tells, in sentences that every screen shows alike. */
import type { TraceDocument } from '../api/contract.ts'
import { percent } from './amounts.ts'
import { formatDuration } from './duration.ts'

type Outcome = TraceDocument['outcome']
type Way = Outcome['ways'][number]
type Loss = TraceDocument['ifLost'][number]

export const endText = ({ asked, address }: TraceDocument['to']): string =>
  address === null ? 'this box' : asked === address ? address : `${asked} (${address})`

export function wayText(way: Way, all: readonly Way[], is: Outcome['is']): string {
  const width = Math.max(...all.map(({ line }) => line?.length ?? 0))
  const name = way.line ?? way.interface ?? '?'
  const share = all.length === 1 ? name : `${name.padEnd(width)} ${percent(way.shareRatio).padStart(3)} %`
  const inbound = is === 'inbound' ? ', for its answers' : ''
  const through = way.gateway === null ? `, by ${way.interface}` : `, through ${way.gateway}`
  return `${share}${inbound}${through}${way.seenAs === null ? '' : `, seen outside as ${way.seenAs}`}`
}

/** Where it goes when that is no line. */
export function goesText(is: Outcome['is'], way: Way | undefined): string {
  const dev = way?.interface ?? null
  switch (is) {
    case 'box':
      return 'to this box itself'
    case 'lan':
      return `to your own network, by ${dev}`
    case 'refused':
      return 'nowhere'
    case 'not-routed':
      return 'nowhere'
    case 'unknowable':
      return 'nobody can know'
    case 'left-alone':
      return 'where others lead it'
    default:
      return dev === null ? is : `by ${dev}, left to whoever wants it there`
  }
}

/** Lines that could die after those that were told. */
export const leftOver = (last: Loss | undefined): string[] =>
  last?.outcome.is === 'line'
    ? last.outcome.ways.flatMap(({ line }) => (line === null || last.lines.includes(line) ? [] : [line]))
    : []

export function kernelText(
  verdict: string,
  { command, says }: TraceDocument['kernel']['answers'][number],
): string {
  if (verdict === 'same') return `the same (${command})`
  if (verdict === 'different') return `OTHERWISE: ${says} (${command})`
  return `${says} (${command})`
}

/** @param tellsOpen what becomes of what is open, too */
export function thenText({ outcome: then, lines: lost, open }: Loss, tellsOpen: boolean): string {
  if (then.is !== 'line') return `${goesText(then.is, then.ways[0])}: ${then.why}`
  const names = then.ways.map(({ line, shareRatio }) =>
    then.ways.length === 1 ? line : `${line} ${percent(shareRatio)} %`,
  )
  if (then.ways.every(({ line }) => line !== null && lost.includes(line)))
    return `${names.join(', ')} all the same, in vain: ${then.why}`
  const ends = tellsOpen && open !== undefined ? `; ${openText(lost.at(-1) ?? '?', open)}` : ''
  return `${names.join(', ')} for new connections${ends}`
}

/** As `release` of the line says. */
function openText(line: string, { resetAfterMs, repick }: NonNullable<Loss['open']>): string {
  if (resetAfterMs === null && !repick) return `what is open on ${line} waits for it`
  const tcp =
    resetAfterMs === null
      ? 'waits for it'
      : `is reset after ${formatDuration(resetAfterMs)}, without carrier at once`
  return `TCP that is open on ${line} ${tcp}; the rest ${repick ? 'begins anew' : 'waits'}`
}
