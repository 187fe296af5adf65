import {
  BASE_PERIOD_MS,
  SPREAD_LEAST_MS,
  TIMEOUT_LEAST_MS,
  TIMEOUT_MOST_MS,
  TIMEOUT_UNKNOWN_MS,
} from './constants.ts'

/** The shortest round trip to a target, of this period and the one before it. */
export class BaseDelay {
  #periodFromMs = Number.NEGATIVE_INFINITY
  #now: number | undefined
  #before: number | undefined

  learn(delayMs: number, nowMs: number): void {
    if (nowMs - this.#periodFromMs >= BASE_PERIOD_MS) {
      this.#before = this.#now
      this.#now = undefined
      this.#periodFromMs = nowMs
    }
    this.#now = Math.min(this.#now ?? delayMs, delayMs)
  }

  get ms(): number | undefined {
    if (this.#now === undefined) return this.#before
    return Math.min(this.#now, this.#before ?? this.#now)
  }
}

/**
 * What a line adds to the base of its targets, smoothed, with its deviation (the weights are RFC 6298's). One for
 * the line and not one per target, because a queue belongs to the line; a second one for probes after quiet, because
 * a radio that must wake answers the first packet late and the next ones as ever.
 */
export class RoundTrip {
  readonly #awake = new Excess()
  readonly #afterQuiet = new Excess()

  learn(base: BaseDelay, delayMs: number, afterQuiet: boolean, nowMs: number): void {
    base.learn(delayMs, nowMs)
    this.#of(afterQuiet).learn(delayMs - (base.ms ?? delayMs), delayMs)
  }

  /** When an answer is missing. */
  timeoutMs(base: BaseDelay, afterQuiet: boolean): number {
    if (base.ms === undefined) return TIMEOUT_UNKNOWN_MS
    const like = this.#of(afterQuiet)
    const { meanMs, deviationMs } = like.learned ? like : this.#of(!afterQuiet)
    const wanted = base.ms + meanMs + Math.max(4 * deviationMs, SPREAD_LEAST_MS)
    return Math.min(TIMEOUT_MOST_MS, Math.max(TIMEOUT_LEAST_MS, wanted))
  }

  #of(afterQuiet: boolean): Excess {
    return afterQuiet ? this.#afterQuiet : this.#awake
  }
}

class Excess {
  meanMs = 0
  deviationMs = 0
  learned = false

  learn(excessMs: number, delayMs: number): void {
    if (!this.learned) {
      this.learned = true
      this.meanMs = excessMs
      this.deviationMs = delayMs / 8
      return
    }
    this.deviationMs += (Math.abs(excessMs - this.meanMs) - this.deviationMs) / 4
    this.meanMs += (excessMs - this.meanMs) / 8
  }
}
