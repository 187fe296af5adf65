import { coloured, plain, wantsColor } from './style.ts'
import type { ColorWhen, Paint } from './style.ts'

/** Where text goes. */
export interface Sink {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What the texts of the commands need to know about the place they are shown in. */
export interface Screen {
  readonly columns: number
  readonly paint: Paint
  /** Stands for what was cut out of a table cell. */
  readonly cutMark: string
  /** The last touch: twins for every sign of ours that the locale may not have. */
  finish(text: string): string
}

export interface ScreenWishes {
  readonly color: ColorWhen
  readonly ascii: boolean
}

/** Text gets no wider: long lines are hard to read, and a pipe must get the same text on every screen. */
const WIDEST = 80
const NARROWEST = 40

export function screenFor(sink: Sink, env: NodeJS.ProcessEnv, wishes: ScreenWishes): Screen {
  const ascii = wishes.ascii || !isUtf8(env)
  return {
    columns: Math.min(WIDEST, Math.max(NARROWEST, sink.isTTY === true ? (sink.columns ?? WIDEST) : WIDEST)),
    paint: wantsColor(wishes.color, env, sink.isTTY === true) ? coloured : plain,
    cutMark: ascii ? '..' : '…',
    finish: ascii ? toAscii : (text) => text,
  }
}

/** POSIX: the first of these that is set and not empty counts; none of them is the locale C. */
function isUtf8(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C'
  return /utf-?8/i.test(locale)
}

const TWINS: Readonly<Record<string, string>> = {
  '●': '+',
  '▲': '~',
  '✖': 'x',
  '○': 'o',
  '▷': '>',
  '▁': '_',
  '▂': '.',
  '▃': ':',
  '▄': '-',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '█': '#',
  '─': '-',
  '│': '|',
  '↑': '^',
  '↓': 'v',
  '→': '->',
  '…': '...',
  '·': ' ',
  '±': '+-',
  '›': '>',
}

const SIGNS = new RegExp(`[${Object.keys(TWINS).join('')}]`, 'g')

const toAscii = (text: string): string => text.replace(SIGNS, (sign) => TWINS[sign] ?? sign)
