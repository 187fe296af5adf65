import type { Config, Result } from '../model/index.ts'
import type { CheckedText } from './control.ts'
import type { FindMissingPrograms } from './missing-programs.ts'
import { plannedFor } from './planned.ts'
import { judgeText } from './read-config.ts'
import { withLineIds } from './reconciler.ts'
import type { Moment } from './trace.ts'
import { unseen, watchingOf } from './watching.ts'

export interface CheckedBox {
  /** As a pass with this configuration would see it. */
  readonly look: (config: Config) => Promise<Result<Moment, string>>
  readonly missingPrograms: FindMissingPrograms
}

/** What `apply` would say to a text that is not in the file, and do. */
export async function checkText(
  source: string,
  running: Config,
  { look, missingPrograms }: CheckedBox,
): Promise<CheckedText> {
  const judged = judgeText(source, running.file)
  if (!judged.ok) return { ok: false, ...judged.error, notes: [], watching: [] }
  const { config, problems, text } = judged.value
  const seen = await look(config)
  if (!seen.ok) {
    const watching = watchingOf(config, config.lines.map(unseen))
    return { ok: false, problems, text, notes: [], watching, trouble: seen.error }
  }
  const memory = withLineIds(seen.value.memory, config)
  const others = await missingPrograms(config)
  const { report, lines } = plannedFor({ ...seen.value, memory, former: running, others })
  const ok = !report.notes.some(({ severity }) => severity === 'error')
  return { ok, problems, text, notes: report.notes, watching: watchingOf(config, lines), plan: report }
}
