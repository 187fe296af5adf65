import { unreachable } from '../model/index.ts'
import type { LineState } from './line-state.ts'

/** What somebody should know besides, who did this to a line. Pure. @param before as the line was until then */
export function lineNote(
  done: 'cut' | 'blackhole' | 'restore',
  line: string,
  before: LineState,
): string | undefined {
  switch (done) {
    case 'cut':
      if (before === 'cut') return `${line} is cut already.`
      return before === 'blackholed' ? `${line} is a blackhole too; restore undoes both.` : undefined
    case 'blackhole':
      if (before === 'blackholed') return `${line} is a blackhole already.`
      return before === 'cut'
        ? `${line} is cut too; restore undoes both.`
        : `The daemon does not notice silent failures yet: it goes on giving new connections to ${line}, and they fail.`
    case 'restore':
      return before === 'connected' ? `${line} is whole already.` : undefined
    default:
      return unreachable(done)
  }
}
