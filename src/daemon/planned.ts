import type { Config } from '../model/index.ts'
import {
  besides,
  desired,
  diff,
  explain,
  missingInterfaces,
  shutsOut,
  withoutLan,
  type KnownResolvers,
  type LineFacts,
  type Note,
  type PlanReport,
} from '../plan/index.ts'
import { planReport } from './plan-report.ts'

export interface Planned {
  readonly report: PlanReport
  readonly lines: readonly LineFacts[]
  readonly resolvers: readonly KnownResolvers[]
}

type Situation = Parameters<typeof desired>[0] & {
  readonly former?: Config | undefined
  readonly others?: readonly Note[]
}

/**
 * What would be done to the box, and what is worth saying about that.
 * @param situation with what was applied last, where that is known, and what else is to be said
 * @param session by which whoever asks came in, where he did
 */
export function plannedFor(
  { former, others = [], ...situation }: Situation,
  session?: Parameters<typeof shutsOut>[2],
): Planned {
  const { config, observed, memory } = situation
  const wanted = desired(situation)
  const moves = diff(observed, wanted.state, memory.originals)
  const notes = [
    ...missingInterfaces(config, observed),
    ...withoutLan(config),
    ...shutsOut(config, observed, session),
    ...wanted.notes,
    ...others,
  ]
  const report = planReport(
    explain(moves, wanted, config, observed, memory, former),
    notes,
    besides(former, config, moves.length > 0),
  )
  return { report, lines: wanted.lines, resolvers: wanted.resolvers }
}
