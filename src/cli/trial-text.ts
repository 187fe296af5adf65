import type { ApplyDocument, MeasureDocument, UndoDocument } from '../api/contract.ts'
import { clockTime } from '../model/index.ts'
import { counted } from './amounts.ts'
import { notesText } from './notes-text.ts'
import { besidesText } from './plan-text.ts'
import type { Screen } from './screen.ts'
import { clock } from './watch-drain.ts'
import { wrap } from './wrap.ts'

/** Of a change that was undone: an `Undo` document, or a part of another. */
export type Undone = Pick<UndoDocument, 'at' | 'why' | 'formerAt' | 'readBack'>

/** What the change did to the lines, one below the other. */
export function measuredText(applied: ApplyDocument, screen: Screen): string {
  const steps = counted(applied.stepCount, 'step')
  return [
    row('before', linesOf(applied.before ?? []), working(applied.before ?? []), screen),
    row('apply', steps, `${Math.round(applied.tookMs)} ms`, screen),
    ...(applied.besides.length === 0 ? [] : [besidesText(applied, screen)]),
    row('after', linesOf(applied.after ?? []), working(applied.after ?? []), screen),
    ...(applied.notes.length === 0 ? [] : ['', notesText(applied.notes, screen), '']),
  ].join('\n')
}

const TITLE_COLUMNS = 9

/** The result on the right, where there is room. */
function row(title: string, left: string, right: string, screen: Screen): string {
  const text = title.padEnd(TITLE_COLUMNS) + left
  return text.length + right.length + 2 <= screen.columns
    ? text.padEnd(screen.columns - right.length) + right
    : wrap(`${text}    ${right}`, screen.columns, TITLE_COLUMNS)
}

const linesOf = (measures: readonly MeasureDocument[]): string =>
  measures
    .map(({ line, family, works, delayMs, why }) => {
      const name = family === 'ipv6' ? `${line} over IPv6` : line
      return works ? `${name} ${Math.max(1, Math.round(delayMs ?? 0))} ms` : `${name}: ${why ?? 'no answer'}`
    })
    .join('    ')

const working = (measures: readonly MeasureDocument[]): string =>
  `${measures.filter(({ works }) => works).length} of ${measures.length} work`

export const trialText = (secondsLeft: number): string =>
  `On trial: undone in ${Math.round(secondsLeft)} s unless: multihome confirm`

export function undoneText({ at, why, formerAt, readBack }: Undone, screen: Screen): string {
  const former = moment(formerAt, at)
  const proof =
    readBack === undefined ? 'not all of it yet: multihome status' : `${inKernel(readBack)} read back`
  return wrap(
    `Undone: ${why}. The configuration of ${former} is in force again (${proof}). The file still holds what was undone; multihome apply takes it all the same.`,
    screen.columns,
  )
}

const inKernel = ({ rules, routes, nexthops, tables }: NonNullable<Undone['readBack']>): string =>
  `${counted(rules, 'rule')}, ${counted(routes, 'route')}, ${counted(nexthops, 'nexthop')} and ${counted(tables, 'table')}`

export const keptText = (): string => 'Kept. It holds over restarts and reboots too.'

/** With seconds, while they tell one evening's tries apart. */
function moment(time: string, now: string): string {
  const [then, today] = [new Date(time), new Date(now)]
  return then.toDateString() === today.toDateString()
    ? clock(time)
    : clockTime(then.getTime(), today.getTime())
}
