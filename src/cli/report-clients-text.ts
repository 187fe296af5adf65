/** Who had how much of a line in a month, for a screen. Pure. */
import type { LineClientsDocument } from '../api/contract.ts'
import { bytes } from './amounts.ts'
import { daysWords, titleOf } from './report-facts.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import { wrap } from './wrap.ts'

export function reportClientsText(document: LineClientsDocument, screen: Screen): string {
  const { clients, counted } = document
  const head = [
    screen.paint('verdict', titleOf(document)),
    wrap(`${daysWords(document)}: what each client had`, screen.columns),
  ]
  const off =
    'Clients are not counted. In the configuration, history: { clients: true } has them counted from then on.'
  if (clients.length === 0)
    return [...head, '', wrap(counted ? 'Nobody had anything that was counted.' : off, screen.columns)].join('\n') // prettier-ignore
  const all = clients.reduce((sum, one) => sum + one.receivedBytes + one.sentBytes, 0)
  const rows = clients.map(({ client, receivedBytes, sentBytes }) => [
    client ?? 'others',
    bytes(receivedBytes),
    bytes(sentBytes),
    `${Math.round((100 * (receivedBytes + sentBytes)) / all)} %`,
  ])
  const columns = [
    { title: 'CLIENT', shrinks: true },
    { title: 'DOWN', align: 'right' as const },
    { title: 'UP', align: 'right' as const },
    { title: 'OF ALL', align: 'right' as const },
  ]
  const [titles = [], ...cells] = layOut(columns, rows, screen)
  return [
    ...head,
    '',
    screen.paint('heading', titles.join(GAP).trimEnd()),
    ...cells.map((row) => row.join(GAP).trimEnd()),
    ...(counted ? [] : ['', wrap(off, screen.columns)]),
  ].join('\n')
}
