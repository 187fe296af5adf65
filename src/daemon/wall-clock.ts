/** The two clocks of a box, read at one moment. */
export interface Clocks {
  readonly wallMs: number
  /** Goes forward and nowhere else, from any beginning. */
  readonly monotonicMs: number
}

/** Slewing and the time between two readings stay below; whoever sets a clock jumps farther. */
const JUMP_MS = 1000

/**
 * Wall times of moments that were kept by the monotonic clock. A box without a battery boots in 1970 and learns the
 * time by NTP later: what happened in between then has a right time all the same, and no age is ever 20,000 days.
 *
 * While nobody sets the wall clock, the same moment always has the same wall time, to the millisecond.
 */
export class WallClock {
  readonly #read: () => Clocks
  #offsetMs: number

  constructor(read: () => Clocks = readClocks) {
    this.#read = read
    this.#offsetMs = offsetOf(read())
  }

  /** @param monotonicMs a moment of this boot */
  at(monotonicMs: number): number {
    const offsetMs = offsetOf(this.#read())
    if (Math.abs(offsetMs - this.#offsetMs) > JUMP_MS) this.#offsetMs = offsetMs
    return Math.round(monotonicMs + this.#offsetMs)
  }
}

const readClocks = (): Clocks => ({ wallMs: Date.now(), monotonicMs: performance.now() })

const offsetOf = ({ wallMs, monotonicMs }: Clocks): number => wallMs - monotonicMs
