import { describeCulprit, type Culprit, type Thing } from '../model/index.ts'

/** Longer than from a change to the pass that finds it, also when passes are put off. */
const REMEMBERED_MS = 60_000
/** A box where somebody removes addresses all day long must not fill our memory. */
const REMEMBERED = 1000

/** Who was seen taking what, for a while. */
export class Takers {
  readonly #seen = new Map<Thing, { readonly by: Culprit; readonly atMs: number }>()

  note(thing: Thing, by: Culprit, nowMs: number): void {
    this.#seen.delete(thing) // the newest come last
    this.#seen.set(thing, { by, atMs: nowMs })
    const [oldest] = this.#seen.keys()
    if (oldest !== undefined && this.#seen.size > REMEMBERED) this.#seen.delete(oldest)
  }

  has(thing: Thing, nowMs: number): boolean {
    return this.#of(thing, nowMs) !== undefined
  }

  /** Each culprit once; those whom the kernel did not name are left out. */
  of(things: readonly Thing[], nowMs: number): Culprit[] {
    const culprits = things.flatMap((thing) => this.#of(thing, nowMs) ?? [])
    return [
      ...new Map(
        culprits
          .filter(({ pid, name }) => pid !== undefined || name !== undefined)
          .map((by) => [describeCulprit(by), by]),
      ).values(),
    ]
  }

  /** These were put back: what was seen of them is told. */
  forget(things: readonly Thing[]): void {
    for (const thing of things) this.#seen.delete(thing)
  }

  #of(thing: Thing, nowMs: number): Culprit | undefined {
    const seen = this.#seen.get(thing)
    return seen !== undefined && seen.atMs > nowMs - REMEMBERED_MS ? seen.by : undefined
  }
}
