/**
 * How often a property is tried: as often as it takes a moment, or many times more by `npm run bench:soak`. A failure
 * prints its seed and its path, and what it was made as simple as can be; both can be handed in again.
 */
export function propertyRuns(usual: number): { numRuns: number; seed?: number; path?: string } {
  const { MULTIHOMED_SOAK: times = '1', MULTIHOMED_SEED: seed, MULTIHOMED_PATH: path } = process.env
  return {
    numRuns: usual * Number(times),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  }
}

/**
 * The same property, as long as there is time: on a machine that is busy with other things fewer of its runs are
 * tried, and the report says how many. A soak has all the time it needs.
 */
export function asLongAsThereIsTime<T>(
  limitMs: number,
  tell: (text: string) => void,
  property: (value: T) => Promise<void>,
): (value: T) => Promise<void> {
  const endsAtMs = process.env['MULTIHOMED_SOAK'] === undefined ? performance.now() + limitMs : Infinity
  let tried = 0
  return async (value) => {
    if (performance.now() > endsAtMs) {
      if (tried !== 0) tell(`${tried} runs, for want of time`)
      tried = 0
      return
    }
    tried++
    await property(value)
  }
}
