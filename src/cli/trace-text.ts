import type { TraceDocument } from '../api/contract.ts'
import { percent } from './amounts.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

type Outcome = TraceDocument['outcome']
type Way = Outcome['ways'][number]

/** Who and where to, the questions, the way and why, and last what would be otherwise: dead lines, the kernel. */
export function traceText(trace: TraceDocument, screen: Screen): string {
  return [
    headText(trace, screen),
    stepsText(trace, screen),
    outcomeText(trace.outcome, screen),
    otherwiseText(trace, screen),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function headText({ from, to, port, protocol }: TraceDocument, screen: Screen): string {
  const aim = [protocol, port].filter((word) => word !== undefined).join(' ')
  const head = `${endText(from)} → ${endText(to)}${aim === '' ? '' : `, ${aim}`}`
  const more = [from, to]
    .filter(({ others }) => others.length > 0)
    .map(({ asked, address, others }) => `${asked} is ${others.join(', ')} too; only ${address} is traced.`)
  return [screen.paint('verdict', wrap(head, screen.columns)), ...more.map((text) => wrap(text, screen.columns))].join('\n') // prettier-ignore
}

const endText = ({ asked, address }: TraceDocument['to']): string =>
  address === null ? 'this box' : asked === address ? address : `${asked} (${address})`

function stepsText({ steps }: TraceDocument, screen: Screen): string {
  const width = Math.max(...steps.map(({ question }) => question.length))
  return steps
    .map(({ question, answer, why, where }, i) => {
      const place = where === undefined ? '' : ` (${where.file.split('/').at(-1)}:${where.line})`
      const start = `${String(i + 1).padStart(3)}  ${question.padEnd(width)}  ${answer ? 'yes' : 'no '}  `
      return wrap(`${start}${why}${place}`, screen.columns, start.length)
    })
    .join('\n')
}

function outcomeText({ is, ways, why }: Outcome, screen: Screen): string {
  const rows = is === 'line' || is === 'inbound' ? ways.map((way) => wayText(way, ways, is)) : [goesText(is, ways[0])] // prettier-ignore
  const title = is === 'line' || is === 'inbound' ? 'Line' : 'Goes'
  return [...rows.map((text, i) => row(i === 0 ? title : '', text, screen)), row('Why', why, screen)].join(
    '\n',
  )
}

const row = (title: string, text: string, screen: Screen, width = 5): string =>
  wrap(`  ${title.padEnd(width)}  ${text}`, screen.columns, width + 4)

function wayText(way: Way, all: readonly Way[], is: Outcome['is']): string {
  const width = Math.max(...all.map(({ line }) => line?.length ?? 0))
  const name = way.line ?? way.interface ?? '?'
  const share = all.length === 1 ? name : `${name.padEnd(width)} ${percent(way.shareRatio).padStart(3)} %`
  const inbound = is === 'inbound' ? ', for its answers' : ''
  const through = way.gateway === null ? `, by ${way.interface}` : `, through ${way.gateway}`
  return `${share}${inbound}${through}${way.seenAs === null ? '' : `, seen outside as ${way.seenAs}`}`
}

/** Where it goes when that is no line. */
function goesText(is: Outcome['is'], way: Way | undefined): string {
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

function otherwiseText({ outcome, ifLost, kernel }: TraceDocument, screen: Screen): string {
  const deaths = ifLost.map(({ lines, outcome: then }, i): [string, string] => [
    i === 0 ? `If ${lines.at(-1)} dies` : `If ${lines.at(-1)} dies too`,
    thenText(then, lines, i === 0 ? outcome : undefined),
  ])
  const left = leftOver(ifLost.at(-1))
  const rows = left.length === 0 ? deaths : [...deaths, ['and so on', `over ${left.join(', ')}`] as const]
  const answers = kernel.verdict === 'different' ? kernel.answers.filter(({ agrees }) => !agrees) : kernel.answers // prettier-ignore
  const [first] = answers
  const kernelRow = ['Kernel says', first === undefined ? 'nothing: it takes no such question' : kernelText(kernel.verdict, first)] as const // prettier-ignore
  const width = Math.max(...[...rows, kernelRow].map(([title]) => title.length))
  return [
    ...rows.map(([title, text]) => row(title, text, screen, width)),
    kernel.verdict === 'different'
      ? screen.paint('down', row(...kernelRow, screen, width))
      : row(...kernelRow, screen, width),
  ].join('\n')
}

/** Lines that could die after those that were told. */
const leftOver = (last: TraceDocument['ifLost'][number] | undefined): string[] =>
  last?.outcome.is === 'line'
    ? last.outcome.ways.flatMap(({ line }) => (line === null || last.lines.includes(line) ? [] : [line]))
    : []

function kernelText(verdict: string, { command, says }: TraceDocument['kernel']['answers'][number]): string {
  if (verdict === 'same') return `the same (${command})`
  if (verdict === 'different') return `OTHERWISE: ${says} (${command})`
  return `${says} (${command})`
}

/** @param now as it is with all lines; absent: told already */
function thenText(then: Outcome, lost: readonly string[], now: Outcome | undefined): string {
  if (then.is !== 'line') return `${goesText(then.is, then.ways[0])}: ${then.why}`
  const names = then.ways.map(({ line, shareRatio }) =>
    then.ways.length === 1 ? line : `${line} ${percent(shareRatio)} %`,
  )
  if (then.ways.every(({ line }) => line !== null && lost.includes(line)))
    return `${names.join(', ')} all the same, in vain: ${then.why}`
  const open = now === undefined ? '' : `; what is open on ${lost[0]} waits for it`
  return `${names.join(', ')} for new connections${open}`
}
