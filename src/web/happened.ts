/** Events: those of the last day when the page opens, and each new one as it comes. */
import { signal } from '@preact/signals'
import type { EventDocument, EventsDocument } from '../api/contract.ts'
import { ask } from './ask.ts'

export type Happening = EventsDocument['events'][number] & { readonly run: string }

/** In the order in which they were noticed, over restarts of the daemon too. */
export const events = signal<readonly Happening[]>([])

/** Enough for a bad day; the page of events asks for more. */
const MOST = 500

export async function learnEvents(): Promise<void> {
  const answer = await ask<EventsDocument>('GET', `v1/events?limit=${MOST}`)
  if (answer.ok) events.value = merged(events.value, happeningsOf(answer.value))
}

export const happeningsOf = (document: EventsDocument): Happening[] =>
  document.events.map((event) => ({ ...event, run: event.run ?? document.run }))

/** @param id `RUN/ID`, as the stream gives it */
export function happened(id: string, data: string): void {
  const { api: _, kind: __, hostname: ___, state: ____, ...event } = JSON.parse(data) as EventDocument // our own daemon is trusted for the shape
  events.value = merged(events.value, [{ ...event, run: id.split('/')[0] ?? '' }])
}

export const keyOf = ({ run, id }: Pick<Happening, 'run' | 'id'>): string => `${run}/${id}`

/** Nothing twice, though the stream and the history both tell it. */
export function merged(known: readonly Happening[], more: readonly Happening[]): readonly Happening[] {
  const seen = new Set(known.map(keyOf))
  const fresh = more.filter((event) => !seen.has(keyOf(event)))
  if (fresh.length === 0) return known
  return [...known, ...fresh]
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .slice(-MOST)
}
