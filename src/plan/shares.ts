import { FAMILIES, SLOTS, type Config, type Family, type LineId, type Observed } from '../model/index.ts'
import { slotsOf } from './choice.ts'
import type { Desired } from './desired.ts'
import { catchers, catchersBeforeOurs } from './foreign-rules.ts'
import { numbersOf } from './numbers.ts'

/** In percent. */
type Percents = ReadonlyMap<LineId, number>

/** What each line gets of new connections, before a plan and after it. */
export class Shares {
  /** Whose shares are told. */
  readonly of: string
  readonly #wanted: Desired
  readonly #shares: Readonly<Record<Family, { readonly before: Percents; readonly after: Percents }>>

  constructor(wanted: Desired, config: Config, observed: Observed) {
    const numbers = numbersOf(config)
    this.of =
      (config.vpn !== 'ours' && catchers(observed, numbers).length > 0) ||
      catchersBeforeOurs(observed, numbers).length > 0
        ? 'new connections that no other program takes'
        : 'new connections'
    this.#wanted = wanted
    const sharesIn = (family: Family): { before: Percents; after: Percents } => ({
      before: percents(slotsOf(observed.ruleset, family)),
      after: percents(slotsOf(wanted.state.ruleset, family)),
    })
    this.#shares = { ipv4: sharesIn('ipv4'), ipv6: sharesIn('ipv6') }
  }

  effect(id: LineId): string {
    return this.shifts(id) ? `${this.of}: ${this.text(id)}` : `none on ${this.of}: ${this.text(id)}`
  }

  shifts(id: LineId): boolean {
    return FAMILIES.some((family) => this.#before(id, family) !== this.#after(id, family))
  }

  /** IPv6 by itself where it is not as IPv4. */
  text(id: LineId): string {
    const in4 = this.#textIn(id, 'ipv4')
    const in6 = this.#textIn(id, 'ipv6')
    const [has4, has6] = FAMILIES.map((family) => this.#wanted.lines.some((leg) => leg.id === id && leg.family === family)) // prettier-ignore
    if (has4 !== true) return `${in6} (IPv6)`
    return has6 !== true || in4 === in6 ? in4 : `${in4} (IPv6: ${in6})`
  }

  #textIn(id: LineId, family: Family): string {
    const [before, after] = [this.#before(id, family), this.#after(id, family)]
    return before === after ? `${after} %` : `${before} → ${after} %`
  }

  #before = (id: LineId, family: Family): number => this.#shares[family].before.get(id) ?? 0
  #after = (id: LineId, family: Family): number => this.#shares[family].after.get(id) ?? 0
}

/** Whole percents of the slot table by line. */
function percents(slots: readonly (LineId | undefined)[]): Map<LineId, number> {
  const counts = new Map<LineId, number>()
  for (const id of slots) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  return new Map([...counts].map(([id, count]) => [id, Math.round((count * 100) / SLOTS)]))
}
