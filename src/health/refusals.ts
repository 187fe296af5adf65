import { REFUSED_MS } from './constants.ts'

/** Probes that this box itself refuses to send say nothing of the line; that nobody watches it then is to be said. */
export class Refusals {
  #sinceMs: number | undefined
  #told: string | undefined

  /** @returns whether there is something new to tell */
  refused(why: string, isNew: boolean, nowMs: number): boolean {
    this.#sinceMs ??= nowMs
    if (this.#told !== undefined || (!isNew && nowMs - this.#sinceMs <= REFUSED_MS)) return false
    this.#told = why
    return true
  }

  /** One did leave, answered or not. */
  left(): void {
    this.#sinceMs = undefined
    this.#told = undefined
  }

  get told(): string | undefined {
    return this.#told
  }
}
