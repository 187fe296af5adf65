import type { HealthPolicy } from '../model/index.ts'
import { Comeback } from './comeback.ts'
import { FLAPPING_PENALTY, LATE_ANSWER_MS } from './constants.ts'
import { nextState, type Evidence, type WatchState } from './next-state.ts'
import { holdMs, Penalty } from './penalty.ts'

/** Around a verdict: what may refute it, and what it takes to get over it. */
export interface Circumstances {
  readonly policy: HealthPolicy
  /** No other line works: this one is taken back as soon as it answers well. */
  readonly alone: boolean
  /** A login page is looked for before anybody is sent there. */
  readonly awaitsPortal: boolean
}

/** What a line is, since when, and what it has behind it. */
export class Verdict {
  readonly comeback = new Comeback()
  readonly #penalty = new Penalty()
  #state: WatchState
  #sinceMs: number
  #refuted = false
  /** It was up before it went down: that counts against it. */
  #fell = false
  #troubleSinceMs: number

  constructor(nowMs: number) {
    this.#state = { is: 'unknown', sinceMs: nowMs }
    this.#sinceMs = nowMs
    this.#troubleSinceMs = nowMs
  }

  /** What probes go by: with a cable pulled or put back it begins anew. */
  get state(): WatchState {
    return this.#state
  }

  /** Since when it is what it is, for people: a line that is held out with its cable back is down as before. */
  get sinceMs(): number {
    return this.#sinceMs
  }

  /** Since when it is not as it should be. */
  get troubleSinceMs(): number {
    return this.#troubleSinceMs
  }

  penalty(nowMs: number): number {
    return this.#penalty.at(nowMs)
  }

  /** It came, or came back: used until it is found dead, unless it came and went too often. */
  begin(policy: HealthPolicy, nowMs: number): void {
    this.#become(this.#flaps(policy, nowMs) ? 'down' : 'unknown', nowMs)
    this.#troubleSinceMs = nowMs
    this.#fell = false
    this.comeback.clear()
  }

  /**
   * Its carrier, device or address went, which others tell. When it is back, nobody may take it before it is watched
   * again, if it will have to wait then.
   */
  unplug(policy: HealthPolicy, nowMs: number): void {
    if (this.#state.is === 'up' || this.#state.is === 'suspect') this.#penalty.add(nowMs)
    this.#become(this.#flaps(policy, nowMs) ? 'down' : 'unknown', nowMs)
  }

  /** Nobody watches it any more: it is never down, and nothing is held against it when somebody does again. */
  forget(nowMs: number): void {
    if (this.#state.is !== 'unknown') this.#become('unknown', nowMs)
    this.#penalty.clear()
    this.comeback.clear()
  }

  #become(is: WatchState['is'], nowMs: number): void {
    if (this.#state.is !== is) this.#sinceMs = nowMs
    this.#state = { is, sinceMs: nowMs }
  }

  /** With `rise: 0s` nobody wants to wait. */
  #flaps({ riseMs }: HealthPolicy, nowMs: number): boolean {
    return riseMs > 0 && this.penalty(nowMs) >= FLAPPING_PENALTY
  }

  /**
   * It is down, and a probe that was sent then is answered: one from before the verdict refutes it.
   * @returns whether it begins to answer with this one
   */
  answersAgain(sentAtMs: number, nowMs: number): boolean {
    if (sentAtMs < this.#state.sinceMs) {
      if (nowMs - sentAtMs <= LATE_ANSWER_MS) this.#refuted = true
      return false
    }
    const isFirst = this.comeback.sinceMs === undefined
    this.comeback.answered(nowMs)
    return isFirst
  }

  /** @returns what it was until now, if that changed */
  move(
    look: Omit<Evidence, 'refuted' | 'cameBack'>,
    circumstances: Circumstances,
    nowMs: number,
  ): WatchState['is'] | undefined {
    const was = this.#state.is
    const cameBack = was === 'down' && this.#cameBack(look.lossRatio, circumstances, nowMs)
    const refuted = this.#refuted
    this.#refuted = false
    this.#state = nextState(this.#state, { ...look, refuted, cameBack }, circumstances.policy, nowMs)
    if (this.#state.is === was) return undefined
    this.#sinceMs = nowMs
    this.comeback.clear()
    if (was === 'up' || was === 'unknown') this.#troubleSinceMs = nowMs
    if (this.#state.is === 'suspect') this.#fell = was === 'up'
    if (this.#state.is === 'down') {
      if (this.#fell) this.#penalty.add(nowMs)
    } else if (was === 'down' && refuted && this.#fell) this.#penalty.takeBack(nowMs)
    return was
  }

  /** How long it must answer; absent while it does not. */
  heldMs(policy: HealthPolicy): number | undefined {
    const { sinceMs } = this.comeback
    if (this.#state.is !== 'down' || sinceMs === undefined) return undefined
    return holdMs(this.#penalty.at(sinceMs), policy)
  }

  backAtMs(policy: HealthPolicy): number | undefined {
    const heldMs = this.heldMs(policy)
    return heldMs === undefined ? undefined : (this.comeback.sinceMs ?? 0) + heldMs
  }

  #cameBack(lossRatio: number, { policy, alone, awaitsPortal }: Circumstances, nowMs: number): boolean {
    if (this.comeback.look(lossRatio) !== 'answers well') return false
    return (alone || nowMs >= (this.backAtMs(policy) ?? Number.POSITIVE_INFINITY)) && !awaitsPortal
  }
}
