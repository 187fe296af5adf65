/** Clients that never stop asking, while something happens to their router. */
import assert from 'node:assert/strict'
import type { Lab, LoadRecord } from '../index.ts'

export interface RunningLoad {
  /** Connections that ended so far. */
  readonly count: number
  /** On the clock of the records. */
  readonly nowMs: number
  /** Resolves when so many more connections have ended: what happened before was felt by then. */
  more(connections?: number): Promise<void>
  stop(): Promise<readonly LoadRecord[]>
}

/** All clients ask, some dozens of connections open at any time. */
export function keepAsking(lab: Lab): RunningLoad {
  const end = new AbortController()
  const beganAt = performance.now()
  let count = 0
  let wake = (): void => {}
  const load = lab.load({
    connections: Infinity,
    concurrency: 24,
    pauseMs: 5,
    timeoutMs: 2500,
    signal: end.signal,
    onRecord: () => {
      count += 1
      wake()
    },
  })
  return {
    get count() {
      return count
    },
    get nowMs() {
      return performance.now() - beganAt
    },
    async more(connections = 150) {
      const goal = count + connections
      await new Promise<void>((resolve) => {
        wake = () => {
          if (count >= goal) resolve()
        }
      })
    },
    async stop() {
      end.abort()
      return (await load).records
    },
  }
}

export function assertNoneFailed(records: readonly LoadRecord[]): void {
  const failed = records.filter(({ outcome }) => !outcome.ok)
  assert.deepEqual(failed, [], `${failed.length} of ${records.length} connections failed`)
}
