import { spawn, type ChildProcess } from 'node:child_process'
import { messageOf } from '../model/index.ts'
import { OWN_GROUP, rememberOwn } from './own-processes.ts'

export interface RunOutcome {
  readonly ok: boolean
  readonly output: string
  /** What it complained about, or why it could not be run at all. */
  readonly error: string
}

/** Longer than any command of ours takes on a healthy box; whatever hangs must not hold up the lines for ever. */
export const DEADLINE_MS = 5000

/**
 * Runs a command to its end and hands it `input`. Never rejects: a command that is not there, a system without
 * memory or descriptors for it, and one that does not end in time are outcomes like any other.
 */
export function runOnce(
  command: string,
  argv: readonly string[],
  { input = '', deadlineMs = DEADLINE_MS }: { readonly input?: string; readonly deadlineMs?: number } = {},
): Promise<RunOutcome> {
  return new Promise((resolve) => {
    let output = ''
    let error = ''
    let child: ChildProcess
    try {
      child = spawn(command, argv, { ...OWN_GROUP, stdio: ['pipe', 'pipe', 'pipe'] })
    } catch (cause) {
      // Most reasons come as an event; no memory (ENOMEM) is thrown.
      resolve({ ok: false, output, error: cannotStart(command, cause) })
      return
    }
    rememberOwn(child.pid)
    const settle = (succeeded: boolean, said: string): void => {
      clearTimeout(deadline)
      resolve({ ok: succeeded, output, error: said })
    }
    const deadline = setTimeout(() => {
      child.kill('SIGKILL')
      settle(false, `${command} did not end within ${deadlineMs} ms`)
    }, deadlineMs)
    child.on('error', (cause) => settle(false, cannotStart(command, cause)))
    child.on('close', (code, signal) =>
      settle(code === 0, signal === null ? error : `${error}\n${command} ended by ${signal}`),
    )
    // Without a descriptor left (EMFILE) there are no pipes either; `error` tells.
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (error += text))
    child.stdin?.on('error', () => undefined) // told by `close`
    child.stdin?.end(input)
  })
}

const cannotStart = (command: string, cause: unknown): string =>
  `${command} cannot be started: ${messageOf(cause)}`
