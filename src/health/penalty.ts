import { HOLD_MOST_MS, PENALTY_HALF_LIFE_MS, STABLE_FACTOR, STABLE_HOLD_MOST_MS } from './constants.ts'
import type { HealthPolicy } from '../model/index.ts'

/** How often a line went down lately: 1 for each time, halving with the time. */
export class Penalty {
  #value = 0
  #atMs = 0

  at(nowMs: number): number {
    const value = this.#value * 2 ** (-(nowMs - this.#atMs) / PENALTY_HALF_LIFE_MS)
    return value < 0.01 ? 0 : value
  }

  add(nowMs: number): void {
    this.#set(this.at(nowMs) + 1, nowMs)
  }

  /** It was none. */
  takeBack(nowMs: number): void {
    this.#set(Math.max(0, this.at(nowMs) - 1), nowMs)
  }

  clear(): void {
    this.#value = 0
  }

  #set(value: number, nowMs: number): void {
    this.#value = value
    this.#atMs = nowMs
  }
}

/** How long a line must answer before it is taken back. */
export function holdMs(penalty: number, { riseMs, prefer }: HealthPolicy): number {
  const doubled = Math.max(riseMs, Math.min(HOLD_MOST_MS, riseMs * 2 ** Math.max(0, penalty - 1)))
  return prefer === 'stable' ? Math.min(STABLE_HOLD_MOST_MS, doubled * STABLE_FACTOR) : doubled
}
