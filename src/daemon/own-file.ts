import { constants, type Stats } from 'node:fs'
import { chmod, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../model/index.ts'

export type OwnFile =
  | { readonly is: 'absent' }
  | { readonly is: 'usable'; readonly text: string }
  /** `why` begins with the path. */
  | { readonly is: 'unusable'; readonly why: string }

/**
 * Reads a file of ours. The directory may be one where others write too (`--socket /tmp/x.sock`): only what is surely
 * ours counts.
 * @param maxBytes more was not written by us
 */
export async function readOwnFile(directory: string, name: string, maxBytes: number): Promise<OwnFile> {
  const path = join(directory, name)
  const unusable = (why: string): OwnFile => ({ is: 'unusable', why: `${path} ${why}` })
  let file: FileHandle
  try {
    // Without O_NONBLOCK a pipe in its place would hold us up for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return { is: 'absent' }
    return unusable(code === 'ELOOP' ? 'is a symbolic link' : `cannot be read: ${messageOf(cause)}`)
  }
  try {
    const found = await file.stat()
    if (!found.isFile()) return unusable('is no regular file')
    if (!isOurs(found, await stat(directory))) return unusable(`belongs to user ${found.uid}, not to us`)
    if ((found.mode & WRITABLE_BY_OTHERS) !== 0) return unusable('can be written by others')
    if (found.size > maxBytes) return unusable('is too large to be ours')
    return { is: 'usable', text: await file.readFile('utf8') }
  } catch (cause) {
    return unusable(`cannot be read: ${messageOf(cause)}`)
  } finally {
    await file.close()
  }
}

const WRITABLE_BY_OTHERS = 0o022

/** Users of services, as whom nobody logs in: those of the system, and those of DynamicUser= (systemd.io/UIDS-GIDS). */
const SERVICE_USERS = [
  { first: 1, last: 999 },
  { first: 61_184, last: 65_519 },
]

/**
 * Written by us, by root, or by a daemon that ran as a user of its own, so that `sudo multihome down` knows the way
 * back after that one crashed too. Such a user must then own the directory, and nobody else write there.
 */
function isOurs(file: Stats, directory: Stats): boolean {
  if (file.uid === process.geteuid?.() || file.uid === 0) return true
  const isService = SERVICE_USERS.some(({ first, last }) => file.uid >= first && file.uid <= last)
  return isService && directory.uid === file.uid && (directory.mode & WRITABLE_BY_OTHERS) === 0
}

/** A file and the directory it lies in, with the modes they are made with. */
export interface Place {
  readonly directory: string
  readonly directoryMode: number
  readonly name: string
  readonly mode: number
}

/** All or nothing, also when the power goes: a new file, flushed, put in the old one's place. */
export async function writeWhole(place: Place, text: string): Promise<void> {
  const { directory, directoryMode, name, mode } = place
  const made = await mkdir(directory, { recursive: true, mode: directoryMode })
  // What the caller's umask took away: a group of ours must reach the socket.
  if (made !== undefined) await chmod(directory, directoryMode)
  const path = join(directory, name)
  const temporary = `${path}.new`
  // Left by a crash, or planted: neither is written through.
  await rm(temporary, { force: true })
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  try {
    await file.writeFile(text)
    await file.sync()
    await rename(temporary, path)
  } catch (cause) {
    // A disk that is full needs the room.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw cause
  } finally {
    await file.close()
  }
}

export async function removeOwnFile(directory: string, name: string): Promise<void> {
  await rm(join(directory, name), { force: true })
  await rm(join(directory, `${name}.new`), { force: true })
}
