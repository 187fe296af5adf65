import type { Entry } from './node-reader.ts'

/**
 * Keys that stand beside the one they belong below, because they are not indented.
 * @param ownerOf the key that an entry belongs below, if it is misplaced; `above`: the empty one before it
 */
export function misplaced(
  entries: readonly Entry[],
  ownerOf: (entry: Entry, above: string | undefined) => string | undefined,
): ReadonlyMap<Entry, string> {
  const found = new Map<Entry, string>()
  let above: string | undefined
  for (const entry of entries) {
    const owner = ownerOf(entry, above)
    if (owner !== undefined) found.set(entry, owner)
    else above = isEmpty(entry) ? entry.name : undefined
  }
  return found
}

export const isEmpty = ({ node }: Pick<Entry, 'node'>): boolean =>
  node === null || node.range[0] === node.range[1]
