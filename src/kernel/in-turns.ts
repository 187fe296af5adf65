/** A long list, a part at a time; between them the event loop serves everybody else. `signal` ends it. */
export async function* inTurns<T>(
  all: readonly T[],
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) {
    if (signal?.aborted === true) return
    yield all.slice(at, at + size)
    await new Promise(setImmediate)
  }
}
