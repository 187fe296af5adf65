import type { Counts } from '../kernel/index.ts'

interface Sample extends Counts {
  readonly atMs: number
}

export const SAMPLE_EVERY_MS = 10_000
export const SHARE_WINDOW_MS = 300_000

/** The counters of the last five minutes: what was chosen lately, and how fast the lines run now. */
export class CounterWindow {
  #samples: Sample[] = []

  /** Counters that ran backwards were made anew (the table was deleted): what came before them is dropped. */
  add(counts: Counts, atMs: number): void {
    const last = this.#samples.at(-1)
    const restarted =
      last !== undefined && [...last.chosen].some(([name, value]) => (counts.chosen.get(name) ?? 0) < value)
    const kept = restarted ? [] : this.#samples.filter((sample) => sample.atMs > atMs - SHARE_WINDOW_MS)
    this.#samples = [...kept, { ...counts, atMs }]
  }

  total(counter: string): number {
    return this.#samples.at(-1)?.chosen.get(counter) ?? 0
  }

  /** Counted since the window began. */
  recent(counter: string): number {
    return this.total(counter) - (this.#samples[0]?.chosen.get(counter) ?? 0)
  }

  bytes(dev: string): { rxBytes: number; txBytes: number } {
    return this.#samples.at(-1)?.traffic.get(dev) ?? { rxBytes: 0, txBytes: 0 }
  }

  /** Bits per second between the last two samples; `undefined` before there are two, or after a device came anew. */
  rates(dev: string): { downBitsPerSecond: number; upBitsPerSecond: number } | undefined {
    const last = this.#samples.at(-1)
    const before = this.#samples.at(-2)
    const now = last?.traffic.get(dev)
    const then = before?.traffic.get(dev)
    if (last === undefined || before === undefined || now === undefined || then === undefined)
      return undefined
    const seconds = (last.atMs - before.atMs) / 1000
    if (seconds <= 0 || now.rxBytes < then.rxBytes || now.txBytes < then.txBytes) return undefined
    return {
      downBitsPerSecond: ((now.rxBytes - then.rxBytes) * 8) / seconds,
      upBitsPerSecond: ((now.txBytes - then.txBytes) * 8) / seconds,
    }
  }
}
