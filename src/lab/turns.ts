import { setTimeout as sleep } from 'node:timers/promises'

/** Something that goes round until it is stopped. */
export interface Turns {
  /** It goes no further than to the end of what it is waiting for. */
  stop(): void
  /** Settles when it stands still; rejects when a turn failed. */
  readonly over: Promise<void>
}

/** @param turn does one round; what it waits for ends when it is stopped */
export function repeat(turn: (wait: (ms: number) => Promise<unknown>) => Promise<void>): Turns {
  const stopping = new AbortController()
  const { signal } = stopping
  const wait = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal })
  const goRound = async (): Promise<void> => {
    try {
      while (!signal.aborted) await turn(wait)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  const over = goRound()
  over.catch(() => {}) // told to whoever asks how it ended
  return { stop: () => stopping.abort(), over }
}
