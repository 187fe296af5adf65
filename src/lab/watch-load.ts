/** A load in the show's live block, also while not a single connection ends. */
import type { Lab } from './lab.ts'
import { weightsOf } from './lab-config.ts'
import { livePicture } from './live-picture.ts'
import type { LoadRecord } from './load.ts'
import type { Stage } from './stage.ts'

export interface RecentRecords {
  add(this: void, record: LoadRecord): void
  /** Connections that ended within the last second. */
  lastSecond(this: void): readonly LoadRecord[]
}

/** Forgets what is older. */
export function recentRecords(nowMs: () => number = () => performance.now()): RecentRecords {
  let recent: { readonly record: LoadRecord; readonly endedAtMs: number }[] = []
  const forget = (): void => {
    const first = recent.findIndex(({ endedAtMs }) => endedAtMs > nowMs() - 1000)
    recent = first === -1 ? [] : recent.slice(first)
  }
  return {
    add: (record) => void recent.push({ record, endedAtMs: nowMs() }),
    lastSecond: () => {
      forget()
      return recent.map(({ record }) => record)
    },
  }
}

/** Not oftener than the stage draws. */
const LOOK_EVERY_MS = 300

/** Draws until it is disposed of; from the first second on, when there is something to tell. */
export function watchLoad(lab: Lab, stage: Stage, load: Pick<RecentRecords, 'lastSecond'>): Disposable {
  const beganAt = performance.now()
  const timer = setInterval(() => {
    const ended = load.lastSecond()
    if (ended.length === 0 && performance.now() - beganAt < 1000) return
    stage.live(livePicture(lab.topology, weightsOf(lab.topology), ended, stage.columns))
  }, LOOK_EVERY_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
