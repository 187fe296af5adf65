/** Events as the page keeps them. Pure. */
import type { EventsDocument } from '../api/contract.ts'

export type Happening = EventsDocument['events'][number] & { readonly run: string }

/** Enough for a bad day; the page of events asks for more. */
export const MOST_KEPT = 500

export const happeningsOf = (document: EventsDocument): Happening[] =>
  document.events.map((event) => ({ ...event, run: event.run ?? document.run }))

export const keyOf = ({ run, id }: Pick<Happening, 'run' | 'id'>): string => `${run}/${id}`

/**
 * Nothing twice, though the stream and the history both tell it; in the order in which they were noticed.
 * @param most the newest so many
 */
export function merged(
  known: readonly Happening[],
  more: readonly Happening[],
  most = MOST_KEPT,
): readonly Happening[] {
  const seen = new Set(known.map(keyOf))
  const fresh = more.filter((event) => !seen.has(keyOf(event)))
  if (fresh.length === 0) return known
  return [...known, ...fresh]
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .slice(-most)
}
