import { METERED_BUDGET_BYTES_PER_MONTH, type HealthPolicy } from '../model/index.ts'

const DAY_MS = 86_400_000
export const MONTH_MS = 30 * DAY_MS

/** What the probes of a line may cost in a month; absent: as they are needed. */
export const budgetOf = (policy: HealthPolicy, metered: boolean): number | undefined =>
  policy.budgetBytesPerMonth ?? (metered ? METERED_BUDGET_BYTES_PER_MONTH : undefined)

/**
 * What is left of the budget: it fills up evenly and holds a day's worth, so that no month costs more than the budget
 * and a day. Questions and bursts may overdraw it, for they tell a dead line; scheduled probes wait until it is even.
 */
export class Account {
  #budget: number | undefined
  #left = 0
  #atMs = 0

  follow(budgetBytesPerMonth: number | undefined, nowMs: number): void {
    if (budgetBytesPerMonth === this.#budget) return
    this.#budget = budgetBytesPerMonth
    this.#left = this.#most
    this.#atMs = nowMs
  }

  spend(bytes: number, nowMs: number): void {
    if (this.#budget !== undefined) this.#left = this.#leftAt(nowMs) - bytes
    this.#atMs = nowMs
  }

  allowsScheduled(nowMs: number): boolean {
    return this.#budget === undefined || this.#leftAt(nowMs) > 0
  }

  /** Half of a day's worth is kept for quieter hours. */
  allowsBusy(nowMs: number): boolean {
    return this.#budget === undefined || this.#leftAt(nowMs) > this.#most / 2
  }

  /** When scheduled probes may go on. */
  allowsScheduledAtMs(nowMs: number): number {
    if (this.#budget === undefined) return nowMs
    return nowMs + (Math.max(0, 1 - this.#leftAt(nowMs)) * MONTH_MS) / this.#budget
  }

  get #most(): number {
    return ((this.#budget ?? 0) * DAY_MS) / MONTH_MS
  }

  #leftAt(nowMs: number): number {
    const filled = ((this.#budget ?? 0) * (nowMs - this.#atMs)) / MONTH_MS
    return Math.min(this.#most, this.#left + filled)
  }
}
