import { OUR_TABLE } from './kernel-state.ts'
import type { IpRule, Nexthop, Route } from './kernel-state.ts'
import type { HostAddress } from './prefix.ts'

/** Who changed something in the kernel that is ours. Without a pid the kernel did not say. */
export interface Culprit {
  readonly pid?: number
  /** Absent when the process was gone before it could be looked at. */
  readonly name?: string
}

/** `NetworkManager (pid 412)`, at the beginning of a sentence as well as in it. */
export function describeCulprit({ pid, name }: Culprit): string {
  if (name !== undefined) return pid === undefined ? name : `${name} (pid ${pid})`
  return pid === undefined ? 'somebody unknown' : `pid ${pid} (gone already)`
}

/**
 * What somebody may take away of ours, named alike by whoever hears of it and by whoever puts it back. As much as
 * the kernel's messages tell of everything: rules with one priority have one name.
 */
export type Thing = string

export const thingOf = {
  rule: ({ priority }: Pick<IpRule, 'priority'>): Thing => `rule ${priority}`,
  route: ({ table, destination }: Pick<Route, 'table' | 'destination'>): Thing =>
    `route ${destination.address}/${destination.length} of table ${table}`,
  nexthop: ({ id }: Pick<Nexthop, 'id'>): Thing => `nexthop ${id}`,
  address: ({ address, length }: Pick<HostAddress, 'address' | 'length'>): Thing =>
    `address ${address}/${length}`,
  ruleset: `table ${OUR_TABLE}`,
} as const
