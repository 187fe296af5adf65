import { ok, type Result } from '../model/index.ts'
import type { LineFacts, Memory } from '../plan/index.ts'
import type { Status, WishOutcome } from './control.ts'

/** What the wishes need of the daemon. */
export interface WishHost {
  readonly memory: () => Memory
  readonly keep: (memory: Memory) => Promise<void>
  readonly lines: () => readonly LineFacts[]
  /** Runs the job where it meets no pass. */
  readonly exclusive: (job: () => Promise<Result<unknown, string>>) => Promise<Result<unknown, string>>
  /** A pass within such a job. */
  readonly pass: (cause: string) => Promise<Result<unknown, string>>
  /** Asks for a pass soon, for what a pass that failed may have left behind. */
  readonly passAgain: () => void
  readonly status: () => Promise<Status>
}

/** Remembers a wish about a line, and brings it about; one that cannot be fulfilled is forgotten again. */
export async function wish(
  { memory, keep, lines, exclusive, pass, passAgain, status }: WishHost,
  name: string,
  cause: string,
  change: (memory: Memory) => Memory,
): Promise<WishOutcome> {
  const done = await exclusive(async () => {
    if (!lines().some(({ config }) => config.name === name)) return ok(undefined)
    const { drains, weights, uses } = memory()
    let isInForce = false
    try {
      await keep(change(memory()))
      const passed = await pass(cause)
      isInForce = passed.ok
      return passed
    } finally {
      if (!isInForce) {
        passAgain()
        await keep({ ...memory(), drains, weights, uses })
      }
    }
  })
  if (!done.ok) return { is: 'failed', trouble: done.error }
  const now = await status()
  const line = now.lines.find((one) => one.name === name)
  return line === undefined ? { is: 'unknown', lines: now.lines } : { is: 'done', status: now, line }
}
