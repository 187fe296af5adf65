import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientError } from '../api/client.ts'
import type { EventsDocument } from '../api/contract.ts'
import { fail, ok, type Result } from '../model/index.ts'
import type { EventRow } from './events-text.ts'

export interface EventsSource {
  /** @param after an id: only what came later */
  readonly ask: (after: number) => Promise<Result<EventsDocument, ClientError>>
  readonly everyMs: number
}

/**
 * What happens from now on, for ever. A daemon that is away is told once, and waited for; the next one begins with
 * other ids, and is heard from its start.
 * @param first what was answered before
 */
export async function* followEvents(
  first: EventsDocument,
  { ask, everyMs }: EventsSource,
): AsyncGenerator<Result<readonly EventRow[], ClientError>> {
  // What is told of before may be of earlier runs, whose ids say nothing of this one.
  const ofThisRun = first.events.filter(({ run = first.run }) => run === first.run)
  let seen = { run: first.run, id: ofThisRun.at(-1)?.id ?? 0 }
  let isAway = false
  for (;;) {
    await sleep(everyMs)
    const answered = await ask(seen.id)
    if (!answered.ok) {
      if (!isAway) yield fail(answered.error)
      isAway = true
      continue
    }
    isAway = false
    const { run, events } = answered.value
    if (run !== seen.run) {
      seen = { run, id: 0 }
      continue
    }
    seen = { run, id: events.at(-1)?.id ?? seen.id }
    if (events.length > 0) yield ok(events)
  }
}
