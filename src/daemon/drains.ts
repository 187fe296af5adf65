import { ok, type Result } from '../model/index.ts'
import { isLastResort, knownOf, type Drain, type LineFacts, type Memory } from '../plan/index.ts'
import type { DrainOutcome, Status, WishOutcome } from './control.ts'

/** What the wishes need of the daemon. */
export interface DrainHost {
  readonly memory: () => Memory
  readonly keep: (memory: Memory) => Promise<void>
  readonly lines: () => readonly LineFacts[]
  /** Runs the job where it meets no pass. */
  readonly exclusive: (job: () => Promise<Result<unknown, string>>) => Promise<Result<unknown, string>>
  /** A pass within such a job. */
  readonly pass: (cause: string) => Promise<Result<unknown, string>>
  /** Asks for a pass soon, for what a pass that failed may have left behind. */
  readonly passAgain: () => void
  readonly status: () => Promise<Status>
}

/** The operator's wishes about lines: remembered, and in force before they are answered. */
export class Drains {
  readonly #host: DrainHost

  constructor(host: DrainHost) {
    this.#host = host
  }

  async drain(name: string, force: boolean): Promise<DrainOutcome> {
    if (!force && isOnlyOneUsed(this.#host.lines(), name)) {
      const { lines } = await this.#host.status()
      return { is: 'last-line', others: lines.filter((line) => line.name !== name) }
    }
    const drain = { sinceMs: Date.now(), force }
    return this.#wish(name, `${name} is to be drained`, (memory) => withDrain(memory, name, drain))
  }

  undrain(name: string): Promise<WishOutcome> {
    const change = (memory: Memory): Memory => drainsOnly(memory, (drained) => drained !== name)
    return this.#wish(name, `${name} is drained no more`, change)
  }

  /** A line that is no longer in the file and comes back one day is a new line. */
  async forgetStrangers(names: readonly string[]): Promise<void> {
    const memory = this.#host.memory()
    const kept = drainsOnly(memory, (drained) => names.includes(drained))
    const isFewer = Object.keys(kept.drains).length < Object.keys(memory.drains).length
    if (isFewer) await this.#host.keep(kept)
  }

  async #wish(name: string, cause: string, change: (memory: Memory) => Memory): Promise<WishOutcome> {
    const { memory, keep, lines, exclusive, pass, passAgain, status } = this.#host
    const done = await exclusive(async () => {
      if (!lines().some(({ config }) => config.name === name)) return ok(undefined)
      const { drains } = memory()
      let isInForce = false
      try {
        await keep(change(memory()))
        const passed = await pass(cause)
        isInForce = passed.ok
        return passed
      } finally {
        if (!isInForce) {
          passAgain()
          await keep({ ...memory(), drains })
        }
      }
    })
    if (!done.ok) return { is: 'failed', trouble: done.error }
    const now = await status()
    const line = now.lines.find((one) => one.name === name)
    return line === undefined ? { is: 'unknown', lines: now.lines } : { is: 'done', status: now, line }
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
