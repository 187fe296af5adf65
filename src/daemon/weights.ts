import { knownOf, type Memory, type WeightWish } from '../plan/index.ts'
import type { WishOutcome } from './control.ts'
import type { Journal } from './journal.ts'
import { wish, type WishHost } from './wish.ts'

/** Other weights than those of the file, as the operator wishes: remembered, and in force before they are answered. */
export class Weights {
  readonly #host: WishHost
  readonly #journal: Journal

  constructor(host: WishHost, journal: Journal) {
    this.#host = host
    this.#journal = journal
  }

  /** @param weight absent: what the file says */
  async weigh(name: string, weight?: number): Promise<WishOutcome> {
    const insteadOf = this.#inFile(name)
    const isWish = weight !== undefined && insteadOf !== undefined && weight !== insteadOf
    const isNews = knownOf(this.#host.memory().weights, name)?.weight !== (isWish ? weight : undefined)
    const change = (memory: Memory): Memory =>
      isWish ? withWish(memory, name, { weight, insteadOf }) : wishesOnly(memory, (wished) => wished !== name)
    const cause = isWish ? `${name} is to have weight ${weight}` : `${name} is to have the weight of the file`
    const outcome = await wish(this.#host, name, cause, change)
    if (isNews && outcome.is === 'done')
      this.#journal.add({
        kind: 'weighed',
        line: name,
        text: isWish
          ? `somebody wished so: weight ${weight}, where the file says ${insteadOf}`
          : `its weight is as the file says: ${outcome.line.weight}`,
      })
    return outcome
  }

  /** What was meant of another file, or of a line that is not there any more, comes back with neither. */
  async forgetOthers(weights: ReadonlyMap<string, number>): Promise<void> {
    const memory = this.#host.memory()
    const kept = wishesOnly(memory, (name, { insteadOf }) => weights.get(name) === insteadOf)
    const isFewer = Object.keys(kept.weights).length < Object.keys(memory.weights).length
    if (isFewer) await this.#host.keep(kept)
  }

  #inFile(name: string): number | undefined {
    const line = this.#host.lines().find(({ config }) => config.name === name)?.config
    return line?.weightInFile ?? line?.weight
  }
}

const withWish = (memory: Memory, name: string, wished: WeightWish): Memory => ({
  ...memory,
  weights: { ...memory.weights, [name]: wished },
})

const wishesOnly = (memory: Memory, keeps: (name: string, wished: WeightWish) => boolean): Memory => ({
  ...memory,
  weights: Object.fromEntries(Object.entries(memory.weights).filter(([name, wished]) => keeps(name, wished))),
})
