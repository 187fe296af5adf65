import type { Trial } from './control.ts'
import type { WallClock } from './wall-clock.ts'

/** A text that is in force and waits to be confirmed, and its time, which runs. */
export class RunningTrial {
  readonly source: string
  /** It came by the API: the version of the file that it is to replace once it is confirmed. */
  readonly replaces: string | undefined
  readonly #sinceMs = performance.now()
  readonly #confirmMs: number
  readonly #formerAtMs: number
  readonly #timer: NodeJS.Timeout

  /** @param formerAtMs when the text was accepted that would come back, by the wall clock */
  constructor(
    { source, replaces }: { readonly source: string; readonly replaces?: string | undefined },
    confirmMs: number,
    formerAtMs: number,
    onTimeOver: () => void,
  ) {
    this.source = source
    this.replaces = replaces
    this.#confirmMs = confirmMs
    this.#formerAtMs = formerAtMs
    this.#timer = setTimeout(onTimeOver, confirmMs)
  }

  at(clock: WallClock): Trial {
    const undoAtMs = clock.at(this.#sinceMs + this.#confirmMs)
    return { sinceMs: clock.at(this.#sinceMs), undoAtMs, formerAtMs: this.#formerAtMs }
  }

  stopTime(): void {
    clearTimeout(this.#timer)
  }
}
