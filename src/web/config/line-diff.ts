/** What became of a text, line by line. */
export interface DiffLine {
  readonly is: 'same' | 'added' | 'gone'
  readonly text: string
}

/** More than a person compares by eye; then the whole middle is told as replaced. */
const MOST_COMPARISONS = 4_000_000

export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, young] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < old.length && head < young.length && old[head] === young[head]) head++
  let tail = 0
  while (
    tail < old.length - head &&
    tail < young.length - head &&
    old[old.length - 1 - tail] === young[young.length - 1 - tail]
  )
    tail++
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ is: 'same', text }))
  return [
    ...same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), young.slice(head, young.length - tail)),
    ...same(old.slice(old.length - tail)),
  ]
}

/** By the longest common subsequence. */
function middle(old: readonly string[], young: readonly string[]): DiffLine[] {
  const gone = (text: string): DiffLine => ({ is: 'gone', text })
  const added = (text: string): DiffLine => ({ is: 'added', text })
  if (old.length * young.length > MOST_COMPARISONS) return [...old.map(gone), ...young.map(added)]
  const width = young.length + 1
  /** How much of the rests from here on is common. */
  const common = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = young.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < young.length) {
    const [former = '', present = ''] = [old[i], young[j]]
    if (i < old.length && j < young.length && former === present) {
      lines.push({ is: 'same', text: former })
      i++
      j++
    } else if (j === young.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(former))
      i++
    } else {
      lines.push(added(present))
      j++
    }
  }
  return lines
}

/** Changes with three lines around them; `undefined` stands for lines that are left out. */
export function inShort(lines: readonly DiffLine[], around = 3): (DiffLine | undefined)[] {
  const isNear = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some(({ is }) => is !== 'same'),
  )
  return lines.flatMap((line, i) => (isNear[i] ? [line] : isNear[i - 1] || i === 0 ? [undefined] : []))
}
