import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

/** Nobody but us: it tells when a household is at home. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o750

/** What SQLite puts beside a database that writes ahead. */
export const logBeside = (path: string): string => `${path}-wal`

/**
 * Makes the file, empty, if there is none, so that it never has other rights than ours; SQLite gives the log beside
 * it the same.
 * @throws what the system said: no rights, no room, or a link in its place
 */
export function claimFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE })
  // Without O_NONBLOCK a pipe in its place would hold us up for ever.
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, FILE_MODE)
  try {
    const found = fstatSync(file)
    if (!found.isFile()) throw new Error(`${path} is no regular file`)
    if ((found.mode & 0o777) !== FILE_MODE) chmodSync(path, FILE_MODE)
  } finally {
    closeSync(file)
  }
}

/** Where a file lies that nobody could read. */
export const asideOf = (path: string): string => `${path}.broken`

/**
 * Keeps a file that cannot be read for whoever wants to look into it; one that was set aside before makes room.
 * @returns where it lies now
 */
export function setAside(path: string): string {
  const aside = asideOf(path)
  renameSync(path, aside)
  rmSync(logBeside(aside), { force: true })
  try {
    renameSync(logBeside(path), logBeside(aside))
  } catch {
    // There was none.
  }
  return aside
}
