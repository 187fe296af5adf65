import type { Counts } from '../kernel/index.ts'

interface Sample extends Counts {
  readonly openedAtMs: number
  readonly atMs: number
}

export const SAMPLE_EVERY_MS = 10_000
export const SHARE_WINDOW_MS = 300_000
/** Looks that come sooner refresh the last sample: somebody who asks every second must not fill the window. */
const SAMPLE_AT_LEAST_MS = 5000
/** Over less than this a rate is noise. */
const RATE_OVER_AT_LEAST_MS = 1000

/** The counters of the last five minutes: what was chosen lately, and how fast the lines run now. */
export class CounterWindow {
  #samples: Sample[] = []

  /** Counters that ran backwards were made anew (the table was deleted): what came before them is dropped. */
  add(counts: Counts, atMs: number): void {
    const last = this.#samples.at(-1)
    const restarted =
      last !== undefined && [...last.chosen].some(([name, value]) => (counts.chosen.get(name) ?? 0) < value)
    if (restarted) this.#samples = []
    const refreshed =
      !restarted &&
      last !== undefined &&
      this.#samples.length > 1 &&
      atMs - last.openedAtMs < SAMPLE_AT_LEAST_MS
    const kept = (refreshed ? this.#samples.slice(0, -1) : this.#samples).filter(
      (sample) => sample.atMs > atMs - SHARE_WINDOW_MS,
    )
    this.#samples = [...kept, { ...counts, openedAtMs: refreshed ? last.openedAtMs : atMs, atMs }]
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

  /** Bits per second since the newest sample that is old enough; `undefined` without one, or after a device came anew. */
  rates(dev: string): { downBitsPerSecond: number; upBitsPerSecond: number } | undefined {
    const last = this.#samples.at(-1)
    const before = this.#samples.findLast(
      ({ atMs }) => last !== undefined && atMs <= last.atMs - RATE_OVER_AT_LEAST_MS,
    )
    const now = last?.traffic.get(dev)
    const then = before?.traffic.get(dev)
    if (last === undefined || before === undefined || now === undefined || then === undefined)
      return undefined
    if (now.rxBytes < then.rxBytes || now.txBytes < then.txBytes) return undefined
    const seconds = (last.atMs - before.atMs) / 1000
    return {
      downBitsPerSecond: ((now.rxBytes - then.rxBytes) * 8) / seconds,
      upBitsPerSecond: ((now.txBytes - then.txBytes) * 8) / seconds,
    }
  }
}
