import { isLastResort, knownOf, type Drain, type LineFacts, type Memory } from '../plan/index.ts'
import type { DrainOutcome, WishOutcome } from './control.ts'
import { wish, type WishHost } from './wish.ts'

/** The operator's wishes about lines: remembered, and in force before they are answered. */
export class Drains {
  readonly #host: WishHost

  constructor(host: WishHost) {
    this.#host = host
  }

  async drain(name: string, force: boolean): Promise<DrainOutcome> {
    if (!force && isOnlyOneUsed(this.#host.lines(), name)) {
      const { lines } = await this.#host.status()
      return { is: 'last-line', others: lines.filter((line) => line.name !== name) }
    }
    const drain = { sinceMs: Date.now(), force }
    return wish(this.#host, name, `${name} is to be drained`, (memory) => withDrain(memory, name, drain))
  }

  undrain(name: string): Promise<WishOutcome> {
    const change = (memory: Memory): Memory => drainsOnly(memory, (drained) => drained !== name)
    return wish(this.#host, name, `${name} is drained no more`, change)
  }

  /** A line that is no longer in the file and comes back one day is a new line. */
  async forgetStrangers(names: readonly string[]): Promise<void> {
    const memory = this.#host.memory()
    const kept = drainsOnly(memory, (drained) => names.includes(drained))
    const isFewer = Object.keys(kept.drains).length < Object.keys(memory.drains).length
    if (isFewer) await this.#host.keep(kept)
  }
}

/** Would nobody be left for new connections if this line took none? */
function isOnlyOneUsed(lines: readonly LineFacts[], name: string): boolean {
  const used = lines.filter((line) => line.eligible && !isLastResort(line))
  return used.length === 1 && used[0]?.config.name === name
}

/** Asked again, the wish is as old as it was. */
function withDrain(memory: Memory, name: string, { sinceMs, force }: Drain): Memory {
  const since = knownOf(memory.drains, name)?.sinceMs ?? sinceMs
  return { ...memory, drains: { ...memory.drains, [name]: { sinceMs: since, force } } }
}

const drainsOnly = (memory: Memory, keeps: (name: string) => boolean): Memory => ({
  ...memory,
  drains: Object.fromEntries(Object.entries(memory.drains).filter(([name]) => keeps(name))),
})
