import {
  BENCH_CHANCE,
  BENCH_MISSES_LEAST,
  BENCH_MISSES_MOST,
  DOWN_CHANCE,
  DOWN_MISSES_LEAST,
  DOWN_MISSES_MOST,
  LOSS_MEMORY,
} from './constants.ts'

/** A line's usual loss, 0-1: what its outages lost is no part of it. */
export class Loss {
  #ratio = 0
  #atLastProof = 0

  get ratio(): number {
    return this.#ratio
  }

  answered(): void {
    this.#ratio -= this.#ratio / LOSS_MEMORY
  }

  missed(): void {
    this.#ratio += (1 - this.#ratio) / LOSS_MEMORY
  }

  /** Misses that turned out to be none: answered late, or a dead target's. */
  takeBack(misses: number): void {
    this.#ratio = Math.max(0, this.#ratio - misses / LOSS_MEMORY)
  }

  /** The line just proved that it lives; what was lost until here is its usual loss. */
  settle(): void {
    this.#atLastProof = this.#ratio
  }

  /** What was lost since the last proof was lost to an outage. */
  unlearnOutage(): void {
    this.#ratio = this.#atLastProof
  }
}

/** How many misses in a row, at that usual loss, mean that a line is dead. */
export const missesForDown = (ratio: number): number =>
  clamp(missesByChance(DOWN_CHANCE, ratio), DOWN_MISSES_LEAST, DOWN_MISSES_MOST)

/** How many misses in a row, while others answer, mean that a target is. By loss: a fixed three benched healthy ones at 30 %. */
export const missesForBench = (ratio: number): number =>
  clamp(missesByChance(BENCH_CHANCE, ratio), BENCH_MISSES_LEAST, BENCH_MISSES_MOST)

/** So many in a row happen with that chance. */
function missesByChance(chance: number, ratio: number): number {
  if (ratio <= 0) return 1
  return ratio >= 1 ? Number.POSITIVE_INFINITY : Math.ceil(Math.log(chance) / Math.log(ratio))
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
