/** What stands above and below every page of `status --watch`. Pure. */
import { formatDuration } from './duration.ts'
import type { Screen } from './screen.ts'
import { drainQuestion } from './watch-keys.ts'
import type { WatchView } from './watch-view.ts'
import { wrap } from './wrap.ts'

/** Prose gets no wider: long rows are hard to read. */
const WIDEST_PROSE = 80

export const proseOf = (screen: Screen): Screen => ({
  ...screen,
  columns: Math.min(WIDEST_PROSE, screen.columns),
})

export function titleRow(view: WatchView, screen: Screen): string {
  const { nowMs, heard, away, paused } = view
  const news =
    paused !== undefined ? 'paused' : away !== undefined || heard === undefined ? 'no news' : 'live'
  const left = `multihome  ${heard?.status.hostname ?? ''}`
  const gap = ' '.repeat(Math.max(2, screen.columns - left.length - 2 - news.length - CLOCK_WIDTH))
  return `${left}${gap}${clock(paused?.nowMs ?? nowMs)}  ${news === 'live' ? news : screen.paint('suspect', news)}`
}

const CLOCK_WIDTH = 8

/** What a key came to, and below it the keys; a question takes their place. */
export function footRows(view: WatchView, screen: Screen): string[] {
  const prose = proseOf(screen)
  if (view.drains !== undefined) {
    const question = wrap(drainQuestion(view), prose.columns).split('\n')
    return [...question.map((row) => screen.paint('verdict', row)), 'y yes   any other key no']
  }
  return [...(view.told === undefined ? [] : view.told(prose).split('\n')), keysRow(view, screen)]
}

/** As many as fit; the first ones matter most, and `?` tells of the rest. */
function keysRow({ paused, page, spanMs }: WatchView, screen: Screen): string {
  const pause = paused === undefined ? 'space pause' : 'space go on'
  const keys =
    page === 'lines'
      ? ['q quit', '? keys', pause, 'j/k line', 'd drain', 'u undrain', 'p probe', 'e events', 'Enter more', 'f flows', `s ${formatDuration(spanMs)}`] // prettier-ignore
      : ['q quit', 'Esc back', page === 'line' ? 'j/k line' : 'j/k scroll', pause, '? keys']
  const row = (count: number): string => keys.slice(0, count).join('  ')
  const count = keys.findLastIndex((_, i) => row(i + 1).length <= screen.columns) + 1
  return row(Math.max(1, count))
}

/** Local time. */
export function clock(atMs: number): string {
  const at = new Date(atMs)
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}
