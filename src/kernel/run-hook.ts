/** Programs that are not ours: they get a process group of their own, little of our surroundings, and a time limit. */
import { spawn, type ChildProcess } from 'node:child_process'
import { messageOf } from '../model/index.ts'

export interface HookRun {
  /** Program and arguments, handed on as they are: no shell reads them. */
  readonly argv: readonly string[]
  /** Beside `PATH`. */
  readonly env: Readonly<Record<string, string>>
  /** On its stdin. */
  readonly input: string
  readonly timeoutMs: number
  /** Ends it before its time. */
  readonly signal: AbortSignal
}

export interface HookOutcome {
  /** Completes "the hook failed: "; absent when it did not. */
  readonly trouble?: string
  /** The end of what it printed, on stdout and stderr alike. */
  readonly output: string
}

const OUTPUT_LIMIT = 4096

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Runs it to its end; never rejects. Whatever it left behind in its process group is ended with it, so that an event
 * a minute leaves no thousand processes in a day.
 */
export function runHook({ argv, env, input, timeoutMs, signal }: HookRun): Promise<HookOutcome> {
  const [program = '', ...rest] = argv
  return new Promise((resolve) => {
    let output = ''
    const cannotStart = (cause: unknown): void =>
      resolve({ trouble: `it cannot be started: ${messageOf(cause)}`, output })
    let child: ChildProcess
    try {
      child = spawn(program, rest, {
        stdio: ['pipe', 'pipe', 'pipe'],
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? DEFAULT_PATH, ...env },
        detached: true,
      })
    } catch (cause) {
      // Most reasons come as an event; no memory (ENOMEM) and a zero byte in an argument are thrown.
      cannotStart(cause)
      return
    }
    let whyEnded: string | undefined
    const end = (why: string): void => {
      whyEnded ??= why
      endGroup(child.pid)
    }
    const onAbort = (): void => end('multihomed is stopping')
    const deadline = setTimeout(() => end(`it did not end within ${timeoutMs / 1000} s`), timeoutMs)
    signal.addEventListener('abort', onAbort)
    const settle = (): void => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', onAbort)
    }
    const keep = (text: string): void => void (output = (output + text).slice(-OUTPUT_LIMIT))
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    child.stdin?.on('error', () => undefined) // it need not read what it is told
    child.stdin?.end(input)
    child.on('error', (cause) => {
      settle()
      cannotStart(cause)
    })
    child.on('exit', () => endGroup(child.pid))
    child.on('close', (code, killedBy) => {
      settle()
      const trouble =
        whyEnded ??
        (killedBy !== null ? `it was ended by ${killedBy}` : code === 0 ? undefined : `exit ${code}`)
      resolve({ ...(trouble !== undefined && { trouble }), output })
    })
    if (signal.aborted) onAbort()
  })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (cause) {
    // ESRCH: nobody is left in it. EPERM: somebody is, who became another user; that one is not ours to end.
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'ESRCH' || cause.code === 'EPERM')))
      throw cause
  }
}
