const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The two biggest units that say something: `3 s`, `7 m 29 s`, `1 h 4 m`, `1 d 5 h`; from two days on `12 d`. */
export function formatDuration(durationMs: number): string {
  // A clock that was set back must not make an age negative.
  const ms = Math.max(0, durationMs)
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} d`
  if (ms >= DAY_MS) return two(ms, DAY_MS, 'd', HOUR_MS, 'h')
  if (ms >= HOUR_MS) return two(ms, HOUR_MS, 'h', MINUTE_MS, 'm')
  if (ms >= MINUTE_MS) return two(ms, MINUTE_MS, 'm', SECOND_MS, 's')
  return `${Math.floor(ms / SECOND_MS)} s`
}

function two(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % bigMs) / smallMs)
  return `${Math.floor(ms / bigMs)} ${big}${rest === 0 ? '' : ` ${rest} ${small}`}`
}
