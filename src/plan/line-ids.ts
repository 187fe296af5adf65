import { lineId, type LineId } from '../model/index.ts'
import { knownOf } from './memory.ts'

/**
 * Gives every line its number. A known name keeps its number for ever; a new one takes the lowest that was never
 * given, because connections of a removed line may still carry its mark. Only when all were given once does a new
 * line take over the number of one that is gone.
 * @param names the lines of the file, no more than `limit`
 * @param known every number given so far, those of removed lines included
 */
export function assignLineIds(
  names: readonly string[],
  known: Readonly<Record<string, LineId>>,
  limit: number,
): Record<string, LineId> {
  const assigned: Record<string, LineId> = { ...known }
  for (const name of names) {
    const own = knownOf(assigned, name)
    if (own !== undefined && own <= limit) continue
    delete assigned[name]
    const free = lowestFree(new Set(Object.values(assigned)), limit)
    if (free !== undefined) {
      assigned[name] = free
      continue
    }
    const [retiredName, retiredId] = takeRetired(assigned, names, limit)
    delete assigned[retiredName]
    assigned[name] = retiredId
  }
  return assigned
}

function lowestFree(taken: ReadonlySet<number>, limit: number): LineId | undefined {
  for (let id = 1; id <= limit; id++) if (!taken.has(id)) return lineId(id)
  return undefined
}

/** A number above the limit was given under a wider mask: this one has no mark for it. */
function takeRetired(
  assigned: Readonly<Record<string, LineId>>,
  names: readonly string[],
  limit: number,
): [string, LineId] {
  const retired = Object.entries(assigned).find(([name, id]) => !names.includes(name) && id <= limit)
  if (retired === undefined) throw new Error(`more lines than marks: ${names.length}`)
  return retired
}
