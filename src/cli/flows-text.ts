import type { ConnectionsDocument } from '../api/contract.ts'
import { alive, bracketed, type ConnectionCount } from '../model/index.ts'
import { bytes, counted } from './amounts.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import { wrap } from './wrap.ts'

type ConnectionDocument = ConnectionsDocument['connections'][number]

/** More clients than fit a screen are told in a number. */
const MOST_CLIENTS = 40

const THIS_BOX = 'this box'

const besides = (closing: number): string =>
  closing === 0 ? '' : `, and ${closing} that ${closing === 1 ? 'is' : 'are'} closing`

const noneText = ({ closing }: ConnectionCount): string => `No open connections${besides(closing)}.`

/** A row for each client that has any open, a column for each line that has any. */
export function clientsText(
  { open, closing, clients: all, lines: inFile }: ConnectionsDocument,
  screen: Screen,
): string {
  const clients = all.filter((client) => alive(client) > 0)
  if (clients.length === 0) return noneText({ open, closing })
  const used = new Set(
    clients.flatMap((client) => client.lines.filter((line) => alive(line) > 0).map(({ line }) => line)),
  )
  const lines = inFile.filter((line) => used.has(line))
  const shown = clients.slice(0, MOST_CLIENTS)
  const rows = shown.map((client) => [
    client.client ?? THIS_BOX,
    grouped(alive(client)),
    ...lines.map((line) => {
      const onLine = client.lines.find((one) => one.line === line)
      return onLine === undefined || alive(onLine) === 0 ? '-' : grouped(alive(onLine))
    }),
  ])
  const columns = [
    { title: 'CLIENT', shrinks: true },
    { title: 'OPEN', align: 'right' as const },
    ...lines.map((line) => ({ title: line, align: 'right' as const, shrinks: true })),
  ]
  const hidden = clients.length - shown.length
  return [
    wrap(`${counted(alive({ open, closing }), 'open connection')} of ${counted(clients.length, 'client')}${besides(closing)}`, screen.columns), // prettier-ignore
    '',
    table(columns, rows, screen),
    ...(hidden === 0
      ? []
      : ['', wrap(`${counted(hidden, 'client')} more: multihome flows --json`, screen.columns)]),
  ].join('\n')
}

/** A row for each connection, those that are closing last. */
export function flowsText({ open, closing, connections, next }: ConnectionsDocument, screen: Screen): string {
  if (open === 0) return noneText({ open, closing })
  const isCounted = connections.some(({ sentBytes }) => sentBytes !== undefined)
  const columns = [
    { title: 'LINE', shrinks: true },
    { title: 'PROTO' },
    { title: 'CLIENT', shrinks: true },
    { title: '' },
    { title: 'SERVER', shrinks: true },
    { title: 'STATE' },
    ...(isCounted ? [{ title: 'SENT/RECEIVED', align: 'right' as const }] : []),
  ]
  const rows = connections.map((one) => [
    one.line ?? 'removed',
    one.protocol,
    one.client === null ? THIS_BOX : endText(one.client),
    one.begun === 'inside' ? '>' : '<',
    endText(one.server),
    one.state,
    ...(isCounted ? [traffic(one)] : []),
  ])
  return [
    table(columns, rows, screen),
    ...(next === undefined
      ? []
      : ['', wrap(`${counted(open - connections.length, 'connection')} more; --limit 1000 shows more of them, --client or --line fewer`, screen.columns)]), // prettier-ignore
  ].join('\n')
}

const traffic = ({ sentBytes, receivedBytes }: ConnectionDocument): string =>
  sentBytes === undefined || receivedBytes === undefined
    ? '-'
    : `${bytes(sentBytes)} / ${bytes(receivedBytes)}`

const endText = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  port === 0 ? address : `${bracketed(address)}:${port}`

const table = (columns: Parameters<typeof layOut>[0], rows: string[][], screen: Screen): string =>
  layOut(columns, rows, screen)
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n')

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
