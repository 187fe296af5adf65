declare const brand: unique symbol
type Branded<Name extends string> = number & { readonly [brand]: Name }

/** A line's small stable number. It names the line's mark, table and rules, and never shifts. */
export type LineId = Branded<'LineId'>
/** The number of a routing table. */
export type TableId = Branded<'TableId'>
/** A packet or conntrack mark, an unsigned 32-bit word. */
export type Mark = Branded<'Mark'>

export const lineId = (value: number): LineId => value as LineId
export const tableId = (value: number): TableId => value as TableId
/** Bitwise operators give signed numbers in JavaScript; a mark is unsigned. */
export const mark = (value: number): Mark => (value >>> 0) as Mark

/** How many lines a mask can name: ids are 1 … 2^bits - 2. No bit set is no line, all bits set are kept back. */
export function lineLimit(mask: Mark): number {
  const bits = mask.toString(2).replaceAll('0', '').length
  return 2 ** bits - 2
}

/**
 * Outside of every mask that a file may have. In the connection mark: this connection keeps its line in every packet
 * of it, not only in answers; needed where the packet's source does not tell the line, because it was chosen before
 * the line was. In the packet mark the same bit is `BOGUS_PACKET`.
 */
export const HELD_CONNECTION = mark(0x4000_0000)

/**
 * In the packet mark: a probe of ours, which leaves by the line of its mark whatever becomes of the line. In the
 * connection mark the same, so that nobody takes its answers for a sign that others get through.
 */
export const PROBE = mark(0x8000_0000)

/** In the packet mark: a packet that we made in somebody else's name; connection tracking must not see it. */
export const BOGUS_PACKET = mark(0x4000_0000)

export const MAIN_TABLE = tableId(254)
