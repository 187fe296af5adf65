/** An expected outcome, good or bad. What is not expected is thrown. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const fail = <E>(error: E): Result<never, E> => ({ ok: false, error })

/** What was thrown, in words; anything can be. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** For the `default` of a switch over a union: a member nobody handles does not compile. */
export function unreachable(value: never): never {
  throw new Error(`a case nobody handles: ${JSON.stringify(value)}`)
}
