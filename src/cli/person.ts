import { createInterface } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'

/** Somebody at a terminal who answers questions. */
export interface Person {
  /** Shows the question and waits for a line. @returns `undefined` when whoever sat there has gone */
  ask(question: string): Promise<string | undefined>
  /** No more questions: the program may end. */
  leave(): void
}

/** @returns `undefined` in a script: nobody reads the questions, or what answers them is a file */
export function personAt(stdin: ReadStream, stdout: WriteStream): Person | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return undefined
  // The terminal itself edits the line, and what is typed ahead waits for its question.
  const lines = createInterface({ input: stdin, terminal: false })
  const typed = lines[Symbol.asyncIterator]()
  return {
    async ask(question) {
      stdout.write(question)
      const next = await typed.next()
      if (next.done !== true) return next.value
      stdout.write('\n') // the question stands there without an answer
      return undefined
    },
    leave: () => lines.close(),
  }
}
