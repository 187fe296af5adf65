import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { inNamespace } from './namespace.ts'
import type { Namespace } from './namespace.ts'
import { patiently } from './patience.ts'

export interface Output {
  /** `null`: ended by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
  /** Killed after this; default 20 s, so that a test never hangs on a program that waits. */
  readonly timeoutMs?: number
  /** Kills it; then it rejects. */
  readonly signal?: AbortSignal
}

/** An ordinary Debian user's PATH lacks the folders of `nft` and `tc`. */
const withSystemPrograms = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  PATH: `${env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`,
})

/**
 * Starts a program on a host, as `ip netns exec` does. Unlike there /sys stays the machine's own, because mounting
 * a new one is refused in many containers.
 */
export function spawnIn(namespace: Namespace, argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [program = '', ...args] = argv
  return inNamespace(namespace, () =>
    spawn(program, args, { ...options, env: withSystemPrograms(options.env ?? process.env) }),
  )
}

/** Stands before a program that must not outlive ours, not even when ours is killed. */
export const DIES_WITH_US = ['setpriv', '--pdeathsig', 'KILL', '--'] as const

/** Runs a program to its end; `namespace` absent: where we are. Rejects only when it cannot be started, or by its signal. */
export function run(
  namespace: Namespace | undefined,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Output> {
  const { promise, resolve, reject } = Promise.withResolvers<Output>()
  const spawnOptions: SpawnOptions = {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: patiently(options.timeoutMs ?? 20_000),
    killSignal: 'SIGKILL',
    // Ctrl-C goes to all processes of the terminal; what becomes of these decides who started them.
    detached: true,
    ...(options.signal && { signal: options.signal }),
    ...(options.env && { env: options.env }),
  }
  const [program = '', ...args] = argv
  const child = namespace
    ? spawnIn(namespace, argv, spawnOptions)
    : spawn(program, args, { ...spawnOptions, env: withSystemPrograms(options.env ?? process.env) })

  const printed = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text))
  child.stdin?.on('error', () => {}) // it ended without reading all: its exit code tells more
  child.stdin?.end(options.input)
  child.on('error', reject)
  child.on('close', (code) => resolve({ code, ...printed }))
  return promise
}

/** As `run`, for commands that must succeed. @returns what it printed @throws {Error} with its words */
export async function mustRun(
  namespace: Namespace | undefined,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const output = await run(namespace, argv, options)
  if (output.code === 0) return output.stdout
  const where = namespace ? ` on ${namespace.name}` : ''
  const given = options.input === undefined ? '' : `\n--- given\n${options.input}`
  throw new Error(
    `${argv.join(' ')}${where}: exit code ${output.code}\n${output.stderr}${output.stdout}${given}`,
  )
}
