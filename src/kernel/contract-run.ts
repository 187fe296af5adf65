import {
  formatPrefix,
  type KernelError,
  type Move,
  type Observed,
  type ShapedDevice,
} from '../model/index.ts'
import { ADDRESSES, BIRTH_RULES, SETTINGS, SHAPED, changesBetween, tell } from './contract-words.ts'
import type { Case, Happening } from './contract.ts'
import { FakeKernel } from './fake.ts'
import type { Kernel } from './port.ts'

/** A kernel together with the hands that pull its cables. */
export interface World {
  readonly kernel: Kernel
  happen(happening: Happening): void
}

/** @throws {Error} at the first move that came to something else than it should */
export async function changesOf(world: World, { acts }: Case): Promise<string[]> {
  const shaped = acts.some((act) => 'move' in act && act.move.do === 'add-shaper') ? SHAPED : []
  const before = tell(await look(world, shaped))
  for (const act of acts) {
    if ('happens' in act) {
      world.happen(act)
      await look(world) // as after every event: whoever does without may know a device that is gone
      continue
    }
    const cameTo = await outcomeOf(world, act.move)
    if (cameTo !== act.comesTo)
      throw new Error(`${JSON.stringify(act.move)} came to ${cameTo}, not to ${act.comesTo}`)
  }
  return changesBetween(before, tell(await look(world, shaped)))
}

export async function outcomeOf({ kernel }: World, move: Move): Promise<'ok' | KernelError['code']> {
  const outcome = await kernel.apply(move)
  return outcome.ok ? 'ok' : outcome.error.code
}

/** @param shaped devices whose queues are read, which takes a child of its own each time */
export async function look({ kernel }: World, shaped: readonly ShapedDevice[] = []): Promise<Observed> {
  const observed = await kernel.observe(SETTINGS, [], shaped)
  if (!observed.ok) throw new Error(observed.error.said)
  return observed.value
}

export function fakeWorld(): World {
  const kernel = new FakeKernel({ rules: BIRTH_RULES })
  for (const [dev, address] of Object.entries(ADDRESSES)) {
    kernel.addLink(dev)
    kernel.addAddress(dev, formatPrefix(address))
  }
  return {
    kernel,
    happen({ happens, dev }) {
      if (happens === 'plug' || happens === 'unplug') kernel.setCarrier(dev, happens === 'plug')
      if (happens === 'switch-on' || happens === 'switch-off') kernel.setLink(dev, happens === 'switch-on')
      if (happens === 'remove') kernel.removeLink(dev)
      if (happens === 'bring-back') kernel.addLink(dev)
    },
  }
}
