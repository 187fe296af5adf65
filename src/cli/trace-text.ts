import type { TraceDocument } from '../api/contract.ts'
import type { Screen } from './screen.ts'
import { endText, goesText, kernelText, leftOver, thenText, wayText } from './trace-sentences.ts'
import { wrap } from './wrap.ts'

type Outcome = TraceDocument['outcome']

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

function otherwiseText({ ifLost, kernel }: TraceDocument, screen: Screen): string {
  const deaths = ifLost.map((loss, i): [string, string] => [
    i === 0 ? `If ${loss.lines.at(-1)} dies` : `If ${loss.lines.at(-1)} dies too`,
    thenText(loss, i === 0),
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
