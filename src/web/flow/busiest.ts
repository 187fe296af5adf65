/** Which clients the picture shows: the busiest, in an order that does not jump. Pure. */
import type { ConnectionsDocument } from '../../api/contract.ts'
import { counted } from '../../cli/amounts.ts'
import { alive } from '../../model/index.ts'
import type { FlowClient } from './flow-layout.ts'

const SHOWN = 6
/** Who was shown stays while he is among so many. */
const STAYS = 8

type Client = ConnectionsDocument['clients'][number]

/** By what goes through, where that is known. */
const busy = ({ open, bitsPerSecond }: Client): number => bitsPerSecond ?? open

/** @param before keys that were shown */
export function busiest(clients: readonly Client[], before: ReadonlySet<string>): readonly FlowClient[] {
  const living = clients
    .map((client) => ({ ...client, open: alive(client) }))
    // Whose connections are all over may have fetched much with them.
    .filter(({ open, bitsPerSecond = 0 }) => open + bitsPerSecond > 0)
  const hosts = living
    .filter(({ client }) => client !== null)
    .toSorted((a, b) => busy(b) - busy(a) || b.open - a.open)
  const stay = hosts.slice(0, STAYS).filter(({ client }) => before.has(client ?? ''))
  const shown = [...new Set([...stay, ...hosts])].slice(0, SHOWN)
  const others = hosts.filter((host) => !shown.includes(host))
  const own = living.filter(({ client }) => client === null)
  return [
    ...shown
      .map((host) => together(host.client ?? '', host.client ?? '', [host]))
      .toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true })),
    ...(others.length === 0 ? [] : [together('others', counted(others.length, 'other'), others)]),
    ...(own.length === 0 ? [] : [together('router', 'this router', own)]),
  ]
}

function together(key: string, label: string, all: readonly Client[]): FlowClient {
  const open = all.reduce((sum, one) => sum + one.open, 0)
  const bitsPerSecond = all.reduce((sum, one) => sum + (one.bitsPerSecond ?? 0), 0)
  return { key, label, open, ...(all.every((one) => one.bitsPerSecond !== undefined) && { bitsPerSecond }) }
}
