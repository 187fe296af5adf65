import { DEFAULT_HEALTH, targetsOf, type Family, type ProbeTarget } from '../model/index.ts'
import {
  METERED_PORTAL_AGAIN_MS,
  PAGE_BENCH_MS,
  PORTAL_AGAIN_MS,
  PORTAL_GAP_MS,
  PORTAL_GONE_AFTER,
  PORTAL_MS,
  SAME_PAGE_MS,
} from './constants.ts'
import type { Probe } from './probe-book.ts'
import { hostOf, targetKey } from './target-key.ts'
import { Witness } from './witness.ts'

export const isPage = ({ kind }: ProbeTarget): boolean => kind === 'http' || kind === 'https'

/**
 * A page that is asked for by number, so that no name server can lie about it. None over IPv6: login pages step in
 * over IPv4, and whom they have not let in they give no IPv6, which the line's witnesses tell.
 */
const USUAL_PAGES: Readonly<Record<Family, readonly ProbeTarget[]>> = {
  ipv4: [{ kind: 'http', host: '1.1.1.1', path: '/' }],
  ipv6: [],
}

/**
 * By which pages a login page is looked for. Whoever names his own targets does not want others asked; his pages serve,
 * but for those of a status of their own: where they redirect to he knows.
 * @param targets of that family
 */
export function portalPagesOf(targets: readonly ProbeTarget[], family: Family): readonly ProbeTarget[] {
  const keys = new Set(targets.map(targetKey))
  const usual = USUAL_KEYS[family]
  if (keys.size === usual.size && [...keys].every((key) => usual.has(key))) return USUAL_PAGES[family]
  return targets.filter((target) => 'path' in target && target.status === undefined)
}

const usualKeys = (family: Family): ReadonlySet<string> =>
  new Set(targetsOf(DEFAULT_HEALTH, family).map(targetKey))
const USUAL_KEYS = { ipv4: usualKeys('ipv4'), ipv6: usualKeys('ipv6') }

/**
 * Login pages: somebody who sends everybody elsewhere. One such answer asks again at once, a second one is enough; it
 * is over when the very check that found it is honest again. An unanswered check says nothing.
 */
export class PortalCheck {
  #pages: readonly Witness[] = []
  /** By the check that found it: who that is, what came instead, how often it was silent since. */
  readonly #found = new Map<string, { readonly by: Witness; readonly what: string; silent: number }>()
  /** Pages that sent us elsewhere once, and when: they are asked again. */
  readonly #doubts = new Map<string, { readonly by: Witness; readonly sinceMs: number; asked: boolean }>()
  /** When a page sent us elsewhere last. */
  readonly #falseAtMs = new Map<string, number>()
  /** Those that send everybody elsewhere, on every line: until when they are not believed. */
  readonly #benchedUntilMs = new Map<string, number>()
  #nextAtMs = Number.POSITIVE_INFINITY
  #askedAtMs = Number.NEGATIVE_INFINITY
  #sinceMs = 0

  follow(targets: readonly ProbeTarget[], family: Family): void {
    const before = new Map(this.#pages.map((page) => [page.key, page]))
    this.#pages = portalPagesOf(targets, family).map(
      (target) => before.get(targetKey(target)) ?? new Witness(target, false),
    )
    // Nobody would find out that a page which is asked no more is honest again.
    const asked = new Set([...this.#pages.map(({ key }) => key), ...targets.map(targetKey)])
    for (const key of [...this.#found.keys(), ...this.#doubts.keys()]) {
      if (!asked.has(key)) this.#drop(key)
    }
  }

  askSoon(nowMs: number): void {
    this.#nextAtMs = Math.min(this.#nextAtMs, Math.max(nowMs, this.#askedAtMs + PORTAL_GAP_MS))
  }

  /** Whom to ask now: at once those who ask for a second look; else those who found one, else all. */
  due(metered: boolean, nowMs: number): readonly Witness[] {
    const again = this.#unasked
    for (const doubt of again) doubt.asked = true
    if (nowMs < this.#nextAtMs) return again.map(({ by }) => by)
    const usual = metered ? Number.POSITIVE_INFINITY : PORTAL_MS
    const soon = metered ? METERED_PORTAL_AGAIN_MS : PORTAL_AGAIN_MS
    this.#nextAtMs = nowMs + (this.#found.size > 0 ? soon : usual)
    this.#askedAtMs = nowMs
    return this.#found.size > 0
      ? [...this.#found.values()].map(({ by }) => by)
      : this.#pages.filter(({ key }) => !this.#isBenched(key, nowMs))
  }

  get nextAtMs(): number {
    return this.#nextAtMs
  }

  /** A page sent us elsewhere, and is about to be asked again. */
  get wantsSecondLook(): boolean {
    return this.#unasked.length > 0
  }

  /** @param elsewhere what came, if that is what a login page does */
  answered({ of, sentAtMs }: Probe, elsewhere: string | undefined, nowMs: number): void {
    if (elsewhere === undefined) return this.#drop(of.key)
    if (this.#isBenched(of.key, nowMs)) return
    this.#falseAtMs.set(of.key, nowMs)
    const doubt = this.#doubts.get(of.key)
    if (!this.#found.has(of.key)) {
      if (doubt === undefined) this.#doubts.set(of.key, { by: of, sinceMs: nowMs, asked: false })
      if (doubt === undefined || sentAtMs < doubt.sinceMs) return
    }
    this.#doubts.delete(of.key)
    if (this.#found.size === 0) this.#sinceMs = nowMs
    const what = `a login page answers for ${hostOf(of.target)}: ${elsewhere}`
    this.#found.set(of.key, { by: of, what, silent: 0 })
    this.#nextAtMs = Math.min(this.#nextAtMs, nowMs + PORTAL_AGAIN_MS)
  }

  /** Some block the page once one is let in; the line's witnesses decide then. */
  missed({ of, sentAtMs }: Probe, nowMs: number): void {
    const doubt = this.#doubts.get(of.key)
    if (doubt !== undefined && sentAtMs >= doubt.sinceMs) {
      this.#doubts.delete(of.key)
      this.askSoon(nowMs)
    }
    const found = this.#found.get(of.key)
    if (found === undefined) return
    found.silent++
    if (found.silent >= PORTAL_GONE_AFTER) this.#drop(of.key)
  }

  /** Which pages sent us elsewhere a moment ago. */
  falsePages(nowMs: number): readonly string[] {
    return [...this.#falseAtMs].flatMap(([key, atMs]) => (nowMs - atMs <= SAME_PAGE_MS ? [key] : []))
  }

  /** It does so on another line as well: that is no login page, but the page's own doing. */
  bench(key: string, nowMs: number): void {
    this.#drop(key)
    this.#benchedUntilMs.set(key, nowMs + PAGE_BENCH_MS)
  }

  /** The login page in the way, if there is one. */
  get found(): { readonly why: string; readonly sinceMs: number } | undefined {
    const [first] = this.#found.values()
    return first && { why: first.what, sinceMs: this.#sinceMs }
  }

  forget(): void {
    this.#found.clear()
    this.#doubts.clear()
    this.#falseAtMs.clear()
  }

  #drop(key: string): void {
    this.#found.delete(key)
    this.#doubts.delete(key)
    this.#falseAtMs.delete(key)
  }

  get #unasked() {
    return [...this.#doubts.values()].filter(({ asked }) => !asked)
  }

  #isBenched(key: string, nowMs: number): boolean {
    return nowMs < (this.#benchedUntilMs.get(key) ?? Number.NEGATIVE_INFINITY)
  }
}
