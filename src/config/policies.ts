import { DEFAULT_HEALTH, METERED_BACKUP_FAILBACK, METERED_BUDGET_BYTES_PER_MONTH } from '../model/index.ts'
import type { FailbackPolicy, LineConfig } from '../model/index.ts'
import { healthOf, readHealth } from './health.ts'
import type { DraftHealth } from './health.ts'
import type { DraftLine } from './line.ts'
import { readText } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { failbackPolicy, readRelease, releaseOf } from './release.ts'
import type { DraftRelease } from './release.ts'

/** How lines are watched and what follows when one dies, as far as the file or a line of it says so. */
export interface DraftPolicies {
  readonly health?: DraftHealth | undefined
  readonly release?: DraftRelease | undefined
  readonly failback?: Written<FailbackPolicy> | undefined
}

/** @param items of the file or of a line */
export const readPolicies = (
  reading: Reading,
  { health, release, failback }: Partial<Record<'health' | 'release' | 'failback', Item>>,
): DraftPolicies => ({
  health: health && readHealth(reading, health),
  release: release && readRelease(reading, release),
  failback: failback && readText(reading, failback, failbackPolicy),
})

type Policies = Pick<LineConfig, 'role' | 'metered' | 'health' | 'release' | 'failback' | 'ifMobile'>

/** What holds for a line: its own word, else that of the file, else the default. */
export function policiesOf(line: DraftLine, file: DraftPolicies): Policies {
  const role = line.role?.value ?? 'normal'
  const failback = line.failback ?? file.failback
  const metered = (is: boolean, budgetBytes?: number): Pick<Policies, 'metered' | 'health' | 'failback'> => ({
    metered: is,
    health: {
      ...DEFAULT_HEALTH,
      ...healthOf(file.health),
      ...healthOf(line.health),
      ...(is && { budgetBytesPerMonth: budgetBytes ?? METERED_BUDGET_BYTES_PER_MONTH }),
    },
    failback: failback?.value ?? (is && role === 'backup' ? METERED_BACKUP_FAILBACK : { is: 'leave' }),
  })
  return {
    role,
    ...metered(line.metered?.is ?? false, line.metered?.budgetBytes),
    release: releaseOf(line.release, file.release),
    ...(line.metered === undefined && { ifMobile: metered(true) }),
  }
}
