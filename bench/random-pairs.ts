/** Who talks to whom: drawn by a generator with a seed, so that every run of the bench draws the same. Pure. */

export interface Pair {
  readonly client: string
  readonly server: string
}

/** Each pair is equally likely each time; some come often, some never, as with real clients. */
export function randomPairs(
  count: number,
  clients: readonly string[],
  servers: readonly string[],
  seed: number,
): Pair[] {
  const random = generator(seed)
  const oneOf = (all: readonly string[]): string => {
    const drawn = all[Math.floor(random() * all.length)]
    if (drawn === undefined) throw new RangeError('pairs need clients and servers')
    return drawn
  }
  return Array.from({ length: count }, () => ({ client: oneOf(clients), server: oneOf(servers) }))
}

/** mulberry32 by Tommy Ettinger: 32 bits of state, numbers from 0 to below 1. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
