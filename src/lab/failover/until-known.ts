import { createClient } from '../../api/client.ts'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'

/** Waits until the daemon uses each of these lines, and whoever is asked over it has answered. */
export async function untilKnown(lab: Lab, lines: readonly string[], signal?: AbortSignal): Promise<void> {
  const client = createClient(lab.daemonPaths.socket)
  await eventually(
    async () => {
      const answer = await client.status()
      return answer.ok ? answer.value.lines.filter(({ name }) => lines.includes(name)) : []
    },
    (seen) =>
      seen.length === lines.length &&
      seen.every(
        ({ state, health }) =>
          state === 'up' && (health?.targets ?? []).every((target) => target.state === 'answers'),
      ),
    { what: `the daemon knows ${lines.join(', ')}`, timeoutMs: 20_000, ...(signal && { signal }) },
  )
}
