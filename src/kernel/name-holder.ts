export interface NameHolder {
  readonly pid: number
  readonly uid: number
}

/**
 * Who listens on a Unix socket: the kernel's own word (SO_PEERCRED), for which the other side need not answer, and
 * nothing that it sends is read.
 * @param path a leading `@` stands for the abstract namespace
 * @returns nothing when nobody does, its queue is full, or this machine has no FFI
 */
export async function nameHolder(path: string): Promise<NameHolder | undefined> {
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return undefined
  let fd: number | undefined
  try {
    // Without O_NONBLOCK a full queue would hold us up for ever.
    fd = ffi.socket(ffi.AF.unix, ffi.SOCK.stream | ffi.SOCK.nonblock, 0)
    ffi.connect(fd, ffi.unixAddress(path))
    // `struct ucred`: pid, uid, gid
    const bytes = Buffer.alloc(12)
    ffi.socketOption(fd, ffi.SOL_SOCKET, ffi.SO.peercred, bytes)
    return { pid: bytes.readInt32LE(0), uid: bytes.readUInt32LE(4) }
  } catch (cause) {
    if (!(cause instanceof ffi.SystemError)) throw cause
    return undefined
  } finally {
    if (fd !== undefined) ffi.close(fd)
  }
}
