/**
 * Breaks prose at spaces, never between a number and its unit. Lines after the first begin with `indent` spaces;
 * a word wider than the screen stays whole, because it is likely something to copy.
 */
export function wrap(text: string, columns: number, indent = 0): string {
  const [first = '', ...rest] = text.split(BREAK)
  const lines: string[] = []
  let line = first
  for (const word of rest) {
    const longer = `${line} ${word}`
    if (longer.length <= columns || line.trim() === '') {
      line = longer
    } else {
      lines.push(line)
      line = ' '.repeat(indent) + word
    }
  }
  return [...lines, line].join('\n')
}

const BREAK = /(?<!\d) | (?!(?:ms|s|m|h|d|%|B|[kMGTP]B|Mbit\/s)(?:\W|$))/
