import type { ProbeTarget } from '../model/index.ts'
import {
  METERED_PORTAL_AGAIN_MS,
  PORTAL_AGAIN_MS,
  PORTAL_GAP_MS,
  PORTAL_GONE_AFTER,
  PORTAL_MS,
} from './constants.ts'
import { hostOf } from './target-key.ts'
import { Witness } from './witness.ts'

export const isPage = ({ target }: Witness): boolean => target.kind === 'http' || target.kind === 'https'

/** A page that is asked for by number, so that no name server can lie about it. */
export const PORTAL_TARGET: ProbeTarget = { kind: 'http', host: '1.1.1.1', path: '/' }

/**
 * Login pages: somebody who answers for everybody. One such answer is enough; it is over when the very check that
 * found it is honest again. An unanswered check says nothing.
 */
export class PortalCheck {
  readonly #page = new Witness(PORTAL_TARGET, false)
  /** By the check that found it: who that is, what came instead, how often it was silent since. */
  readonly #found = new Map<string, { readonly by: Witness; readonly what: string; silent: number }>()
  #nextAtMs = Number.POSITIVE_INFINITY
  #askedAtMs = Number.NEGATIVE_INFINITY
  #sinceMs = 0

  askSoon(nowMs: number): void {
    this.#nextAtMs = Math.min(this.#nextAtMs, Math.max(nowMs, this.#askedAtMs + PORTAL_GAP_MS))
  }

  /**
   * Whom to ask now: those who found one, else all.
   * @param targets of the file; pages among them are asked as well
   */
  due(metered: boolean, targets: readonly Witness[], nowMs: number): readonly Witness[] {
    if (nowMs < this.#nextAtMs) return []
    const again = metered ? METERED_PORTAL_AGAIN_MS : PORTAL_AGAIN_MS
    const usual = metered ? Number.POSITIVE_INFINITY : PORTAL_MS
    this.#nextAtMs = nowMs + (this.#found.size > 0 ? again : usual)
    this.#askedAtMs = nowMs
    return this.#found.size > 0
      ? [...this.#found.values()].map(({ by }) => by)
      : [this.#page, ...targets.filter(isPage)]
  }

  get nextAtMs(): number {
    return this.#nextAtMs
  }

  /** @param falsely what came instead */
  answered(by: Witness, falsely: string | undefined, nowMs: number): void {
    if (falsely === undefined) {
      this.#found.delete(by.key)
      return
    }
    if (this.#found.size === 0) this.#sinceMs = nowMs
    this.#found.set(by.key, {
      by,
      what: `a login page answers for ${hostOf(by.target)}: ${falsely}`,
      silent: 0,
    })
    this.#nextAtMs = Math.min(this.#nextAtMs, nowMs + PORTAL_AGAIN_MS)
  }

  /** Some block the page once one is let in; the line's witnesses decide then. */
  missed(by: Witness): void {
    const found = this.#found.get(by.key)
    if (found === undefined) return
    found.silent++
    if (found.silent >= PORTAL_GONE_AFTER) this.#found.delete(by.key)
  }

  /** The login page in the way, if there is one. */
  get found(): { readonly why: string; readonly sinceMs: number } | undefined {
    const [first] = this.#found.values()
    return first && { why: first.what, sinceMs: this.#sinceMs }
  }

  forget(): void {
    this.#found.clear()
  }
}
