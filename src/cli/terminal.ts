/** A terminal taken for a live view, and given back as it was however the view ends. */
import { stripVTControlCharacters } from 'node:util'
import { keysOf } from './terminal-keys.ts'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Size } from './watch-picture.ts'

export interface Terminal {
  /** Takes the whole screen, without what is typed being shown. */
  enter(on: TerminalEvents): TakenTerminal
}

export interface TerminalEvents {
  /** One key: its character, or `up`, `down`, `enter`, `escape`; of others and of pasted text nothing is told. */
  readonly key: (key: string) => void
  readonly resize: () => void
  /** Somebody wants us to end: a signal, or the terminal is gone. */
  readonly end: () => void
}

export interface TakenTerminal {
  size(): Size
  show(rows: readonly string[]): void
  /** May be called twice. */
  leave(): void
}

/** The other screen, no cursor, long lines are not continued on the next, and what is pasted is marked so. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h'
const LEAVE = '\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l'

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ctrl-Z, which in raw mode is a key like any other. */
const SUSPEND = '\u001a'

/** @returns `undefined` where nobody watches, or the screen cannot be drawn on */
export function terminalOf(
  stdin: ReadStream,
  stdout: WriteStream,
  term = process.env['TERM'],
): Terminal | undefined {
  if (!stdin.isTTY || !stdout.isTTY || term === 'dumb') return undefined
  return { enter: (on) => take(stdin, stdout, on) }
}

function take(stdin: ReadStream, stdout: WriteStream, on: TerminalEvents): TakenTerminal {
  /** While we are stopped the screen is somebody else's. */
  let isOurs = false
  /** What stands on the screen; absent: anything may. */
  let drawn: Drawn | undefined
  const keys = keysOf()
  const enter = (): void => {
    isOurs = true
    drawn = undefined
    stdin.setRawMode(true)
    stdout.write(ENTER)
  }
  const giveBack = (): void => {
    isOurs = false
    stdout.write(LEAVE)
    try {
      stdin.setRawMode(false)
    } catch {
      // EIO: it is gone, and needs nothing back.
    }
  }
  const onData = (data: Buffer): void => {
    for (const key of keys(data.toString('utf8'))) {
      if (key !== SUSPEND) {
        on.key(key)
      } else {
        giveBack()
        process.kill(0, 'SIGTSTP') // the whole job, as the terminal itself would
      }
    }
  }
  /** Resizing moves what stands there. */
  const onResize = (): void => {
    drawn = undefined
    on.resize()
  }
  const onContinue = (): void => {
    enter()
    on.resize()
  }
  let isTaken = true
  const leave = (): void => {
    if (!isTaken) return
    isTaken = false
    stdin.off('data', onData).off('end', on.end).off('error', on.end).pause()
    stdout.off('resize', onResize)
    for (const signal of END_SIGNALS) process.off(signal, on.end)
    process.off('SIGCONT', onContinue).off('exit', leave)
    giveBack()
  }

  stdin.on('data', onData).on('end', on.end).on('error', on.end) // EIO: the terminal is gone
  stdout.on('resize', onResize)
  for (const signal of END_SIGNALS) process.on(signal, on.end)
  process.on('SIGCONT', onContinue).on('exit', leave) // on exit: after a mistake of ours
  enter()
  return {
    size: () => sizeOf(stdout),
    show: (rows) => {
      if (!isOurs) return
      const now = { rows, columns: sizeOf(stdout).columns }
      const text = drawing(now, drawn)
      drawn = now
      if (text !== '') stdout.write(BEGIN + text + END)
    },
    leave,
  }
}

interface Drawn {
  readonly rows: readonly string[]
  readonly columns: number
}

/** Terminals that know it show what is between at once; the others do not mind. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l']

/**
 * In one piece, over what was there, and only the rows that changed: so nothing flickers, also over a slow line. Below
 * the last row of the screen the cursor cannot go: what is to be cleared is cleared from a row that there is.
 */
export function drawing({ rows, columns }: Drawn, before?: Drawn): string {
  const known = before?.columns === columns ? before.rows : undefined
  const changed = rows.flatMap((row, i) =>
    known?.[i] === row ? [] : [`\u001b[${i + 1};1H${row}${clearRest(row, columns)}`],
  )
  const clearAll = known === undefined ? '\u001b[H\u001b[J' : ''
  const clearBelow =
    known !== undefined && known.length > rows.length ? `\u001b[${rows.length + 1};1H\u001b[J` : ''
  return clearAll + changed.join('') + clearBelow
}

/** Behind a full row the cursor stands on its last sign, which would be cleared. */
const clearRest = (row: string, columns: number): string =>
  stripVTControlCharacters(row).length < columns ? '\u001b[K' : ''

/** A serial console does not know its size, and says 0. */
const sizeOf = ({ columns, rows }: WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 })
