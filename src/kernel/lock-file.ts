import { chmodSync, closeSync, constants, fchownSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { readFileSync, rmdirSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'

export type LockFile =
  /** `release` takes the file away too, and its directory when nothing else is there. */
  | { readonly is: 'held'; readonly release: () => void }
  /** `pid` is 0 when the kernel does not tell. */
  | { readonly is: 'taken'; readonly pid: number }
  /** It cannot be made or opened here, or this machine has no FFI. */
  | { readonly is: 'unusable' }

/** How often a file may vanish between opening and locking it: each time another holder has just gone. */
const TRIES = 20

/**
 * Locks a file by flock(2): the kernel frees it with the process, however that ends. The file is for its owner
 * alone, because whoever may open a file may lock it.
 */
export async function lockFile(path: string): Promise<LockFile> {
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return { is: 'unusable' }
  for (let tried = 0; tried < TRIES; tried++) {
    const fd = openOwn(path)
    if (fd === 'gone') continue
    if (fd === undefined) break
    try {
      ffi.flock(fd, ffi.LOCK.exclusive | ffi.LOCK.nonblock)
    } catch (cause) {
      const taken = cause instanceof ffi.SystemError && cause.errno === ffi.EAGAIN
      const pid = taken ? pidOfLock(fd) : 0
      closeSync(fd)
      if (!(cause instanceof ffi.SystemError)) throw cause
      return taken ? { is: 'taken', pid } : { is: 'unusable' }
    }
    if (isStill(fd, path)) return { is: 'held', release: () => remove(fd, path) }
    // The holder before us took it away after we had opened it: others would lock a new one.
    closeSync(fd)
  }
  return { is: 'unusable' }
}

/** @returns `'gone'` when somebody takes it away at this moment, nothing where it cannot be had */
function openOwn(path: string): number | 'gone' | undefined {
  // A pipe or a link in its place neither holds us up nor leads us away.
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants
  const flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK
  try {
    const directory = dirname(path)
    // What the umask took away: a group of ours must reach the socket that is there too.
    if (mkdirSync(directory, { recursive: true, mode: 0o755 }) !== undefined) chmodSync(directory, 0o755)
    try {
      const fd = openSync(path, flags | O_CREAT | O_EXCL, 0o600)
      giveToOwnerOf(directory, fd)
      return fd
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw cause
      return openSync(path, flags)
    }
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? 'gone' : undefined
  }
}

/** Root's `down`, when killed, must leave nothing that a daemon with a user of its own cannot open. */
function giveToOwnerOf(directory: string, fd: number): void {
  try {
    const { uid, gid } = statSync(directory)
    if (uid !== process.geteuid?.()) fchownSync(fd, uid, gid)
  } catch (cause) {
    codeOf(cause) // without CAP_CHOWN it stays ours
  }
}

function isStill(fd: number, path: string): boolean {
  try {
    const [open, named] = [fstatSync(fd), statSync(path)]
    return open.ino === named.ino && open.dev === named.dev
  } catch (cause) {
    codeOf(cause)
    return false
  }
}

function remove(fd: number, path: string): void {
  for (const take of [() => unlinkSync(path), () => rmdirSync(dirname(path))]) {
    try {
      take()
    } catch (cause) {
      codeOf(cause) // a disk gone read-only, or other things in the directory: an open lock hinders nobody
    }
  }
  closeSync(fd)
}

/** proc_locks(5): `1: FLOCK  ADVISORY  WRITE 1234 00:1a:5678 0 EOF`. */
function pidOfLock(fd: number): number {
  const { dev, ino } = fstatSync(fd, { bigint: true })
  const hex = (part: bigint): string => part.toString(16).padStart(2, '0')
  // gnu_dev_major(3), as far as the kernel's 32 bits go
  const [major, minor] = [(dev >> 8n) & 0xfffn, (dev & 0xffn) | ((dev >> 12n) & 0xfff00n)]
  const file = `${hex(major)}:${hex(minor)}:${ino}`
  try {
    const words = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((line) => line.split(/\s+/))
    return Number(words.find((line) => line[1] === 'FLOCK' && line[5] === file)?.[4] ?? 0)
  } catch (cause) {
    codeOf(cause)
    return 0
  }
}

/** What the kernel says is expected here; anything else is a mistake of ours. */
function codeOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  throw cause
}
