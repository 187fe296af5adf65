import { LATE_ANSWER_MS } from './constants.ts'
import type { Witness } from './witness.ts'

/** Why a probe was sent; what its silence means depends on it. */
export type Purpose =
  'schedule' | 'survey' | 'question' | 'burst' | 'trial' | 'comeback' | 'portal' | 'gateway'

export interface Probe {
  readonly id: number
  readonly of: Witness
  readonly purpose: Purpose
  readonly sentAtMs: number
  readonly dueMs: number
  readonly afterQuiet: boolean
  /** Asked of a witness: its silence says something of the line. */
  readonly counts: boolean
  is: 'open' | 'missing' | 'answered' | 'unasked'
  delayMs?: number
}

/** More than a burst sends until its answers are too late to matter. */
const KEPT = 512

/** The probes of a line that may still be answered. */
export class ProbeBook {
  readonly #probes = new Map<number, Probe>()
  #sent = 0
  #answered = 0
  #bytes = 0

  add(probe: Probe, nowMs: number): void {
    this.#probes.set(probe.id, probe)
    this.#sent++
    this.#bytes += probe.of.bytes.asks
    for (const [id, { sentAtMs }] of this.#probes) {
      if (nowMs - sentAtMs <= LATE_ANSWER_MS && this.#probes.size <= KEPT) break
      this.#probes.delete(id)
    }
  }

  get(id: number): Probe | undefined {
    return this.#probes.get(id)
  }

  /** It was answered, truly or not: nothing more will come. */
  close(probe: Probe): void {
    this.#probes.delete(probe.id)
    this.#answered++
    this.#bytes += probe.of.bytes.answers
  }

  /** It never left. */
  withdraw(probe: Probe): void {
    this.#probes.delete(probe.id)
    this.#sent--
    this.#bytes -= probe.of.bytes.asks
  }

  /** Those whose time is over, once each. */
  overdue(judgeAtMs: number): readonly Probe[] {
    let overdue: Probe[] | undefined
    for (const probe of this.#probes.values()) {
      if (probe.is !== 'open' || probe.dueMs > judgeAtMs) continue
      probe.is = 'missing'
      overdue ??= []
      overdue.push(probe)
    }
    return overdue ?? []
  }

  /** Whether one of that purpose may still be answered in time. */
  isOpen(purpose: Purpose): boolean {
    for (const probe of this.#probes.values()) {
      if (probe.is === 'open' && probe.purpose === purpose) return true
    }
    return false
  }

  get nextDueMs(): number {
    let nextMs = Number.POSITIVE_INFINITY
    for (const { is, dueMs } of this.#probes.values()) if (is === 'open' && dueMs < nextMs) nextMs = dueMs
    return nextMs
  }

  /** What comes back now is of another time. */
  clear(): void {
    this.#probes.clear()
  }

  get counts(): { readonly sent: number; readonly answered: number; readonly bytes: number } {
    return { sent: this.#sent, answered: this.#answered, bytes: this.#bytes }
  }
}
