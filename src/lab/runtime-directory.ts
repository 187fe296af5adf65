import { lstatSync, mkdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where a user's running lab can be found. Not below /run, which a private world covers with its own; handed on by
 * environment, because inside that world everybody is root.
 */
const VARIABLE = 'MULTIHOMED_LAB_DIR'

export interface RuntimePaths {
  readonly directory: string
  readonly socket: string
  readonly log: string
}

/** Where they would be. @throws {Error} when somebody else could use the directory */
export function runtimePaths(env: NodeJS.ProcessEnv): RuntimePaths {
  const directory = (env[VARIABLE] ??= join(tmpdir(), `multihomed-lab-${process.getuid?.() ?? 0}`))
  const { uid, mode } = lstatSync(directory, { throwIfNoEntry: false }) ?? {}
  const another = `name another directory: ${VARIABLE}=DIRECTORY`
  if (uid !== undefined && uid !== process.getuid?.())
    throw new Error(`${directory} is the lab of another user; ${another}`)
  if (mode !== undefined && (mode & 0o077) !== 0)
    throw new Error(`others may use ${directory}: chmod 700 ${directory}, or ${another}`)
  return { directory, socket: join(directory, 'lab.sock'), log: join(directory, 'lab.log') }
}

/** As `runtimePaths`, with the directory. @returns to be disposed of when the lab is gone: what is left goes then */
export function makeRuntimeDirectory(env: NodeJS.ProcessEnv): RuntimePaths & Disposable {
  mkdirSync(runtimePaths(env).directory, { recursive: true, mode: 0o700 })
  const paths = runtimePaths(env) // looks whose it is
  const remove = (): void => removeWhenUnused(paths.directory)
  process.on('exit', remove) // whoever read us has gone, and nothing is disposed of any more
  return {
    ...paths,
    [Symbol.dispose]: () => {
      process.off('exit', remove)
      remove()
    },
  }
}

export const removeLog = ({ log }: RuntimePaths): void => rmSync(log, { force: true })

function removeWhenUnused(directory: string): void {
  try {
    rmdirSync(directory)
  } catch {
    // Gone already, or another lab has its things there.
  }
}
