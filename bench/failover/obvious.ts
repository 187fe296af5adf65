/** What the kernel itself tells: no carrier, no device. */
import { watchReactions } from '../daemon-times.ts'
import type { Group } from '../figure.ts'
import { ourRouter } from '../routers.ts'
import { delayFigures } from './figures.ts'
import { RUNS } from './series.ts'

export async function measureObvious(): Promise<Group> {
  await using router = await ourRouter([1, 1], 'connection')
  const watch = await watchReactions(router)
  const { out } = await watch.measure(RUNS)
  const removed = await watch.measureRemovals(RUNS)
  watch.stop()
  return {
    title: 'From the word of the kernel to the line out of the choice',
    figures: [
      ...delayFigures('carrier lost', out, { medianMs: 50, p95Ms: 50 }),
      ...delayFigures('device removed', removed, { medianMs: 50, p95Ms: 50 }),
    ],
  }
}
