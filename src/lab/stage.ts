import type { WriteStream } from 'node:tty'

/** Where the show speaks: text that stays, and on a terminal a block below it that is drawn again and again. */
export interface Stage {
  readonly isTerminal: boolean
  say(text?: string): void
  /** Replaces the live block; does nothing where there is no terminal, nor more often than four times a second. */
  live(lines: readonly string[]): void
  /** Takes the live block away. */
  clear(): void
}

const REDRAW_EVERY_MS = 250

export function createStage(out: Pick<WriteStream, 'isTTY' | 'write'>): Stage {
  let drawn = 0
  let drawnAtMs = -Infinity
  const clear = (): void => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[J`) // up, and erase to the end of the screen
    drawn = 0
  }
  return {
    isTerminal: out.isTTY,
    say(text = '') {
      clear()
      out.write(`${text}\n`)
    },
    live(lines) {
      if (!out.isTTY || performance.now() - drawnAtMs < REDRAW_EVERY_MS) return
      clear()
      out.write(lines.map((line) => `${line}\n`).join(''))
      drawn = lines.length
      drawnAtMs = performance.now()
    },
    clear,
  }
}
