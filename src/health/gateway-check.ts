import { gatewayTarget } from '../model/index.ts'
import { BURST_LONG_MS, GATEWAY_DOWN_MS, GATEWAY_MISSES, GATEWAY_SUSPECT_MS } from './constants.ts'
import type { WatchState } from './next-state.ts'
import { Witness } from './witness.ts'

export type GatewaySays = 'answers' | 'silent' | 'unknown'

/**
 * Whether the gateway is there, by its hardware address, in either family: asked only when it matters, to tell a dead gateway from a
 * dead provider. Silence of one that never answered says nothing, and none of it makes a line suspect.
 */
export class GatewayCheck {
  #gateway: Witness | undefined
  #nextAtMs = Number.POSITIVE_INFINITY
  #everAnswered = false
  #answeredAtMs = Number.NEGATIVE_INFINITY
  #missed = 0

  follow(address: string | undefined, nowMs: number): void {
    if (address === undefined) {
      this.#gateway = undefined
      return
    }
    const gateway = new Witness(gatewayTarget(address), false)
    if (gateway.key !== this.#gateway?.key) {
      this.#gateway = gateway
      this.#everAnswered = false
      this.askSoon(nowMs)
    }
  }

  askSoon(nowMs: number): void {
    this.#missed = 0
    this.#nextAtMs = nowMs
  }

  /** Whom to ask now, if anybody. */
  due(state: WatchState, nowMs: number): Witness | undefined {
    if (this.#gateway === undefined || nowMs < this.#nextAtMs) return undefined
    this.#nextAtMs = nowMs + gapMs(state, nowMs)
    return this.#gateway
  }

  get nextAtMs(): number {
    return this.#gateway === undefined ? Number.POSITIVE_INFINITY : this.#nextAtMs
  }

  answered(delayMs: number, nowMs: number): void {
    this.#gateway?.answered(delayMs)
    this.#everAnswered = true
    this.#answeredAtMs = nowMs
    this.#missed = 0
  }

  missed(): void {
    this.#missed++
  }

  /** @param sinceMs an older answer says nothing of what happened then */
  says(sinceMs: number): GatewaySays {
    if (this.#gateway === undefined || !this.#everAnswered) return 'unknown'
    if (this.#missed >= GATEWAY_MISSES) return 'silent'
    return this.#answeredAtMs >= sinceMs ? 'answers' : 'unknown'
  }
}

function gapMs({ is, sinceMs }: WatchState, nowMs: number): number {
  if (is === 'suspect' && nowMs - sinceMs < BURST_LONG_MS) return GATEWAY_SUSPECT_MS
  return is === 'suspect' || is === 'down' ? GATEWAY_DOWN_MS : Number.POSITIVE_INFINITY
}
