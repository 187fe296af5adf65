/** The operator's file, where he wishes by the API that a text becomes it. */
import { constants, type Stats } from 'node:fs'
import { access, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { messageOf } from '../model/index.ts'
import { fingerprintOf } from './config-history.ts'
import type { Unwritable } from './control.ts'
import { readText } from './read-config.ts'

/**
 * Puts the text in the file's place, all or nothing, also when the power goes. Owner, group and mode stay as they are,
 * and a symbolic link stays one: what it leads to is replaced.
 */
async function replaceFile(file: string, text: string): Promise<Unwritable | undefined> {
  let path = file
  try {
    path = await realpath(file)
    const there = await stat(path)
    const beside = join(dirname(path), `.${basename(path)}.multihomed`)
    // Left by a crash, or planted: neither is written through.
    await rm(beside, { force: true })
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
    const handle = await open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    try {
      await likeTheOther(handle, there)
      await handle.writeFile(text)
      await handle.sync()
      await rename(beside, path)
    } finally {
      await handle.close()
      await rm(beside, { force: true })
    }
    // Some file systems know no such thing; the text is in place all the same.
    await syncFolder(dirname(path)).catch(() => undefined)
    return undefined
  } catch (cause) {
    return inWords(cause as NodeJS.ErrnoException, path) // of the file system
  }
}

/** @returns `undefined` when the file cannot be read */
export async function versionOf(file: string): Promise<string | undefined> {
  const there = await readText(file)
  return there.ok ? fingerprintOf(there.value) : undefined
}

/**
 * The same, unless the file is another one by now.
 * @param version of the file that may be lost
 */
export async function replaceVersion(
  file: string,
  version: string,
  text: string,
): Promise<{ readonly is: 'changed' } | ({ readonly is: 'unwritable' } & Unwritable) | undefined> {
  const there = await versionOf(file)
  // Somebody wrote the very same there.
  if (there === fingerprintOf(text)) return undefined
  if (there !== version) return { is: 'changed' }
  const unwritable = await replaceFile(file, text)
  return unwritable && { is: 'unwritable', ...unwritable }
}

/** As far as that can be told without touching anything. */
export async function whyNotWritable(file: string): Promise<Unwritable | undefined> {
  let path = file
  try {
    path = await realpath(file)
    const there = await stat(path)
    await access(dirname(path), constants.W_OK | constants.X_OK)
    return canGive(there) ? undefined : wouldChangeHands(path)
  } catch (cause) {
    return inWords(cause as NodeJS.ErrnoException, path) // of the file system
  }
}

/** Nobody but root gives files away, and nobody gives them to a group that is not his. */
function canGive({ uid, gid }: Stats): boolean {
  const own = process.geteuid?.()
  const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])]
  return own === 0 || (uid === own && groups.includes(gid))
}

async function likeTheOther(handle: FileHandle, there: Stats): Promise<void> {
  const own = await handle.stat()
  if (own.uid !== there.uid || own.gid !== there.gid) await handle.chown(there.uid, there.gid)
  await handle.chmod(there.mode & 0o7777)
}

/** Else the name could be lost with the power although its text is not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const BY_HAND = 'or write it yourself and: multihome apply'

const wouldChangeHands = (path: string): Unwritable => ({
  why: `the daemon runs as ${userName()}, and a new file of his would belong to somebody else than ${path} does now`,
  help: givingIt(path),
})

const givingIt = (path: string): string => `sudo chown ${userName()}: ${dirname(path)} ${path}, ${BY_HAND}`

function inWords(cause: NodeJS.ErrnoException, path: string): Unwritable {
  const folder = dirname(path)
  switch (cause.code) {
    case 'EACCES':
    case 'EPERM':
      return { why: `the daemon runs as ${userName()}, who may not write in ${folder}`, help: givingIt(path) }
    case 'EROFS': {
      const inUnit = `ReadWritePaths=${folder} in the unit (sudo systemctl edit multihomed)`
      return { why: `${folder} is read-only for the daemon`, help: `${inUnit}, ${BY_HAND}` }
    }
    default:
      return { why: messageOf(cause), help: BY_HAND }
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.geteuid?.() ?? '?'}` // one that no list of users knows
  }
}
