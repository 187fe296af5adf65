import type { Picture } from '../notify/index.ts'
import { legsOf, wholeLines, type LineFacts } from '../plan/index.ts'
import type { HealthDesk } from './health-desk.ts'
import type { Wheel } from './wheel.ts'

/** What messages are made of: the lines as the last pass saw them. `undefined` before the first. */
export function messagePicture(
  { wanted, states, note }: Pick<Wheel, 'wanted' | 'states' | 'note'>,
  health: Pick<HealthDesk, 'reports' | 'note'>,
): Picture | undefined {
  if (wanted === undefined) return undefined
  // A daemon that was started just now has asked nobody yet, which is no good news.
  const isKnown = ({ leg, config }: LineFacts): boolean =>
    config.health.targets.length === 0 ||
    health.note !== undefined ||
    (health.reports.get(leg)?.health ?? 'unknown') !== 'unknown'
  return {
    lines: wholeLines(wanted.lines).map((whole) => ({
      name: whole.config.name,
      isDrained: legsOf(whole).some(({ drain }) => drain !== undefined),
      legs: legsOf(whole).map((facts) => {
        const now = states.get(facts.leg)
        const isDead = now?.state === 'down' || now?.state === 'absent'
        return {
          leg: facts.leg,
          works: isDead ? false : isKnown(facts) ? true : undefined,
          ...(now?.why !== undefined && { why: now.why }),
        }
      }),
    })),
    ...(note?.code === 'fought-over' && { fight: note.text }),
  }
}
