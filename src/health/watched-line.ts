import type { Family, HealthPolicy } from '../model/index.ts'

/** A line to watch, in one family. */
export interface WatchedLine {
  /** See `legName`. */
  readonly name: string
  readonly family: Family
  /** Of the line; whom it is asked by is what of that fits the family. */
  readonly policy: HealthPolicy
  /** It costs by volume: its probes, of both families together, keep to a budget. */
  readonly metered: boolean
  /** It has device, carrier and address; else there is nothing to ask. */
  readonly usable: boolean
  /** Absent on PPP and tunnels. */
  readonly gateway?: string
  /** By what it is left: device, gateway, address. With another one it is another line. */
  readonly way?: string
}
