/** Traffic that goes on while an act plays. */
import type { Lab } from './lab.ts'
import type { LoadRecord, LoadResult } from './load.ts'
import { recentRecords } from './watch-load.ts'

export interface BackgroundLoad {
  /** On the clock of the records. */
  nowMs(): number
  /** Connections that ended within the last second. */
  lastSecond(): readonly LoadRecord[]
  stop(): Promise<LoadResult>
}

/** Some hundred connections a second until it is stopped. */
export function startBackground(lab: Lab): BackgroundLoad {
  const beganAt = performance.now()
  const stopping = new AbortController()
  const recent = recentRecords()
  const running = lab.load({
    connections: Infinity,
    concurrency: 34,
    pauseMs: 50,
    timeoutMs: 3000,
    signal: stopping.signal,
    onRecord: recent.add,
  })
  running.catch(() => {}) // an interrupted act does not come to stop it
  return {
    nowMs: () => performance.now() - beganAt,
    lastSecond: recent.lastSecond,
    stop: () => {
      stopping.abort()
      return running
    },
  }
}
