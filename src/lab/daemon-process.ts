/** The real program as a child process on the router. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Namespace } from './namespace.ts'
import { programEntry } from './package-root.ts'
import { printedLines } from './printed-lines.ts'
import type { PrintedLines } from './printed-lines.ts'
import { DIES_WITH_US, run, spawnIn } from './run.ts'
import type { Output } from './run.ts'

/** Where one installation of the program keeps its things. */
export interface DaemonPaths {
  readonly config: string
  readonly stateDir: string
  readonly socket: string
}

export interface DaemonOptions {
  /** The file's text; absent: the file stays as it is. */
  readonly config?: string
  /** Where it keeps its things; absent: the lab's own, so that a second start finds what the first one left. */
  readonly paths?: DaemonPaths
  /** What stands before `run`; default: Node and our own program. */
  readonly program?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Until it says `ready`; default 10 s. */
  readonly readyWithinMs?: number
  /** Ends one that is not ready yet. */
  readonly signal?: AbortSignal
}

export interface DaemonExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface DaemonProcess {
  readonly pid: number
  readonly paths: DaemonPaths
  readonly stdout: PrintedLines
  /** What it writes to stderr. */
  readonly log: PrintedLines
  /** SIGTERM. */
  stop(): Promise<DaemonExit>
  /** SIGKILL, as a crash; to the programs it runs too, because who watches a silent kernel never learns of it. */
  kill(): Promise<DaemonExit>
  /** Writes a new config file, or leaves it, and sends SIGHUP; what comes of it is in the log. */
  reload(config?: string): Promise<void>
  readonly exited: Promise<DaemonExit>
}

/** As bin/multihome starts it. */
export const ourProgram = (): readonly string[] => [
  process.execPath,
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--no-opt',
  '--no-maglev',
  programEntry(),
]

/** @throws {Error} with its last words when it ends or stays silent instead of printing a line with `ready`
 * @throws the signal's reason, once its process is gone */
export async function startDaemon(
  router: Namespace,
  paths: DaemonPaths,
  { config, program = ourProgram(), env, readyWithinMs = 10_000, signal }: DaemonOptions,
): Promise<DaemonProcess> {
  await mkdir(dirname(paths.config), { recursive: true })
  if (config !== undefined) await writeFile(paths.config, config)
  signal?.throwIfAborted()

  const argv = [
    ...program,
    'run',
    '--config',
    paths.config,
    '--state-dir',
    paths.stateDir,
    '--socket',
    paths.socket,
  ]
  const child = spawnIn(router, [...DIES_WITH_US, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own
    // What the machine's own address managers left is about its own interfaces.
    env: { ...process.env, MALLOC_ARENA_MAX: '1', MULTIHOMED_LEASE_ROOT: dirname(paths.config), ...env },
  })
  const { pid, stdout: out, stderr: err } = child
  const exit = Promise.withResolvers<DaemonExit>()
  child.on('error', exit.reject)
  child.on('close', (code, signal) => exit.resolve({ code, signal }))
  if (pid === undefined || out === null || err === null) {
    await exit.promise // rejects: it could not be started
    throw new Error(`${argv.join(' ')} did not start`)
  }

  const stdout = printedLines(out, 'the daemon')
  const log = printedLines(err, 'the daemon')
  const kill = (): Promise<DaemonExit> => {
    // Only while the number is certainly its own.
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL')
    return exit.promise
  }
  const giveUp = (): void => void kill()
  signal?.addEventListener('abort', giveUp)
  try {
    await stdout.waitFor(/ready/, { timeoutMs: readyWithinMs })
  } catch (cause) {
    const exited = await kill()
    signal?.throwIfAborted()
    throw new Error(
      `the daemon never got ready (exit code ${exited.code}, signal ${exited.signal}); its log ends:\n${log.all.slice(-20).join('\n')}`,
      { cause },
    )
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
  return {
    pid,
    paths,
    stdout,
    log,
    stop: () => {
      child.kill('SIGTERM')
      return exit.promise
    },
    kill,
    async reload(newConfig) {
      if (newConfig !== undefined) await writeFile(paths.config, newConfig)
      child.kill('SIGHUP')
    },
    exited: exit.promise,
  }
}

/** `multihome ARGUMENTS` on the router; it finds daemon, config and state by environment variables. */
export const runCommand = (
  router: Namespace,
  paths: DaemonPaths,
  args: readonly string[],
  {
    program = ourProgram(),
    signal,
  }: { readonly program?: readonly string[] | undefined; readonly signal?: AbortSignal } = {},
): Promise<Output> =>
  run(router, [...program, ...args], {
    env: { ...process.env, ...commandEnvironment(paths) },
    ...(signal && { signal }),
  })

export const commandEnvironment = (paths: DaemonPaths): Record<string, string> => ({
  MULTIHOMED_CONFIG: paths.config,
  MULTIHOMED_STATE_DIR: paths.stateDir,
  MULTIHOMED_SOCKET: paths.socket,
})
