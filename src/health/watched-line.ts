import type { HealthPolicy } from '../model/index.ts'

/** A line to watch. */
export interface WatchedLine {
  readonly name: string
  readonly policy: HealthPolicy
  /** It costs by volume: its probes keep to a budget. */
  readonly metered: boolean
  /** It has device, carrier and address; else there is nothing to ask. */
  readonly usable: boolean
  /** Absent on PPP and tunnels. */
  readonly gateway?: string
  /** By what it is left: device, gateway, address. With another one it is another line. */
  readonly way?: string
}
