/** Causes with what followed from them. Pure. */
import { keyOf, type Happening } from './happening.ts'

export interface Story {
  readonly cause: Happening
  readonly effects: readonly { readonly event: Happening; readonly afterMs: number }[]
}

/**
 * In the order of their causes. What is suspected and then certain is one story.
 * @param events in the order in which they were noticed
 */
export function storiesOf(events: readonly Happening[]): Story[] {
  const stories: { cause: Happening; effects: { event: Happening; afterMs: number }[] }[] = []
  const storyOf = new Map<string, (typeof stories)[number]>()
  for (const event of events) {
    const story =
      (event.because === undefined ? undefined : storyOf.get(keyOf({ run: event.run, id: event.because }))) ??
      (event.event === 'down' ? openSuspicion(stories, event) : undefined)
    if (story === undefined) {
      const begun = { cause: event, effects: [] }
      stories.push(begun)
      storyOf.set(keyOf(event), begun)
    } else {
      story.effects.push({ event, afterMs: Date.parse(event.time) - Date.parse(story.cause.time) })
      storyOf.set(keyOf(event), story)
    }
  }
  return stories
}

/** The worst that a line was in it; `undefined`: it is about no state. */
export function worstOf({ cause, effects }: Story): 'down' | 'suspect' | 'up' | undefined {
  const kinds = [cause, ...effects.map(({ event }) => event)].map(({ event }) => event)
  return (['down', 'suspect', 'up'] as const).find((state) => kinds.includes(state))
}

/** The one to be told first: of a line that is in trouble now, else the last real one. The newest of its kind. */
export function mainStory(stories: readonly Story[], inTrouble: ReadonlySet<string>): Story | undefined {
  const bad = stories.filter((story) => worstOf(story) === 'down' || worstOf(story) === 'suspect')
  return (
    bad.findLast(({ cause }) => inTrouble.has(cause.line ?? '')) ??
    bad.findLast((story) => worstOf(story) === 'down') ??
    bad.at(-1)
  )
}

/** The last story of that line, if it is one of a suspicion. */
function openSuspicion<One extends Story>(
  stories: readonly One[],
  { line, family, run }: Happening,
): One | undefined {
  const last = stories.findLast(
    ({ cause }) => cause.line === line && cause.family === family && cause.run === run,
  )
  return last?.cause.event === 'suspect' ? last : undefined
}

/** `at once`, `after 0.21 s`, `after 4.1 s`, `after 12 s` */
export function after(ms: number): string {
  if (ms < 5) return 'at once'
  return `after ${ms < 995 ? (ms / 1000).toFixed(2) : ms < 9950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`
}
