import type { ProbeTarget, TargetReport } from '../model/index.ts'
import { BENCH_MS, SAME_TIME_MS, TRIAL_FIRST_MS, TRIAL_MOST_MS } from './constants.ts'
import { probeBytes, type ProbeBytes } from './probe-bytes.ts'
import { BaseDelay } from './round-trip.ts'
import { targetKey } from './target-key.ts'

/** What one line knows of one target. It is a witness once it has answered there, and until it is benched. */
export class Witness {
  readonly target: ProbeTarget
  readonly reserve: boolean
  readonly key: string
  readonly bytes: ProbeBytes
  readonly base = new BaseDelay()
  /** It ever answered on this line. */
  known = false
  benched = false
  /** Somebody answers in its name. */
  lying = false
  lastDelayMs: number | undefined
  /** Probes in a row without an answer, whoever's fault. */
  silent = 0
  /** Since the line died, or was plugged in; what it said before says nothing of now. */
  #lately: 'unasked' | 'asked' | 'told' = 'unasked'
  /** Misses in a row that are its own fault: others answered. */
  #ownMisses = 0
  #openMissAtMs: number | undefined
  /** When one that is no witness is asked again whether it would be. */
  trialAtMs = Number.NEGATIVE_INFINITY
  #trialGapMs = TRIAL_FIRST_MS

  /** @param reserve not in the file: it is asked when all those that are fall silent */
  constructor(target: ProbeTarget, reserve: boolean) {
    this.target = target
    this.reserve = reserve
    this.key = targetKey(target)
    this.bytes = probeBytes(target)
  }

  get witness(): boolean {
    return this.known && !this.benched && !this.lying
  }

  asked(): void {
    if (this.#lately === 'unasked') this.#lately = 'asked'
  }

  outdate(): void {
    this.#lately = 'unasked'
  }

  answered(delayMs: number): void {
    this.known = true
    this.benched = false
    this.lying = false
    this.lastDelayMs = delayMs
    this.silent = 0
    this.#lately = 'told'
    this.#ownMisses = 0
    this.#openMissAtMs = undefined
    this.#trialGapMs = TRIAL_FIRST_MS
  }

  answeredFalsely(nowMs: number): void {
    this.lying = true
    this.silent = 0
    this.#lately = 'told'
    this.#delayTrial(nowMs)
  }

  missed(sentAtMs: number, nowMs: number): void {
    this.silent++
    this.#lately = 'told'
    this.#openMissAtMs = sentAtMs
    if (!this.witness) this.#delayTrial(nowMs)
  }

  /**
   * Another target answered a probe that was sent then. Only that makes a miss this target's own fault; and whoever
   * was silent in a whole outage has one such miss at its end, not dozens.
   */
  anotherAnswered(sentAtMs: number): number {
    const missAtMs = this.#openMissAtMs
    if (missAtMs === undefined) return this.#ownMisses
    this.#openMissAtMs = undefined
    if (Math.abs(missAtMs - sentAtMs) <= SAME_TIME_MS) this.#ownMisses++
    return this.#ownMisses
  }

  get ownMisses(): number {
    return this.#ownMisses
  }

  bench(nowMs: number): void {
    this.benched = true
    this.trialAtMs = nowMs + BENCH_MS
    this.#trialGapMs = BENCH_MS
  }

  report(): TargetReport {
    const { target, lastDelayMs: rttMs } = this
    return { target, is: this.#is(), ...(rttMs !== undefined && this.#lately === 'told' && { rttMs }) }
  }

  #is(): TargetReport['is'] {
    if (this.#lately === 'unasked') return 'unknown'
    if (this.benched) return 'benched'
    if (this.silent > 0 || this.lying) return 'silent'
    return this.#lately === 'told' ? 'answers' : 'asked'
  }

  #delayTrial(nowMs: number): void {
    this.trialAtMs = nowMs + this.#trialGapMs
    this.#trialGapMs = Math.min(TRIAL_MOST_MS, this.#trialGapMs * 2)
  }
}
