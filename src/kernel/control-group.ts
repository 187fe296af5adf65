import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fail, isUseGroup, messageOf, ok, ownerOfUseGroup, useGroup, type Result } from '../model/index.ts'

export interface ControlGroup {
  /** Its path below /sys/fs/cgroup, by which nft knows it. */
  readonly path: string
  /** Runs a command in it, with our terminal. @returns its exit code, 128 and more for a signal, 127 where there is no such command */
  run(command: readonly string[]): Promise<number>
  /** False while something that the command left behind still runs in it. */
  isEmpty(): boolean
  /** Only when it is empty. */
  remove(): void
}

export type NoControlGroup = { readonly is: 'not-permitted' | 'none-here'; readonly said: string }

/** A new one, right below the root of the hierarchy, named after our process. */
export function makeControlGroup(): Result<ControlGroup, NoControlGroup> {
  if (ROOT === undefined) return fail({ is: 'none-here', said: `no cgroup2 is mounted at ${FILE_SYSTEM}` })
  const path = useGroup(ROOT, process.pid)
  const directory = join(FILE_SYSTEM, path)
  try {
    mkdirSync(directory)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    // Left by a command of the same number, which is gone.
    if (code !== 'EEXIST') {
      const is = code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'none-here'
      return fail({ is, said: `${directory}: ${messageOf(cause)}` })
    }
  }
  return ok({
    path,
    run: (command) => runIn(directory, command),
    isEmpty: () => isEmpty(path),
    remove: () => rmdirSync(directory),
  })
}

/** Those whose command runs, or left something running. */
export const useGroups = (): string[] => allUseGroups().filter(isInUse)

/** The others: their command was killed before it could take them away. */
export function sweepUseGroups(): void {
  for (const path of allUseGroups()) {
    if (isInUse(path)) continue
    try {
      rmdirSync(join(FILE_SYSTEM, path))
    } catch {
      // Not ours to take away (we may be no root), or just gone: nothing leaves from an empty group.
    }
  }
}

function allUseGroups(): string[] {
  if (ROOT === undefined) return []
  const prefix = ROOT === '' ? '' : `${ROOT}/`
  return namesIn(join(FILE_SYSTEM, ROOT))
    .map((name) => `${prefix}${name}`)
    .filter(isUseGroup)
}

/** None where the hierarchy was unmounted under us: the rest of the kernel is still there to be read. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
}

/** A group is empty until its command is begun: as long as `multihome use` lives it takes it away itself. */
const isInUse = (path: string): boolean => existsSync(`/proc/${ownerOfUseGroup(path)}`) || !isEmpty(path)

function isEmpty(path: string): boolean {
  try {
    return readFileSync(join(FILE_SYSTEM, path, PROCESSES), 'utf8') === ''
  } catch {
    return true // gone meanwhile
  }
}

const FILE_SYSTEM = '/sys/fs/cgroup'
const PROCESSES = 'cgroup.procs'

/** Where the second version stands: at the root, or beside the first one in `unified`. */
function hierarchy(): string | undefined {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return mounts
    .map((mount) => mount.split(' '))
    .filter(([, at = '', type]) => type === 'cgroup2' && `${at}/`.startsWith(`${FILE_SYSTEM}/`))
    .map(([, at = '']) => at.slice(FILE_SYSTEM.length + 1))[0]
}

/** Asked at every reading of the kernel, and nobody moves it. */
const ROOT = hierarchy()

/** The shell goes in before it becomes the command, so that not one packet leaves before. */
async function runIn(directory: string, command: readonly string[]): Promise<number> {
  const goIn = 'echo $$ >"$1" && shift && exec "$@"'
  // Under this name the shell complains of a command that is not there.
  const words = ['multihome use', join(directory, PROCESSES), ...command]
  const child = spawn('sh', ['-c', goIn, ...words], { stdio: 'inherit' })
  const ignore = (): void => {} // Ctrl-C reaches the command by the terminal
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', pass).on('SIGHUP', pass)
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } finally {
    process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', pass).off('SIGHUP', pass)
  }
}
