import { costOf } from '../health/index.ts'
import type { Config, LineConfig } from '../model/index.ts'
import type { LineFacts } from '../plan/index.ts'
import type { LineWatching } from './control.ts'

/** In one family, of a line that nobody could look at. */
export const unseen = (config: LineConfig): Pick<LineFacts, 'config' | 'family'> => ({
  config,
  family: config.families[0] ?? 'ipv4',
})

/** What it costs to watch each line. */
export function watchingOf(
  { offload }: Config,
  legs: readonly Pick<LineFacts, 'config' | 'family'>[],
): LineWatching[] {
  return [...Map.groupBy(legs, ({ config }) => config.name)].flatMap(([line, there]) => {
    const families = there.map(({ family }) => family)
    const [leg] = there
    return leg === undefined
      ? []
      : [{ line, families, ...costOf(leg.config.health, leg.config.metered, families, offload) }]
  })
}
