import { isLastResort, knownOf, type Drain, type LineFacts, type Memory } from '../plan/index.ts'
import type { DrainOutcome, DrainWish, WishOutcome } from './control.ts'
import type { Journal } from './journal.ts'
import { wish, type WishHost } from './wish.ts'

/** The operator's wishes about lines: remembered, and in force before they are answered. */
export class Drains {
  readonly #host: WishHost
  readonly #journal: Journal

  readonly #moveAway: (leg: string) => Promise<void>

  /** @param moveAway what is open on a leg begins anew elsewhere */
  constructor(host: WishHost, journal: Journal, moveAway: (leg: string) => Promise<void>) {
    this.#host = host
    this.#moveAway = moveAway
    this.#journal = journal
  }

  async drain(name: string, { force, now = false }: DrainWish): Promise<DrainOutcome> {
    if (!force && isOnlyOneUsed(this.#host.lines(), name)) {
      const { lines } = await this.#host.status()
      return {
        is: 'last-line',
        works: !this.#host.lines().some((line) => line.config.name === name && isTriedInVain(line)),
        others: lines.filter((line) => line.name !== name),
      }
    }
    const isNews = knownOf(this.#host.memory().drains, name)?.force !== force
    const drain = { sinceMs: Date.now(), force }
    const change = (memory: Memory): Memory => withDrain(memory, name, drain)
    const outcome = await wish(this.#host, name, `${name} is to be drained`, change)
    if (outcome.is !== 'done') return outcome
    if (isNews) this.#journal.add({ kind: 'drained', line: name, text: DRAINED[force ? 'forced' : 'asked'] })
    if (!now) return outcome
    for (const leg of emptied(this.#host.lines(), name)) await this.#moveAway(leg)
    const status = await this.#host.status()
    const line = status.lines.find((one) => one.name === name)
    return line === undefined ? outcome : { is: 'done', status, line }
  }

  async undrain(name: string): Promise<WishOutcome> {
    const isNews = knownOf(this.#host.memory().drains, name) !== undefined
    const change = (memory: Memory): Memory => drainsOnly(memory, (drained) => drained !== name)
    const outcome = await wish(this.#host, name, `${name} is drained no more`, change)
    if (isNews && outcome.is === 'done')
      this.#journal.add({ kind: 'undrained', line: name, text: 'new connections may go to it again' })
    return outcome
  }

  /** A line that is no longer in the file and comes back one day is a new line. */
  async forgetStrangers(names: readonly string[]): Promise<void> {
    const memory = this.#host.memory()
    const kept = drainsOnly(memory, (drained) => names.includes(drained))
    const isFewer = Object.keys(kept.drains).length < Object.keys(memory.drains).length
    if (isFewer) await this.#host.keep(kept)
  }
}

/** The legs of a drained line that may be left: another line carries their family. */
const emptied = (lines: readonly LineFacts[], name: string): string[] =>
  lines
    .filter(({ config, eligible }) => config.name === name && !eligible)
    .filter(({ family }) => lines.some((other) => other.family === family && other.eligible))
    .map(({ leg }) => leg)

const DRAINED = {
  asked: 'somebody wished so: no new connections go to it, open ones stay',
  forced: 'somebody wished so: no new connections go to it, not even when no other line works',
} as const

/** Would nobody be left for new connections if this line took none? */
function isOnlyOneUsed(lines: readonly LineFacts[], name: string): boolean {
  const used = lines.filter((line) => line.eligible && !isLastResort(line))
  return used.length === 1 && used[0]?.config.name === name && !lines.some(waits)
}

const isTriedInVain = ({ standing }: LineFacts): boolean => standing.takes && standing.as === 'fail-open'

/** It takes over when nobody better is left. */
const waits = ({ standing }: LineFacts): boolean =>
  !standing.takes && (standing.because === 'reserve' || standing.because === 'degraded')

/** Asked again, the wish is as old as it was. */
function withDrain(memory: Memory, name: string, { sinceMs, force }: Drain): Memory {
  const since = knownOf(memory.drains, name)?.sinceMs ?? sinceMs
  return { ...memory, drains: { ...memory.drains, [name]: { sinceMs: since, force } } }
}

const drainsOnly = (memory: Memory, keeps: (name: string) => boolean): Memory => ({
  ...memory,
  drains: Object.fromEntries(Object.entries(memory.drains).filter(([name]) => keeps(name))),
})
