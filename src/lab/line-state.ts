/** What was done to a line from outside; one that is cut as well as silent is `cut`. */
export type LineState = 'connected' | 'cut' | 'blackholed'

export interface LineStates {
  of(line: string): LineState
  note(line: string, done: 'cut' | 'blackhole' | 'restore'): void
}

export function lineStates(): LineStates {
  const cut = new Set<string>()
  const silent = new Set<string>()
  return {
    of(line) {
      if (cut.has(line)) return 'cut'
      return silent.has(line) ? 'blackholed' : 'connected'
    },
    note(line, done) {
      if (done === 'cut') cut.add(line)
      else if (done === 'blackhole') silent.add(line)
      else for (const those of [cut, silent]) those.delete(line)
    },
  }
}
