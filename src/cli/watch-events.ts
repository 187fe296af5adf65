/** What happened, in the room that is left beside or below the lines. Pure. */
import { looksOfState, lookOf } from './looks.ts'
import type { EventRow } from './events-text.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

const MS_FROM = 8

/** The newest that fit, each in one row, or in several where the screen is said to be their own. */
export function recentRows(
  events: readonly EventRow[],
  rows: number,
  screen: Screen,
  each: 'one-row' | 'whole',
): string[] {
  const name = Math.max(...events.map(({ line = BOX }) => line.length), 0)
  const word = Math.max(...events.map(({ event }) => lookOf(event).word.length), 0)
  return events.flatMap((row) => eventText(row, { name, word }, screen, each).split('\n')).slice(-rows)
}

const BOX = 'router'

function eventText(
  { time, line = BOX, event, text }: EventRow,
  width: { readonly name: number; readonly word: number },
  screen: Screen,
  each: 'one-row' | 'whole',
): string {
  const { word, role } = lookOf(event)
  const head = `${new Date(time).toTimeString().slice(0, MS_FROM)}  ${line.padEnd(width.name)}  `
  const what = word.padEnd(width.word)
  const start = `${head}${what}  `
  const rows = each === 'whole' ? wrap(start + text, screen.columns, start.length) : cut(start + text, screen)
  return role === undefined || !looksOfState(event)
    ? rows
    : head + screen.paint(role, what) + rows.slice(head.length + what.length)
}

const cut = (row: string, { columns, cutMark }: Screen): string =>
  row.length <= columns ? row : row.slice(0, Math.max(0, columns - cutMark.length)) + cutMark
