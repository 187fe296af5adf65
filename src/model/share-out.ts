/**
 * Into how many equal parts the new connections are dealt. A number with many divisors: weights 5:3:2, which 64
 * slots cannot share out exactly, come out exact.
 */
export const SLOTS = 240

/**
 * How many slots each weight gets: the largest remainders are rounded up, and everyone gets at least one, so that a
 * line in use is never left without connections by rounding.
 * @param weights at least one and at most `SLOTS` positive numbers
 * @returns whole numbers in the same order, `SLOTS` in all
 */
export function shareOut(weights: readonly number[]): readonly number[] {
  const total = sum(weights)
  const wishes = weights.map((weight) => (weight * SLOTS) / total)
  const slots = wishes.map((wish) => Math.max(1, Math.floor(wish)))
  const owed = (index: number): number => (wishes[index] ?? 0) - (slots[index] ?? 0)
  for (let spare = SLOTS - sum(slots); spare !== 0; spare -= Math.sign(spare)) {
    const one = Math.sign(spare)
    const candidates = [...slots.keys()].filter((index) => one > 0 || (slots[index] ?? 0) > 1)
    const next = candidates.reduce((best, index) => (one * owed(index) > one * owed(best) ? index : best))
    slots[next] = (slots[next] ?? 0) + one
  }
  return slots
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
