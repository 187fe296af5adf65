import { SLOTS, shareOut, type LineId } from '../model/index.ts'

export interface Weighted {
  readonly id: LineId
  readonly weight: number
}

/** How many slots each line gets by its weight. */
export function sharesByLine(lines: readonly Weighted[]): Map<LineId, number> {
  const shares = shareOut(lines.map((line) => line.weight))
  return new Map(lines.map((line, i) => [line.id, shares[i] ?? 0]))
}

/**
 * The slot table: whose turn a new connection is, by slot number.
 *
 * Freshly filled by smooth weighted round robin (weights 3:1 give 1,1,2,1,…), so that any stretch of connections is
 * close to the wish. When the lines change, a slot keeps its line as long as that line may have it: no more slots
 * change hands than the shares demand, and those that do are taken where the wish is missed most.
 * @param current the table as it is; anything but `SLOTS` entries counts as none
 * @returns `SLOTS` entries, or none when there is no line
 */
export function fillSlots(
  lines: readonly Weighted[],
  current: readonly (LineId | undefined)[] = [],
): LineId[] {
  if (lines.length === 0) return []
  const counts = sharesByLine(lines)
  const held = current.length === SLOTS ? current : Array.from({ length: SLOTS }, () => undefined)
  const holdings = new Map(lines.map(({ id }) => [id, held.filter((holder) => holder === id).length]))
  const toGive = new Map(lines.map(({ id }) => [id, excess(holdings.get(id), counts.get(id))]))
  const toGet = new Map(lines.map(({ id }) => [id, excess(counts.get(id), holdings.get(id))]))
  if ([...toGet.values()].every((more) => more === 0)) return held.filter((holder) => holder !== undefined)

  /** How many connections each line is behind its wish, in 1/SLOTS of a connection. */
  const due = new Map(lines.map(({ id }) => [id, 0]))
  const dueOf = (id: LineId): number => due.get(id) ?? 0
  return held.map((holder) => {
    for (const [id, count] of counts) due.set(id, dueOf(id) + count)
    const getter = mostDue(toGet, dueOf)
    const next = getter !== undefined && hands(holder, getter) ? getter : holder
    if (next === undefined) throw new Error('slots and shares do not add up')
    if (next !== holder) {
      take(toGet, next)
      if (holder !== undefined) take(toGive, holder)
    }
    if (holder !== undefined) take(holdings, holder)
    due.set(next, dueOf(next) - SLOTS)
    return next
  })

  /** Does this slot change hands? Its line keeps what it is due, as long as it can still give enough later. */
  function hands(holder: LineId | undefined, getter: LineId): boolean {
    const surplus = holder === undefined ? undefined : toGive.get(holder)
    if (holder === undefined || surplus === undefined) return true
    return surplus > 0 && (surplus === holdings.get(holder) || dueOf(getter) > dueOf(holder))
  }
}

/** The most overdue of the lines that are to get more; ties to the first. */
function mostDue(toGet: ReadonlyMap<LineId, number>, dueOf: (id: LineId) => number): LineId | undefined {
  const getters = [...toGet].filter(([, more]) => more > 0).map(([id]) => id)
  return getters.reduce<LineId | undefined>(
    (best, id) => (best === undefined || dueOf(id) > dueOf(best) ? id : best),
    undefined,
  )
}

const excess = (a = 0, b = 0): number => Math.max(0, a - b)
/** One less, of a line that counts here. */
function take(counts: Map<LineId, number>, id: LineId): void {
  const count = counts.get(id)
  if (count !== undefined) counts.set(id, count - 1)
}
