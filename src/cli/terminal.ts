/** A terminal taken for a live view, and given back as it was however the view ends. */
import { stripVTControlCharacters } from 'node:util'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Size } from './watch-picture.ts'

export interface Terminal {
  /** Takes the whole screen, without what is typed being shown. */
  enter(on: TerminalEvents): TakenTerminal
}

export interface TerminalEvents {
  /** One key; those that are more than a character (arrows) are not told. */
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

/** The other screen, no cursor, and long lines are not continued on the next. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l'

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
  const enter = (): void => {
    isOurs = true
    stdin.setRawMode(true)
    stdout.write(ENTER)
  }
  const giveBack = (): void => {
    isOurs = false
    stdout.write(LEAVE)
    stdin.setRawMode(false)
  }
  const onData = (data: Buffer): void => {
    const key = data.toString('utf8')
    if (key === SUSPEND) {
      giveBack()
      process.kill(0, 'SIGTSTP') // the whole job, as the terminal itself would
    } else if (!key.startsWith('\u001b')) {
      for (const one of key) on.key(one)
    }
  }
  const onContinue = (): void => {
    enter()
    on.resize()
  }
  let isTaken = true
  const leave = (): void => {
    if (!isTaken) return
    isTaken = false
    stdin.off('data', onData).off('end', on.end).pause()
    stdout.off('resize', on.resize)
    for (const signal of END_SIGNALS) process.off(signal, on.end)
    process.off('SIGCONT', onContinue).off('exit', leave)
    giveBack()
  }

  stdin.on('data', onData).on('end', on.end)
  stdout.on('resize', on.resize)
  for (const signal of END_SIGNALS) process.on(signal, on.end)
  process.on('SIGCONT', onContinue).on('exit', leave) // on exit: after a mistake of ours
  enter()
  return {
    size: () => sizeOf(stdout),
    show: (rows) => {
      if (isOurs) stdout.write(drawing(rows, sizeOf(stdout).columns))
    },
    leave,
  }
}

/** In one piece and over what was there, so that nothing flickers. */
const drawing = (rows: readonly string[], columns: number): string =>
  `\u001b[H${rows.map((row) => row + clearRest(row, columns)).join('\r\n')}\u001b[J`

/** Behind a full row the cursor stands on its last sign, which would be cleared. */
const clearRest = (row: string, columns: number): string =>
  stripVTControlCharacters(row).length < columns ? '\u001b[K' : ''

/** A serial console does not know its size, and says 0. */
const sizeOf = ({ columns, rows }: WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 })
