/**
 * A network of our own to build labs in. `scripts/private-world.sh` makes it and leaves a sentinel: the lab refuses
 * to work without one, so that a test started by hand can never touch the machine's own network.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'

const SENTINEL = '/run/multihomed-private-world'

/** Whether this thread is in a world that `private-world.sh` made; the sentinel names its network namespace. */
export function inPrivateWorld(): boolean {
  try {
    return readFileSync(SENTINEL, 'utf8').trim() === readlinkSync('/proc/thread-self/ns/net')
  } catch {
    return false
  }
}

/** @throws {Error} that says how to start the program instead */
export function requirePrivateWorld(): void {
  if (inPrivateWorld()) return
  throw new Error(
    'the lab works only in a private network, and this process is in the machine\'s own: start it with "scripts/private-world.sh COMMAND", or tests with "./run test"',
  )
}

/**
 * Becomes the same program in a private world: same process id, same terminal, same arguments. Returns only where it
 * already is in one; where none can be made the process ends with exit code 5 and a sentence on stderr.
 */
export function enterPrivateWorld(): void {
  if (inPrivateWorld()) return
  if (process.execve === undefined) throw new Error('this Node cannot replace its process')
  const script = join(packageRoot(), 'scripts', 'private-world.sh')
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.execve('/bin/sh', ['sh', script, ...program], process.env)
}
