/** A month of a line, for a screen. Pure. */
import type { LineReportDocument } from '../api/contract.ts'
import { factsOf, spanOf, titleOf, type LegFacts } from './report-facts.ts'
import type { Screen } from './screen.ts'
import { GAP } from './table.ts'
import { wrap } from './wrap.ts'

const ABOUT_WIDTH = 11

export const reportText = (report: LineReportDocument, screen: Screen): string =>
  [
    screen.paint('verdict', titleOf(report)),
    wrap(spanOf(report), screen.columns),
    ...factsOf(report).flatMap((leg) => ['', ...legText(leg, screen)]),
  ].join('\n')

function legText({ title, facts, outages }: LegFacts, screen: Screen): string[] {
  const widest = (key: 'lasted' | 'connections'): number =>
    Math.max(0, ...outages.map((one) => one[key].length))
  const [lasted, connections] = [widest('lasted'), widest('connections')]
  const rows = outages.map((one) => {
    const cells = [one.began, one.lasted.padStart(lasted), ...(connections === 0 ? [] : [one.connections.padStart(connections)])] // prettier-ignore
    const start = `${cells.join(GAP)}${GAP}`
    return wrap(start + one.why, screen.columns, start.length)
  })
  return [
    ...(title === undefined ? [] : [screen.paint('heading', title)]),
    ...facts.map(({ about, says }) => wrap(about.padEnd(ABOUT_WIDTH) + says, screen.columns, ABOUT_WIDTH)),
    ...(rows.length === 0 ? [] : ['', screen.paint('heading', 'Outages'), ...rows]),
  ]
}
