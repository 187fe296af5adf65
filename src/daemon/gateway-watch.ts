import { isDeepStrictEqual } from 'node:util'
import type { Kernel, KernelEvent } from '../kernel/index.ts'
import type { Config, Neighbour } from '../model/index.ts'
import { sharedGateways } from '../plan/index.ts'

/** Hears of gateways on shared cards, as long as the configuration has any. */
export class GatewayWatch {
  readonly #kernel: Kernel
  readonly #onEvent: (event: KernelEvent) => void
  #gateways: readonly Neighbour[] = []
  #watch: { close(): void } | undefined

  constructor(kernel: Kernel, onEvent: (event: KernelEvent) => void) {
    this.#kernel = kernel
    this.#onEvent = onEvent
  }

  follow(config: Config): void {
    const gateways = sharedGateways(config)
    if (isDeepStrictEqual(gateways, this.#gateways)) return
    this.close()
    this.#gateways = gateways
    if (gateways.length > 0) this.#watch = this.#kernel.watchNeighbours(gateways, this.#onEvent)
  }

  close(): void {
    this.#watch?.close()
    this.#watch = undefined
    this.#gateways = []
  }
}
