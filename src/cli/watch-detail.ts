/** The chosen line of `status --watch`: what it carried, how it was, and where it goes. Pure. */
import type { LineDocument } from '../api/contract.ts'
import { NOTHING, counted, megabits, percent } from './amounts.ts'
import { formatDuration } from './duration.ts'
import { quality } from './line-table.ts'
import { lookOf } from './looks.ts'
import type { Screen } from './screen.ts'
import { cellsOf, delaySparks, rateSparks, workedRatioOf, workedSparks, type Cell } from './watch-series.ts'
import { DAY_MS, pastKey, type WatchView } from './watch-view.ts'
import { wrap } from './wrap.ts'

const TITLE_COLUMNS = 9
/** Less than this is a whisper, and looks like one. */
const LEAST_TOP = 100_000

const SPARKS = { least: 8, most: 120 } as const

/** Rows of blocks: what it carried, and how it was. */
export function sparkRows(view: WatchView, line: LineDocument, screen: Screen): string[] {
  const heard = view.lately.get(line.name) ?? []
  const past = (spanMs: number) => view.past.get(pastKey(line.name, spanMs)) ?? []
  const cells = (spanMs: number, count: number): readonly Cell[] =>
    cellsOf(past(spanMs), heard, { nowMs: view.nowMs, spanMs, count })
  const worked = workedText(workedRatioOf(past(DAY_MS), heard))
  const [delay, loss] = quality(line)
  const texts = { delay: delay === NOTHING ? NOTHING : `${delay}, loss ${loss}`, worked }
  const count = sparksCount(Object.values(texts), screen)
  const now = cells(view.spanMs, count)
  const down = now.map(({ downBitsPerSecond }) => downBitsPerSecond)
  const up = now.map(({ upBitsPerSecond }) => upBitsPerSecond)
  const most = Math.max(LEAST_TOP, ...[...down, ...up].filter((value) => value !== undefined))
  const row = (title: string, sparks: string, text: string): string =>
    `  ${title.padEnd(TITLE_COLUMNS - 2)}${sparks}  ${text}`
  return [
    ...(line.health === undefined ? [] : [row('delay', delaySparks(now), texts.delay)]),
    row('down', rateSparks(down, most), `${megabits(line.downBitsPerSecond)} Mbit/s`),
    row('up', rateSparks(up, most), `${megabits(line.upBitsPerSecond)} Mbit/s`),
    row('24 h', workedSparks(cells(DAY_MS, count)), worked),
  ]
}

const sparksCount = (texts: readonly string[], screen: Screen): number => {
  const room = screen.columns - TITLE_COLUMNS - 2 - Math.max(...texts.map(({ length }) => length), 14)
  return Math.min(SPARKS.most, Math.max(SPARKS.least, room))
}

/** Rounded down, for nobody may read 100 % who was cut off. */
const workedText = (ratio: number | undefined): string =>
  ratio === undefined ? 'nothing known' : `worked ${(Math.floor(ratio * 1000) / 10).toFixed(1)} %`

/** How it is and where it goes, in a sentence or two. */
export const wayRows = (line: LineDocument, nowMs: number, screen: Screen): string[] =>
  wrap(`  ${wayText(line, nowMs)}`, screen.columns, 2).split('\n')

function wayText(line: LineDocument, nowMs: number): string {
  const { state, since, why, openConnections: open, address, gateway, role, metered, drain } = line
  const age = formatDuration(nowMs - Date.parse(since))
  return [
    `${lookOf(state).word} for ${age}${why === undefined ? '' : `: ${why}`}`,
    ...(drain === undefined || state === 'draining' ? [] : ['drained']),
    ...(role === 'backup' ? ['backup'] : []),
    ...(metered ? ['metered'] : []),
    `${line.interface}${gateway === null ? '' : ` through ${gateway}`}`,
    address ?? 'no address',
    ...(open === null ? [] : [`${counted(open, 'connection')} open`]),
    ...(line.wantedShareRatio === 0
      ? ['gets no new ones']
      : [`gets ${percent(line.wantedShareRatio)} % of the new`]),
  ].join('; ')
}
