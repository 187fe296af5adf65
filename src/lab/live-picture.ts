/** How new connections fare right now, for the live block. Pure. */
import type { LoadRecord } from './load.ts'
import { countByLine } from './measures.ts'
import { shareBars } from './share-bars.ts'
import type { Topology } from './topology.ts'

/** @param wishes parts of new connections, in any unit. @param ended those that ended within the last second */
export function livePicture(
  topology: Topology,
  wishes: ReadonlyMap<string, number>,
  ended: readonly Pick<LoadRecord, 'outcome' | 'startedAtMs'>[],
  columns: number,
): string[] {
  const failed = ended.filter(({ outcome }) => !outcome.ok).length
  const counts = countByLine(ended)
  const bars = shareBars(topology, counts, wishes, columns)
  if (failed === ended.length)
    return [`No new connection goes through: ${failed} failed in the last second.`, ...bars]
  const through = `New connections of the last second: ${ended.length - failed}`
  return [failed === 0 ? through : `${through}, and ${failed} failed`, ...bars]
}
