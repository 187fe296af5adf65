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
