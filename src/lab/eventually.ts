import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { patiently } from './patience.ts'

export interface EventuallyOptions {
  /** What is waited for, as the end of "never came true: …". */
  readonly what: string
  /** Default 5 s. */
  readonly timeoutMs?: number
  /** Between two looks; default 20 ms. */
  readonly intervalMs?: number
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Looks again and again until `isIt` is content. A look that throws counts as "not yet".
 * @returns what the last look saw @throws {Error} after the time, with what was seen last
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isIt: (seen: T) => boolean,
  { what, timeoutMs = 5000, intervalMs = 20, signal }: EventuallyOptions,
): Promise<T> {
  const limitMs = patiently(timeoutMs)
  const deadlineMs = performance.now() + limitMs
  for (;;) {
    signal?.throwIfAborted()
    let last: { seen: T } | { error: unknown }
    try {
      const seen = await look()
      if (isIt(seen)) return seen
      last = { seen }
    } catch (error) {
      last = { error }
    }
    if (performance.now() > deadlineMs) {
      const [word, value] = 'seen' in last ? ['seen', last.seen] : ['error', last.error]
      const cause = 'error' in last ? { cause: last.error } : {}
      throw new Error(`never came true within ${limitMs} ms: ${what}; last ${word}: ${inspect(value)}`, cause)
    }
    await sleep(intervalMs)
  }
}
