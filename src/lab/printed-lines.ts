import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { patiently } from './patience.ts'

/** The lines a running program prints, all kept, and a way to wait for one that is still to come. */
export interface PrintedLines {
  readonly all: readonly string[]
  /**
   * The first line that matches, also when it was printed before.
   * @param after only lines from this number on: take `all.length` before causing what is waited for
   * @throws {Error} with the last lines, when the time is over (default 10 s) or the program ended without it
   */
  waitFor(
    pattern: RegExp,
    options?: { readonly timeoutMs?: number; readonly after?: number },
  ): Promise<string>
}

export function printedLines(stream: Readable, program: string): PrintedLines {
  const all: string[] = []
  const waiting = new Set<() => void>()
  const lookAgain = (): void => waiting.forEach((look) => look())
  let ended = false

  const lines = createInterface({ input: stream })
  lines.on('error', () => {}) // the pipe's end; 'close' follows
  lines.on('line', (line) => {
    all.push(line)
    lookAgain()
  })
  lines.on('close', () => {
    ended = true
    lookAgain()
  })

  return {
    all,
    waitFor(pattern, { timeoutMs = 10_000, after = 0 } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const giveUp = (why: string): void =>
        reject(
          new Error(`${program} ${why} a line like ${pattern}; the last ones:\n${all.slice(-15).join('\n')}`),
        )
      const look = (): void => {
        const found = all.slice(after).find((line) => pattern.test(line))
        if (found !== undefined) resolve(found)
        else if (ended) giveUp('ended without printing')
      }
      const timer = setTimeout(() => giveUp(`did not print within ${timeoutMs} ms`), patiently(timeoutMs))
      waiting.add(look)
      look()
      return promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(look)
      })
    },
  }
}
