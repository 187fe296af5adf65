import type { ConnectionsDocument } from '../api/contract.ts'
import { bracketed } from '../model/index.ts'
import { bytes, counted } from './amounts.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import { wrap } from './wrap.ts'

type ConnectionDocument = ConnectionsDocument['connections'][number]

/** More clients than fit a screen are told in a number. */
const MOST_CLIENTS = 40

const THIS_BOX = 'this box'

/** A row for each client, a column for each line that has any. */
export function clientsText({ open, clients, lines: inFile }: ConnectionsDocument, screen: Screen): string {
  if (open === 0) return 'No open connections.'
  const used = new Set(clients.flatMap((client) => client.lines.map(({ line }) => line)))
  const lines = inFile.filter((line) => used.has(line))
  const shown = clients.slice(0, MOST_CLIENTS)
  const rows = shown.map(({ client, open: ofClient, lines: byLine }) => [
    client ?? THIS_BOX,
    grouped(ofClient),
    ...lines.map((line) => {
      const onLine = byLine.find((one) => one.line === line)?.open ?? 0
      return onLine === 0 ? '-' : grouped(onLine)
    }),
  ])
  const columns = [
    { title: 'CLIENT', shrinks: true },
    { title: 'OPEN', align: 'right' as const },
    ...lines.map((line) => ({ title: line, align: 'right' as const, shrinks: true })),
  ]
  const hidden = clients.length - shown.length
  return [
    `${counted(open, 'open connection')} of ${counted(clients.length, 'client')}`,
    '',
    table(columns, rows, screen),
    ...(hidden === 0
      ? []
      : ['', wrap(`${counted(hidden, 'client')} more: multihome flows --json`, screen.columns)]),
  ].join('\n')
}

/** A row for each connection. */
export function flowsText({ open, connections, next }: ConnectionsDocument, screen: Screen): string {
  if (open === 0) return 'No open connections.'
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
