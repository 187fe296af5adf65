/** The router's file for the lines of a row: equal weights, and every connection chosen anew. */
import { LAN } from '../topology.ts'
import type { Topology } from '../topology.ts'
import type { RowLine } from './fault-rows.ts'

export const routerConfig = ({ lines }: Topology, rowLines: readonly RowLine[]): string =>
  JSON.stringify({
    lan: { interfaces: [{ name: LAN.device, address: `${LAN.router}/${LAN.length}` }] },
    lines: Object.fromEntries(
      lines.map(({ name, device, addressing, addressWithLength, gateway }) => {
        const { role, health } = rowLines.find((row) => row.name === name) ?? {}
        return [
          name,
          {
            interface: device,
            weight: 1,
            ...(addressing === 'by-router' && { address: addressWithLength, gateway }),
            ...(role && { role }),
            ...(health && { health }),
          },
        ]
      }),
    ),
    affinity: 'connection',
  }) // JSON is YAML too
