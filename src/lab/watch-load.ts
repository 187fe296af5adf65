/** A load in the show's live block, also while not a single connection ends. */
import { createClient } from '../api/client.ts'
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

/**
 * Draws until it is disposed of; from the first second on, when there is something to tell. What is wished for is what
 * the daemon wishes at the moment: nothing of a line that is dead.
 */
export function watchLoad(lab: Lab, stage: Stage, load: Pick<RecentRecords, 'lastSecond'>): Disposable {
  const beganAt = performance.now()
  const client = createClient(lab.daemonPaths.socket)
  let wishes: ReadonlyMap<string, number> = weightsOf(lab.topology)
  let asking: Promise<void> | undefined
  const learn = async (): Promise<void> => {
    const answer = await client.status()
    if (answer.ok)
      wishes = new Map(answer.value.lines.map(({ name, wantedShareRatio }) => [name, wantedShareRatio]))
    asking = undefined
  }
  const timer = setInterval(() => {
    if (!stage.isTerminal) return
    asking ??= learn()
    const ended = load.lastSecond()
    if (ended.length === 0 && performance.now() - beganAt < 1000) return
    stage.live(livePicture(lab.topology, wishes, ended, stage.columns))
  }, LOOK_EVERY_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
