import { unreachable } from '../model/index.ts'
import type { FaultKind } from './fault.ts'

/** What somebody should know besides, who did this to a line. Pure. @param before what was wrong with it until then */
export function lineNote(
  done: 'cut' | 'blackhole' | 'restore',
  line: string,
  before: readonly FaultKind[],
): string | undefined {
  const isCut = before.includes('carrier')
  const isBlackhole = before.includes('internet-gone')
  switch (done) {
    case 'cut':
      if (isCut) return `${line} is cut already.`
      return isBlackhole ? `${line} is a blackhole too; restore undoes both.` : undefined
    case 'blackhole':
      if (isBlackhole) return `${line} is a blackhole already.`
      return isCut
        ? `${line} is cut too; restore undoes both.`
        : `Nothing tells the router: it has to notice, within some hundred milliseconds while ${line} is in use.`
    case 'restore':
      return before.length === 0 ? `${line} is whole already.` : undefined
    default:
      return unreachable(done)
  }
}
