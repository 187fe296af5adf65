/** What happened, one row each: when, whose, what, and why. Pure. */
import type { EventsDocument } from '../api/contract.ts'
import { looksOfState, lookOf } from './looks.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

export type EventRow = EventsDocument['events'][number]

/** Of the last row, so that the next one can go on with it. */
export interface EventsPlace {
  /** What it and those before it follow from: ids with their runs. */
  readonly story: ReadonlySet<string>
  readonly day: string
}

const TIME_WIDTH = 12
const LINE_WIDTH = 9
const EVENT_WIDTH = 9

/** Where nothing was told yet: a day is only named when it is not today. */
export const atStart = (nowMs: number): EventsPlace => ({ story: new Set(), day: dayOf(nowMs) })

export function eventsText({ time, earlier, events }: EventsDocument, screen: Screen): string {
  const [first] = events
  if (first === undefined) return 'Nothing.'
  const { rows } = eventRows(events, atStart(Date.parse(time)), screen)
  const more = `older ones: multihome events --until '${momentOf(first.time)}'`
  return [...rows, ...(earlier === true ? [screen.paint('heading', more)] : [])].join('\n')
}

/** @returns the rows, and where the next ones begin */
export function eventRows(
  events: readonly EventRow[],
  from: EventsPlace,
  screen: Screen,
): { readonly rows: readonly string[]; readonly place: EventsPlace } {
  let place = from
  const rows = events.flatMap((event) => {
    const goesOn = event.because !== undefined && place.story.has(keyOf(event, event.because))
    const day = dayOf(Date.parse(event.time))
    const heading = day === place.day ? [] : [screen.paint('heading', day)]
    place = { story: new Set([...(goesOn ? place.story : []), keyOf(event, event.id)]), day }
    return [...heading, rowOf(event, goesOn, screen)]
  })
  return { rows, place }
}

const keyOf = ({ run = '' }: EventRow, id: number): string => `${run} ${id}`

function rowOf(event: EventRow, goesOn: boolean, screen: Screen): string {
  const isState = looksOfState(event.event)
  const { word, role } = lookOf(event.event)
  const isSo = goesOn && !isState
  const [whose, what] = isSo ? ['  so', ''] : [event.line ?? 'router', word]
  const start = `${clockOf(event.time).padEnd(TIME_WIDTH)}  ${whose.padEnd(LINE_WIDTH)}  ${what.padEnd(EVENT_WIDTH)} `
  const text = wrap(start + event.text, screen.columns, start.length)
  if (role === undefined || isSo) return text
  const [head, body] = [text.slice(0, TIME_WIDTH + 2), text.slice(start.length - 1)]
  return head + screen.paint(role, text.slice(head.length, start.length - 1)) + body
}

/** Local time, to the millisecond: a failover takes fewer than a second. */
function clockOf(time: string): string {
  const at = new Date(time)
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** As `--until` takes it. */
const momentOf = (time: string): string => `${dayOf(Date.parse(time))} ${clockOf(time).slice(0, 8)}`

function dayOf(atMs: number): string {
  const at = new Date(atMs)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}
