import type { OpenPort } from './config.ts'
import type { Family } from './prefix.ts'

/** A server behind this box, and its ports there: as many as were asked for, or one for all of them. */
export interface ForwardTarget {
  readonly family: Family
  readonly address: string
  readonly firstPort: number
  readonly lastPort: number
}

/** Who asks for these ports of a line is led to a server behind this box. */
export interface PortForward extends OpenPort {
  /** Names, in the order of the file. */
  readonly lines: readonly string[]
  /** Only who asks this address; absent: any address of this box, asked by the line. */
  readonly address?: string
  readonly to: ForwardTarget
}

/** Whether each port has a counterpart of its own, which is another one. */
export const isShifted = ({ firstPort, lastPort, to }: PortForward): boolean =>
  to.firstPort !== firstPort && to.lastPort - to.firstPort === lastPort - firstPort && lastPort !== firstPort

/** `10.0.0.5`, `10.0.0.6:9000-9010`, `[2001:db8::5]:443`; ports only where they are others than were asked for. */
export function formatForwardTarget({ firstPort, lastPort, to }: PortForward): string {
  if (to.firstPort === firstPort && to.lastPort === lastPort) return to.address
  const host = to.family === 'ipv6' ? `[${to.address}]` : to.address
  return `${host}:${to.firstPort}${to.lastPort === to.firstPort ? '' : `-${to.lastPort}`}`
}
