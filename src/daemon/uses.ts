import type { Memory } from '../plan/index.ts'
import type { WishOutcome } from './control.ts'
import { wish, type WishHost } from './wish.ts'

export interface UseHost extends WishHost {
  /** Why the kernel cannot tell the packets of a control group; `undefined`: it can. */
  readonly whyNot: () => string | undefined
  /** Whether the kernel holds this group on its line, as the last pass wished it. */
  readonly isHeld: (group: string) => boolean
}

/** Control groups whose packets leave by one line alone (`multihome use`), by their path below /sys/fs/cgroup. */
export class Uses {
  readonly #host: UseHost

  constructor(host: UseHost) {
    this.#host = host
  }

  async hold(name: string, group: string): Promise<WishOutcome> {
    const whyNot = this.#host.whyNot()
    if (whyNot !== undefined) return { is: 'failed', trouble: whyNot }
    const outcome = await wish(this.#host, name, `a command uses ${name}`, (memory) => ({
      ...memory,
      uses: { ...memory.uses, [group]: name },
    }))
    const isMissing = outcome.is === 'done' && !this.#host.isHeld(group)
    return isMissing ? { is: 'failed', trouble: `there is no control group ${group}` } : outcome
  }

  async letGo(group: string): Promise<void> {
    const { memory, keep, exclusive, pass } = this.#host
    await exclusive(async () => {
      await keep(usesOnly(memory(), (one) => one !== group))
      return pass('a command that used a line has ended')
    })
  }

  /** Those that are gone; their command was killed before it could say so. */
  async forgetGone(): Promise<void> {
    const { memory, keep, isHeld } = this.#host
    const kept = usesOnly(memory(), isHeld)
    if (Object.keys(kept.uses).length < Object.keys(memory().uses).length) await keep(kept)
  }
}

const usesOnly = (memory: Memory, keeps: (group: string) => boolean): Memory => ({
  ...memory,
  uses: Object.fromEntries(Object.entries(memory.uses).filter(([group]) => keeps(group))),
})
