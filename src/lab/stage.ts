import type { WriteStream } from 'node:tty'

/** Where the show speaks: text that stays, and on a terminal a block below it that is drawn again and again. */
export interface Stage {
  readonly isTerminal: boolean
  /** That a line may have now, 60 to 200; 80 where there is no terminal. */
  readonly columns: number
  say(text?: string): void
  /** Replaces the live block; does nothing where there is no terminal, nor more often than four times a second. */
  live(lines: readonly string[]): void
  /** Takes the live block away. */
  clear(): void
}

const REDRAW_EVERY_MS = 250

type Screen = Pick<WriteStream, 'isTTY' | 'write'> & Partial<Pick<WriteStream, 'columns' | 'rows'>>

export function createStage(out: Screen): Stage {
  let drawn: readonly string[] = []
  let drawnAtMs = -Infinity
  const clear = (): void => {
    const rows = rowsOnScreen(drawn, out.columns)
    if (rows > 0) out.write(`\r\x1b[${rows}A\x1b[J`) // left, because Ctrl-C writes ^C; up, and erase to the end of the screen
    drawn = []
  }
  return {
    isTerminal: out.isTTY,
    get columns() {
      return Math.min(Math.max(out.columns || 80, 60), 200)
    },
    say(text = '') {
      clear()
      out.write(`${text}\n`)
    },
    live(lines) {
      if (!out.isTTY || performance.now() - drawnAtMs < REDRAW_EVERY_MS) return
      clear()
      drawn = fitScreen(lines, out)
      out.write(drawn.map((line) => `${line}\n`).join(''))
      drawnAtMs = performance.now()
    },
    clear,
  }
}

/** What is drawn again must neither wrap nor scroll: the way back up would end elsewhere. */
export function fitScreen(
  lines: readonly string[],
  { columns = 80, rows = 24 }: { readonly columns?: number | undefined; readonly rows?: number | undefined },
): string[] {
  const most = Math.max(rows - 1, 1) // the cursor stands below
  const shown =
    lines.length <= most ? lines : [...lines.slice(0, most - 1), `  … and ${lines.length - most + 1} more`]
  return shown.map((line) => line.slice(0, columns))
}

/** A terminal that was made narrower has wrapped what was drawn. */
export const rowsOnScreen = (lines: readonly string[], columns = 80): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0)
