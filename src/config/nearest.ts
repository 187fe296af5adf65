/**
 * The known word that was most likely meant: case, `-` and `_` do not count, up to a third of the letters may
 * be wrong. Of equally near ones the first wins.
 */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const wanted = folded(typed)
  if (wanted.length === 0 || wanted.length > LONGEST_WORD) return undefined
  let best: { word: string; distance: number } | undefined
  for (const word of known) {
    const candidate = folded(word)
    const allowed = Math.max(1, Math.floor(Math.max(candidate.length, wanted.length) / 3))
    if (Math.abs(candidate.length - wanted.length) > allowed) continue
    const distance = editDistance(wanted, candidate)
    // With every letter wrong it is another word, however short both are.
    const tooFar = distance > allowed || distance >= Math.min(candidate.length, wanted.length)
    if (!tooFar && (best === undefined || distance < best.distance)) best = { word, distance }
  }
  return best?.word
}

const LONGEST_WORD = 64

const folded = (word: string): string => word.toLowerCase().replace(/[-_\s]/g, '')

/** Damerau-Levenshtein (optimal string alignment): a swap of neighbours counts as one slip of the fingers. */
export function editDistance(a: string, b: string): number {
  let twoBack: number[] = []
  let oneBack = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(oneBack, j) + 1, at(row, j - 1) + 1, at(oneBack, j - 1) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, at(twoBack, j - 2) + 1)
      row.push(cost)
    }
    twoBack = oneBack
    oneBack = row
  }
  return at(oneBack, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY
