/** Which pieces of the past `status --watch` lacks. Pure. */
import { chosenLine, DAY_MS, linesOf, pastKey, type WatchView } from './watch-view.ts'

export interface Wanted {
  readonly line: string
  /** In `view.past`. */
  readonly key: string
  readonly fromMs: number
  readonly toMs: number
  readonly points: number
}

const POINTS = 120
/** The last minutes are heard; older ones change only with the clock. */
const ASK_AGAIN_MS = 5 * 60_000
/** What was just before we listened is kept by then. */
const KEPT_AFTER_MS = 15_000
/** Beyond these nobody compares rows of blocks, and the daemon has other things to do. */
const MOST_LINES = 16

/** @param asked when each key was asked for last */
export function pastWanted(
  view: WatchView,
  asked: ReadonlyMap<string, number>,
  nowMs: number,
): readonly Wanted[] {
  const chosen = chosenLine(view)
  const lines = linesOf(view).slice(0, MOST_LINES)
  const pairs = [
    ...(chosen === undefined
      ? []
      : [
          { name: chosen.name, spanMs: view.spanMs },
          { name: chosen.name, spanMs: DAY_MS },
        ]),
    ...lines.map(({ name }) => ({ name, spanMs: view.spanMs })),
  ]
  return pairs
    .map(({ name, spanMs }) => ({
      line: name,
      key: pastKey(name, spanMs),
      fromMs: nowMs - spanMs,
      toMs: nowMs,
      points: POINTS,
    }))
    .filter(({ line, key }) => {
      const askedMs = asked.get(key)
      const heardMs = view.lately.get(line)?.[0]?.atMs ?? nowMs
      if (askedMs === undefined || nowMs - askedMs >= ASK_AGAIN_MS) return true
      return askedMs >= heardMs && askedMs < heardMs + KEPT_AFTER_MS && nowMs >= heardMs + KEPT_AFTER_MS
    })
}
