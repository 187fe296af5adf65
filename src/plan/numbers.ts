import {
  PROBE,
  mark,
  tableId,
  type Config,
  type Family,
  type LineId,
  type Mark,
  type TableId,
} from '../model/index.ts'

/**
 * The corner of the box that is ours. The how-to's rule priorities 50, 201… and 222 are raised by a base, so that
 * whatever another program decided more exactly (Tailscale at 5210-5270) comes first and only the choice of the
 * default line is ours. Tables are the how-to's: 201, 202, … and 222; 253-255 belong to the system, so ids from 22
 * on take 300 + id.
 */
export interface Numbers {
  readonly mask: Mark
  /** All bits that are not ours; they are kept in every mark we write. */
  readonly keep: Mark
  /** The line's bits together with that of probes: under it only what is no probe carries the mark of a line. */
  readonly maskWithProbe: Mark
  /** The same without that of probes. */
  readonly keepNoProbe: Mark
  /** A tunnel's own packets, by the line that the file names: not even a route to their very destination comes first. */
  readonly wayPriority: number
  /** The same where the file names no line: after routes of those who know better. */
  readonly foundWayPriority: number
  /** The main table without its default route. */
  readonly mainPriority: number
  /** Every line's fwmark rule, before any `from` or `oif` rule. */
  readonly pinnedPriority: number
  /** The box's own questions to the resolvers of lines: behind what is bound to a line, before the balanced rule. */
  readonly dnsPriority: number
  readonly balancedPriority: number
  readonly balancedTable: TableId
  /**
   * Nexthop ids are one number space for the whole box; ours begin with our protocol number. Line ids begin with 1,
   * so that the group stands before all of theirs and never among them.
   */
  groupNexthopOf(family: Family): number
  markOf(id: LineId): Mark
  tableOf(id: LineId): TableId
  nexthopOf(id: LineId, family: Family): number
  /** `from` and `oif` rules; always before the balanced rule. */
  linePriority(id: LineId): number
}

const LAST_TABLE_BELOW_BALANCED = 21

/** No box has as many lines as lie between them. */
const FIRST_NEXTHOP = { ipv4: 222_000, ipv6: 224_000 } as const

export function numbersOf({
  marks: { mask },
  rulePriorityBase: priorityBase,
}: Pick<Config, 'marks' | 'rulePriorityBase'>): Numbers {
  const shift = trailingZeros(mask)
  return {
    mask,
    keep: mark(~mask),
    maskWithProbe: mark(mask | PROBE),
    keepNoProbe: mark(~(mask | PROBE)),
    wayPriority: priorityBase + 40,
    mainPriority: priorityBase + 50,
    foundWayPriority: priorityBase + 60,
    pinnedPriority: priorityBase + 101,
    dnsPriority: priorityBase + 221,
    balancedPriority: priorityBase + 222,
    balancedTable: tableId(222),
    groupNexthopOf: (family) => FIRST_NEXTHOP[family],
    markOf: (id) => mark(id << shift),
    tableOf: (id) => tableId(id <= LAST_TABLE_BELOW_BALANCED ? 200 + id : 300 + id),
    nexthopOf: (id, family) => FIRST_NEXTHOP[family] + id,
    linePriority: (id) => priorityBase + 200 + Math.min(id, LAST_TABLE_BELOW_BALANCED),
  }
}

const trailingZeros = (word: number): number => 31 - Math.clz32(word & -word)
