/** What the keys of `status --watch` do. Pure. */
import { counted } from './amounts.ts'
import { wrap } from './wrap.ts'
import { chosenLine, linesOf, newsOf, SPANS_MS, type WatchView } from './watch-view.ts'

/** What a key asks for beside another picture. */
export type Act = { readonly do: 'quit' | 'flows' } | { readonly do: 'probe'; readonly line: string } | Wish

/** Changes something. */
export interface Wish {
  readonly do: 'drain' | 'undrain'
  readonly line: string
}

export interface Pressed {
  readonly view: WatchView
  readonly act?: Act
}

/** Ctrl-C and Ctrl-D are keys here. */
const QUIT: readonly string[] = ['q', 'Q', '\u0003', '\u0004']

export function press(before: WatchView, key: string): Pressed {
  if (QUIT.includes(key)) return { view: before, act: { do: 'quit' } }
  const { told: _, drains, ...rest } = before
  const view: WatchView = rest
  if (drains !== undefined) {
    return key === 'y' || key === 'Y'
      ? { view, act: { do: 'drain', line: drains } }
      : { view: { ...view, told: (screen) => wrap(`${drains} is not drained.`, screen.columns) } }
  }
  const line = chosenLine(view)
  switch (key) {
    case 'j':
    case 'down':
      return { view: moved(view, 1) }
    case 'k':
    case 'up':
      return { view: moved(view, -1) }
    case 'enter':
      return { view: turned(view, 'line') }
    case 'e':
      return { view: turned(view, 'events') }
    case '?':
      return { view: turned(view, 'help') }
    case 'escape':
      return { view: { ...view, page: 'lines', scrolled: 0 } }
    case 's':
      return { view: { ...view, spanMs: nextSpan(view.spanMs) } }
    case ' ': {
      const { paused, ...going } = view
      return { view: paused === undefined ? { ...view, paused: newsOf(view) } : going }
    }
    case 'd':
      if (line === undefined || view.away !== undefined) return { view }
      return line.drain === undefined
        ? { view: { ...view, drains: line.name } }
        : { view: { ...view, told: (screen) => wrap(isDrained(line.name), screen.columns) } }
    case 'u':
      return line === undefined || view.away !== undefined
        ? { view }
        : { view, act: { do: 'undrain', line: line.name } }
    case 'p':
      return line === undefined
        ? { view }
        : asking(view, { do: 'probe', line: line.name }, `Asking over ${line.name}, in every way there is; four seconds at most …`) // prettier-ignore
    case 'f':
      return asking(view, { do: 'flows' }, 'Counting open connections …')
    default:
      return { view }
  }
}

const asking = (view: WatchView, act: Act, waiting: string): Pressed =>
  view.away === undefined
    ? { view: { ...view, page: 'answer', scrolled: 0, asked: { waiting } }, act }
    : { view }

const isDrained = (name: string): string => `${name} is drained already. u takes it back.`

/** The same key again goes back. */
const turned = (view: WatchView, page: WatchView['page']): WatchView => ({
  ...view,
  page: view.page === page ? 'lines' : page,
  scrolled: 0,
})

const LONGEST_PAGE_ROWS = 40

/** Another line, where there are some to choose from, else other rows. */
function moved(view: WatchView, by: 1 | -1): WatchView {
  if (view.page !== 'lines' && view.page !== 'line') {
    const [rows, most] = view.page === 'events' ? [-by, view.events.length] : [by, LONGEST_PAGE_ROWS]
    return { ...view, scrolled: Math.min(most, Math.max(0, view.scrolled + rows)) }
  }
  const names = linesOf(view).map(({ name }) => name)
  const at = names.indexOf(chosenLine(view)?.name ?? '')
  const name = names[Math.min(names.length - 1, Math.max(0, at + by))]
  return name === undefined ? view : { ...view, chosen: name }
}

const nextSpan = (spanMs: number): number =>
  SPANS_MS[SPANS_MS.findIndex((span) => span === spanMs) + 1] ?? SPANS_MS[0]

/** What is asked before a line is drained. */
export function drainQuestion(view: WatchView): string {
  const line = linesOf(view).find(({ name }) => name === view.drains)
  const open = line?.openConnections
  const stay =
    open === undefined || open === null || open === 0
      ? ''
      : `; ${counted(open, 'open connection')} stay${open === 1 ? 's' : ''} on it`
  return `Drain ${view.drains ?? ''}? It takes no new connections${stay}.`
}
