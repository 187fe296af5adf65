import type { LineId } from '../model/index.ts'

/** A number with many divisors: weights 5:3:2, which 64 slots cannot share out exactly, come out exact. */
export const SLOTS = 240

export interface Weighted {
  readonly id: LineId
  readonly weight: number
}

/**
 * How many slots each line gets: by weight, the largest remainders rounded up, and at least one each, so that a
 * live line is never left without connections by rounding.
 */
export function shareOut(lines: readonly Weighted[]): Map<LineId, number> {
  const total = lines.reduce((sum, line) => sum + line.weight, 0)
  const counts = new Map(
    lines.map((line) => [line.id, Math.max(1, Math.floor((line.weight * SLOTS) / total))]),
  )
  const wish = (line: Weighted): number => (line.weight * SLOTS) / total - (counts.get(line.id) ?? 0)
  for (let spare = SLOTS - sum(counts); spare !== 0; spare -= Math.sign(spare)) {
    const giver = Math.sign(spare)
    const candidates = giver > 0 ? lines : lines.filter((line) => (counts.get(line.id) ?? 0) > 1)
    const chosen = candidates.reduce((best, line) => (giver * wish(line) > giver * wish(best) ? line : best))
    counts.set(chosen.id, (counts.get(chosen.id) ?? 0) + giver)
  }
  return counts
}

/**
 * The slot table: whose turn a new connection is, by slot number.
 *
 * Freshly filled by smooth weighted round robin (weights 3:1 give 1,1,2,1,…), so that any stretch of connections is
 * close to the wish. When the lines change, a slot keeps its line as long as that line may have it: no more slots
 * change hands than the shares demand.
 * @param current the table as it is; anything but `SLOTS` entries counts as none
 * @returns `SLOTS` entries, or none when there is no line
 */
export function fillSlots(
  lines: readonly Weighted[],
  current: readonly (LineId | undefined)[] = [],
): LineId[] {
  if (lines.length === 0) return []
  const counts = shareOut(lines)
  const ideal = interleave(counts)
  if (current.length !== SLOTS) return ideal

  const left = new Map(counts)
  const slots: (LineId | undefined)[] = Array.from({ length: SLOTS })
  const keep = (i: number, id: LineId | undefined): void => {
    const quota = id === undefined ? 0 : (left.get(id) ?? 0)
    if (id === undefined || quota === 0 || slots[i] !== undefined) return
    slots[i] = id
    left.set(id, quota - 1)
  }
  // First where keeping agrees with the ideal order, then the rest of what may stay, then the ideal in what is free.
  for (let i = 0; i < SLOTS; i++) if (current[i] === ideal[i]) keep(i, current[i])
  for (const i of spread()) keep(i, current[i])
  for (let i = 0; i < SLOTS; i++) keep(i, ideal[i])
  const rest = interleave(left)
  return slots.map((id) => {
    const line = id ?? rest.shift()
    if (line === undefined) throw new Error('slots and shares do not add up')
    return line
  })
}

/** Smooth weighted round robin over the whole of `counts`: the most overdue line comes next, ties to the first. */
function interleave(counts: ReadonlyMap<LineId, number>): LineId[] {
  const total = sum(counts)
  const due = new Map([...counts.keys()].map((id) => [id, 0]))
  return Array.from({ length: total }, () => {
    let next: LineId | undefined
    for (const [id, count] of counts) {
      due.set(id, (due.get(id) ?? 0) + count)
      if (count > 0 && (next === undefined || (due.get(id) ?? 0) > (due.get(next) ?? 0))) next = id
    }
    if (next === undefined) throw new Error('a share without a line')
    due.set(next, (due.get(next) ?? 0) - total)
    return next
  })
}

/** All slot numbers, far apart from one to the next: what must move is then taken from all over the table. */
function* spread(): Generator<number> {
  const stride = 97 // shares no divisor with 240
  for (let i = 0; i < SLOTS; i++) yield (i * stride) % SLOTS
}

const sum = (counts: ReadonlyMap<LineId, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)
