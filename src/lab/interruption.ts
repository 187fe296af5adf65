/** Ctrl-C and its like: the first one ends what goes on in good order, a further one ends the process at once. */
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `timeout` and closing terminals send theirs twice; whoever is impatient takes longer. */
const SAME_ONE_WITHIN_MS = 500

export interface Interruption {
  /** Aborted by the first signal, or by `interrupt`. */
  readonly signal: AbortSignal
  /** As a shell reports a process that a signal ended; `undefined`: none came. */
  readonly exitCode: number | undefined
  /** Without a signal: `lab down` from another terminal. */
  interrupt(): void
}

type Interruptible = Pick<NodeJS.Process, 'on' | 'exit'>

export function listenForInterruption(
  program: Interruptible = process,
  nowMs: () => number = () => performance.now(),
): Interruption {
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort(new Error('interrupted'))
  let first: { readonly exitCode: number; readonly atMs: number } | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    const exitCode = 128 + constants.signals[signal]
    if (first === undefined) first = { exitCode, atMs: nowMs() }
    else if (nowMs() - first.atMs > SAME_ONE_WITHIN_MS) program.exit(exitCode)
    interrupt()
  }
  for (const signal of SIGNALS) program.on(signal, onSignal)
  return {
    signal: interrupted.signal,
    get exitCode() {
      return first?.exitCode
    },
    interrupt,
  }
}

/** @returns `undefined` when the signal came before it was done, whatever else happened to it then */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

/** Waits, and keeps the process alive, until the signal; rejects then. */
export const forEver = (signal: AbortSignal): Promise<unknown> => sleep(MOST_TIMER_MS, undefined, { signal })

/** Some 24 days. */
const MOST_TIMER_MS = 2 ** 31 - 1
