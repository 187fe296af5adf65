import { isDeepStrictEqual } from 'node:util'
import { eventually } from '../index.ts'
import type { Lab } from '../index.ts'
import { usedBy } from '../scenarios/tunnel.ts'

/**
 * Waits until new connections of the host go by exactly these lines and none of them fails. In a guest that has to
 * wait for its processor a line may be doubted for a moment.
 */
export async function uses(lab: Lab, host: string, lines: readonly string[]): Promise<void> {
  await eventually(
    () => usedBy(lab, host),
    (used) => isDeepStrictEqual(used, lines),
    { what: `${host} uses ${lines.join(' and ')}` },
  )
}
