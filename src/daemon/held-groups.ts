import type { Kernel } from '../kernel/index.ts'
import { fail, ok, type Result } from '../model/index.ts'
import type { Desired } from '../plan/index.ts'
import type { PassReport } from './reconciler.ts'

/** Control groups that were given a line of their own (`multihome use`), for as long as their command runs. */
export class HeldGroups {
  readonly #kernel: Kernel
  /** By the name of their line: its number may be another one after a change of the file. */
  readonly #lineOf = new Map<string, string>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  /** @returns why not, in words */
  async hold(group: string, name: string, lines: Desired['lines']): Promise<Result<void, string>> {
    const { groupMatch, kernelRelease } = this.#kernel.capabilities
    const line = lines.find(({ config }) => config.name === name)
    if (line === undefined) return fail(`there is no line ${name}`)
    if (!groupMatch) return fail(`kernel ${kernelRelease} cannot tell the packets of a control group`)
    const held = await this.#kernel.hold(group, line.id)
    if (!held.ok) return fail(`${held.error.what}: ${held.error.said}`)
    this.#lineOf.set(group, name)
    return ok(undefined)
  }

  async letGo(group: string): Promise<void> {
    this.#lineOf.delete(group)
    await this.#kernel.letGo(group) // refused where the table is gone or the group is: then nothing holds it
  }

  /** A table that was changed may have forgotten them. */
  async holdAgain({ moves, wanted }: PassReport): Promise<void> {
    if (!moves.some((move) => move.do === 'change-ruleset')) return
    for (const [group, name] of this.#lineOf) {
      const held = await this.hold(group, name, wanted.lines)
      if (!held.ok) this.#lineOf.delete(group)
    }
  }
}
