import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where a user's running lab can be found. Not below /run, which a private world covers with its own; handed on by
 * environment, because inside that world everybody is root.
 */
const VARIABLE = 'MULTIHOMED_LAB_DIR'

export interface RuntimePaths {
  readonly socket: string
  readonly log: string
}

/** Makes the directory when it is not there. @throws {Error} when somebody else could use it */
export function runtimePaths(env: NodeJS.ProcessEnv): RuntimePaths {
  const directory = (env[VARIABLE] ??= join(tmpdir(), `multihomed-lab-${process.getuid?.() ?? 0}`))
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(directory)
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
    throw new Error(`${directory} is not mine alone; remove it, or name another one by ${VARIABLE}`)
  return { socket: join(directory, 'lab.sock'), log: join(directory, 'lab.log') }
}
