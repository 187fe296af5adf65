import { COMEBACK_PROBES, COMEBACK_SHARE } from './constants.ts'
import type { Probe } from './probe-book.ts'

/**
 * A line on its way back: the last six probes, all the time it is held. Counted in probes and not in seconds, because
 * such a window would never fill once probing has slowed down. An answer that came late is an answer.
 */
export class Comeback {
  readonly #probes: Probe[] = []
  #sinceMs: number | undefined

  sent(probe: Probe): void {
    this.#probes.push(probe)
    // Those not yet due stand behind the six that count.
    if (this.#probes.length > 64) this.#probes.shift()
  }

  /** It answers since then; absent while it does not. */
  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  answered(nowMs: number): void {
    this.#sinceMs ??= nowMs
  }

  /** Looks again whether it answers well, by what its usual loss allows. */
  look(lossRatio: number): 'silent' | 'answers' | 'answers well' {
    if (this.#sinceMs === undefined) return 'silent'
    const window = this.#probes
      .filter(({ is }) => is === 'answered' || is === 'missing')
      .slice(-COMEBACK_PROBES)
    const answered = window.filter(({ is }) => is === 'answered').length
    const needed = answersNeeded(lossRatio)
    if (answered >= needed) return 'answers well'
    // What it missed before its first answer is no fault of its comeback.
    const sinceFirst = window.slice(window.findIndex(({ is }) => is === 'answered'))
    const missed = sinceFirst.length - answered
    if (answered > 0 && missed <= COMEBACK_PROBES - needed) return 'answers'
    this.#sinceMs = undefined
    return 'silent'
  }

  clear(): void {
    this.#probes.length = 0
    this.#sinceMs = undefined
  }
}

/** Of six: three quarters, or what is usual on a line that loses much, less one standard deviation. */
export function answersNeeded(lossRatio: number): number {
  const usual = COMEBACK_PROBES * (1 - lossRatio)
  const spread = Math.sqrt(usual * lossRatio)
  return Math.max(2, Math.min(Math.ceil(COMEBACK_PROBES * COMEBACK_SHARE), Math.floor(usual - spread)))
}
