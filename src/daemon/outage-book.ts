import type { OutageNews } from '../history/index.ts'
import type { LineStateName } from './control.ts'

/** How a leg is, as far as that is known, and since when by the wall clock. */
export interface LegThen {
  readonly state: LineStateName
  readonly why?: string
  readonly sinceMs: number
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const DOWN: ReadonlySet<LineStateName> = new Set(['down', 'absent'])

/** Which lines are known to be down, in which family, and what there is to be told of it. Wall times. */
export class OutageBook {
  /** Since when, by leg. */
  readonly #down = new Map<string, number>()
  /** Those that are over, until they are counted. */
  #over: (Span & { readonly leg: string })[] = []
  readonly #news: OutageNews[] = []

  begins(leg: string, atMs: number, why: string): void {
    if (this.#down.has(leg)) return
    this.#down.set(leg, atMs)
    this.#news.push({ is: 'begins', leg, atMs, why })
  }

  ends(leg: string, atMs: number): void {
    const fromMs = this.#down.get(leg)
    if (fromMs === undefined) return
    this.#down.delete(leg)
    this.#over.push({ leg, fromMs, toMs: atMs })
    this.#news.push({ is: 'ends', leg, atMs })
  }

  releases(leg: string, count: number): void {
    if (count > 0) this.#news.push({ is: 'releases', leg, count })
  }

  /** What is so, whatever was told: a line may be taken out of the file while it is down. */
  seen(legs: ReadonlyMap<string, LegThen>, nowMs: number): void {
    for (const [leg, { state, why, sinceMs }] of legs) {
      if (DOWN.has(state)) this.begins(leg, sinceMs, why ?? 'the cause is not known')
      else this.ends(leg, sinceMs)
    }
    for (const leg of this.#down.keys()) if (!legs.has(leg)) this.ends(leg, nowMs)
  }

  /** How much of a time a leg was down; what was over before the last `counted` is forgotten. */
  downMs(leg: string, { fromMs, toMs }: Span): number {
    const over = this.#over.filter((one) => one.leg === leg)
    const now = this.#down.get(leg)
    const all = now === undefined ? over : [...over, { fromMs: now, toMs }]
    return all.reduce(
      (sum, one) => sum + Math.max(0, Math.min(toMs, one.toMs) - Math.max(fromMs, one.fromMs)),
      0,
    )
  }

  /** Nobody asks any more for how it was until now. */
  counted(): void {
    this.#over = []
  }

  /** Since it was asked last. */
  news(): OutageNews[] {
    return this.#news.splice(0)
  }
}
