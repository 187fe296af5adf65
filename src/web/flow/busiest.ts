/** Which clients the picture shows: the busiest, in an order that does not jump. Pure. */
import type { ConnectionsDocument } from '../../api/contract.ts'
import { counted } from '../../cli/amounts.ts'
import type { FlowClient } from './flow-layout.ts'

const SHOWN = 6
/** Who was shown stays while he is among so many. */
const STAYS = 8

/** @param before keys that were shown */
export function busiest(
  clients: ConnectionsDocument['clients'],
  before: ReadonlySet<string>,
): readonly FlowClient[] {
  const hosts = clients.filter(({ client }) => client !== null).toSorted((a, b) => b.open - a.open)
  const stay = hosts.slice(0, STAYS).filter(({ client }) => before.has(client ?? ''))
  const shown = [...new Set([...stay, ...hosts])].slice(0, SHOWN)
  const others = hosts.filter((host) => !shown.includes(host))
  const own = clients.find(({ client }) => client === null)
  return [
    ...shown
      .map(({ client, open }) => ({ key: client ?? '', label: client ?? '', open }))
      .toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true })),
    ...(others.length === 0
      ? []
      : [
          {
            key: 'others',
            label: counted(others.length, 'other'),
            open: others.reduce((sum, { open }) => sum + open, 0),
          },
        ]),
    ...(own === undefined ? [] : [{ key: 'router', label: 'this router', open: own.open }]),
  ]
}
