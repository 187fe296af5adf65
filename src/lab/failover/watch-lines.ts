/** What the daemon says of its lines, with the moment at which it noticed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '../../api/client.ts'
import type { Lab } from '../lab.ts'
import type { LineChange } from './recorded.ts'

export interface LineWatch extends Disposable {
  /** All that is known by now, of every life that the daemon has had meanwhile. */
  changes(): Promise<readonly LineChange[]>
}

/** Reads the events again and again, so that those of a daemon that is killed are not lost. */
export function watchLines(lab: Lab): LineWatch {
  const client = createClient(lab.daemonPaths.socket)
  const changes: LineChange[] = []
  const over = new AbortController()
  let run: string | undefined
  let lastId = 0

  async function look(): Promise<void> {
    const answer = await client.events({ after: lastId })
    if (!answer.ok) return // no daemon just now
    const { value } = answer
    if (value.run !== run && lastId > 0) {
      lastId = 0
      run = value.run
      return look()
    }
    run = value.run
    for (const event of value.events) {
      if (event.id <= lastId) continue // two looks at a time
      lastId = event.id
      if (event.line !== undefined)
        changes.push({ atMs: onOurClock(event.time), line: event.line, state: event.event, text: event.text })
    }
  }
  void (async () => {
    while (!over.signal.aborted) {
      await look()
      await sleep(LOOK_EVERY_MS)
    }
  })()
  return {
    async changes() {
      await look()
      return changes
    },
    [Symbol.dispose]: () => over.abort(),
  }
}

/** The daemon tells wall time, to the millisecond. */
const onOurClock = (time: string): number => Date.parse(time) - (Date.now() - performance.now())

const LOOK_EVERY_MS = 100
