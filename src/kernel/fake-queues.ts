import type { FoundShaper, Observed, OtherQueue, ShapedDevice, Shaper } from '../model/index.ts'
import { done, refuse, type Outcome } from './fake-tables.ts'

/** What is held back on the devices of a pretend kernel. */
export class FakeQueues {
  readonly #isThere: (dev: string) => boolean
  #shapers: readonly FoundShaper[] = []
  #others: readonly OtherQueue[] = []

  constructor(isThere: (dev: string) => boolean) {
    this.#isThere = isThere
  }

  read(devices: readonly ShapedDevice[]): Pick<Observed, 'shapers' | 'otherQueues'> {
    const isAsked = ({ dev }: { readonly dev: string }): boolean => devices.some((one) => one.dev === dev)
    return { shapers: this.#shapers.filter(isAsked), otherQueues: this.#others.filter(isAsked) }
  }

  /** Found or new: all of it is put there. */
  set(shaper: Shaper): Outcome {
    if (!this.#isThere(shaper.dev)) return refuse('not-found', `Cannot find device "${shaper.dev}"`)
    this.#shapers = [...this.#shapers.filter((one) => !isSame(one, shaper)), { ...shaper, by: 'cake' }]
    return done
  }

  delete(shaper: Shaper): Outcome {
    const before = this.#shapers.length
    this.#shapers = this.#shapers.filter((one) => !isSame(one, shaper))
    return this.#shapers.length < before ? done : refuse('not-found', 'Invalid handle.')
  }

  add(queue: OtherQueue): void {
    this.#others = [...this.#others, queue]
  }

  /** What leads into the interface of ours goes with the device; that interface stays. */
  removeLink(dev: string): void {
    this.#others = this.#others.filter((queue) => queue.dev !== dev)
    this.#shapers = this.#shapers
      .filter((one) => one.dev !== dev || one.direction === 'down')
      .map((one) => (one.dev === dev ? { ...one, bitsPerSecond: 0, by: 'nothing yet' } : one))
  }

  renameLink(dev: string, to: string): void {
    this.#others = this.#others.map((queue) => (queue.dev === dev ? { ...queue, dev: to } : queue))
    this.#shapers = this.#shapers.map((one) => (one.dev === dev ? { ...one, dev: to } : one))
  }
}

const isSame = (a: Shaper, b: Shaper): boolean => a.dev === b.dev && a.direction === b.direction
