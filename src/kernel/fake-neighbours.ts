import type { Neighbour, SilentNeighbour } from '../model/index.ts'
import type { KernelEvent } from './port.ts'

interface Watch {
  readonly neighbours: readonly Neighbour[]
  readonly onEvent: (event: KernelEvent) => void
}

/** Whom the pretend kernel knows on its networks. */
export class FakeNeighbours {
  #known: Neighbour[]
  #watches: Watch[] = []

  constructor(known: readonly Neighbour[] = [], silent: readonly SilentNeighbour[] = []) {
    this.#known = [...known, ...silent]
  }

  /** Who was asked for his hardware address and did not answer. */
  get silent(): SilentNeighbour[] {
    return this.#known.filter(({ mac }) => mac === undefined)
  }

  withAddress(addresses: readonly string[]): Neighbour[] {
    return this.#known.filter(({ address }) => addresses.includes(address))
  }

  /** Whoever is not known yet is from now on, without a hardware address until he answers. */
  ask({ dev, address }: Neighbour): void {
    if (!this.#known.some((one) => isSame(one, { dev, address }))) this.#known.push({ dev, address })
  }

  forget(neighbour: SilentNeighbour): void {
    this.#known = this.#known.filter((one) => !isSame(one, neighbour))
  }

  /** With its last address, its carrier or itself an interface loses all that it knew. */
  keepThoseOn(interfaces: readonly string[]): void {
    this.#known = this.#known.filter(({ dev }) => interfaces.includes(dev))
  }

  meet(neighbour: Neighbour): void {
    this.#known = [...this.#known.filter((one) => !isSame(one, neighbour)), neighbour]
    for (const { neighbours, onEvent } of this.#watches)
      if (neighbours.some((one) => isSame(one, neighbour)))
        queueMicrotask(() => onEvent({ about: 'neighbour', text: neighbour.address }))
  }

  watch(neighbours: readonly Neighbour[], onEvent: (event: KernelEvent) => void): { close(): void } {
    const watch: Watch = { neighbours, onEvent }
    this.#watches.push(watch)
    return { close: () => (this.#watches = this.#watches.filter((other) => other !== watch)) }
  }
}

const isSame = (a: SilentNeighbour, b: SilentNeighbour): boolean => a.dev === b.dev && a.address === b.address
