/** Events: those of the last time when the page opens, and each new one as it comes. */
import { signal } from '@preact/signals'
import type { EventDocument, EventsDocument } from '../api/contract.ts'
import { ask } from './ask.ts'
import { happeningsOf, merged, MOST_KEPT, type Happening } from './happening.ts'

/** In the order in which they were noticed, over restarts of the daemon too. */
export const events = signal<readonly Happening[]>([])

export async function learnEvents(): Promise<void> {
  const answer = await ask<EventsDocument>('GET', `v1/events?limit=${MOST_KEPT}`)
  if (answer.ok) events.value = merged(events.value, happeningsOf(answer.value))
}

/** @param id `RUN/ID`, as the stream gives it */
export function happened(id: string, data: string): void {
  const { api: _, kind: __, hostname: ___, state: ____, ...event } = JSON.parse(data) as EventDocument // our own daemon is trusted for the shape
  events.value = merged(events.value, [{ ...event, run: id.split('/')[0] ?? '' }])
}
