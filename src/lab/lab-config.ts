import { LAN } from './topology.ts'
import type { LabLine, Topology } from './topology.ts'

/** The router's configuration file for a lab. @param weightOf default: the line's speed, so that each is used as it can */
export function labConfig(topology: Topology, weightOf: (line: LabLine) => number = speedWeight): string {
  const lines = topology.lines.map(
    (line) => `  ${line.name}:
    interface: ${line.device}
    weight: ${weightOf(line)}
    address: ${line.addressWithLength}
    gateway: ${line.gateway}
`,
  )
  return `lan:
  interfaces: [{ name: ${LAN.device}, address: ${LAN.router}/${LAN.length} }]
lines:
${lines.join('')}affinity: connection
`
}

/** Mbit/s; a line without a speed counts as 100. */
export const speedWeight = ({ downBitsPerSecond = 100e6 }: LabLine): number => downBitsPerSecond / 1e6

/** By the names of the lines. */
export const weightsOf = ({ lines }: Topology): Map<string, number> =>
  new Map(lines.map((line) => [line.name, speedWeight(line)]))
