/** The file of a Unix socket: who may use it, and whether a left-over one may go. */
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs'
import { createConnection } from 'node:net'
import type { Server } from 'node:net'
import { dirname } from 'node:path'
import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'

export type ListenError =
  /** Somebody answers on it: another daemon. */
  | { readonly code: 'in-use'; readonly text: string }
  /** Something that is no socket stands there; it is left alone. */
  | { readonly code: 'not-a-socket'; readonly text: string }
  | { readonly code: 'path-too-long'; readonly text: string }
  | { readonly code: 'not-permitted'; readonly text: string }
  | { readonly code: 'refused'; readonly text: string }

/** The kernel's `sun_path` has 108 bytes, the last one a zero (unix(7)); libuv cuts longer paths silently. */
export const SOCKET_PATH_MAX_BYTES = 107

const GROUP = 'multihomed'

/** Listens with mode 0660 and our group, when there is one. A socket file nobody answers on is replaced. */
export async function listenOnSocketFile(server: Server, path: string): Promise<Result<void, ListenError>> {
  const length = Buffer.byteLength(path)
  if (length > SOCKET_PATH_MAX_BYTES) {
    const text = `the socket path has ${length} bytes, the kernel takes ${SOCKET_PATH_MAX_BYTES}: ${path}`
    return fail({ code: 'path-too-long', text })
  }
  const free = await makeFree(path)
  if (!free.ok) return free
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    await listenOwnerOnly(server, path)
    giveToGroup(path)
    return ok(undefined)
  } catch (error) {
    return fail(listenError(error, path))
  }
}

async function makeFree(path: string): Promise<Result<void, ListenError>> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return ok(undefined)
  if (!found.isSocket()) {
    return fail({ code: 'not-a-socket', text: `${path} is there already and is no socket; it is left alone` })
  }
  const answer = await connectOnce(path)
  if (answer === 'connected') return fail({ code: 'in-use', text: `another program answers on ${path}` })
  if (answer !== 'ECONNREFUSED' && answer !== 'ENOENT') {
    return fail({ code: 'refused', text: `${path} is there already and cannot be asked: ${answer}` })
  }
  try {
    unlinkSync(path)
    return ok(undefined)
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok(undefined) : fail(listenError(error, path))
  }
}

function connectOnce(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.once('error', (error) => resolve(errorCode(error)))
  })
}

/** The file is born with mode 0600, so that nobody slips in before its owner, group and mode are right. */
function listenOwnerOnly(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const before = process.umask(0o177)
    try {
      server.listen(path, () => {
        server.off('error', reject)
        resolve()
      })
    } finally {
      process.umask(before) // bind(2) is done inside listen(), only the event comes later
    }
  })
}

function giveToGroup(path: string): void {
  const gid = groupId(GROUP)
  try {
    if (gid !== undefined) chownSync(path, -1, gid)
  } catch (error) {
    // Without CAP_CHOWN the file keeps our own group, which systemd's Group= may have set right already.
    if (errorCode(error) !== 'EPERM') throw error
  }
  chmodSync(path, 0o660)
}

/** Node has no getgrnam(3). */
function groupId(name: string): number | undefined {
  const line = readGroups().find((group) => group.startsWith(`${name}:`))
  const gid = Number(line?.split(':')[2])
  return Number.isInteger(gid) ? gid : undefined
}

function readGroups(): string[] {
  try {
    return readFileSync('/etc/group', 'utf8').split('\n')
  } catch {
    return [] // a box without the file has no group of ours
  }
}

function listenError(error: unknown, path: string): ListenError {
  const code = errorCode(error)
  const text = `cannot listen on ${path}: ${code}`
  if (code === 'EADDRINUSE') return { code: 'in-use', text: `another program answers on ${path}` }
  return { code: code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'refused', text }
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}
