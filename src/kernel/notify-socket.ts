/**
 * Tells systemd how we are (sd_notify(3)): one datagram to the socket it named. Node has no Unix datagram sockets.
 * Without a service manager, or without FFI, nothing happens.
 */
export async function notifyServiceManager(env: NodeJS.ProcessEnv, text: string): Promise<void> {
  const path = env['NOTIFY_SOCKET']
  if (path === undefined || path === '') return
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return
  let fd: number | undefined
  try {
    fd = ffi.socket(ffi.AF.unix, ffi.SOCK.dgram, 0)
    ffi.sendTo(fd, Buffer.from(text), unixAddress(path))
  } catch (cause) {
    // Nobody listens: systemd will miss it, and there is nobody else to tell.
    if (!(cause instanceof ffi.SystemError)) throw cause
  } finally {
    if (fd !== undefined) ffi.close(fd)
  }
}

/** `struct sockaddr_un`; a leading `@` stands for the abstract namespace. */
function unixAddress(path: string): Uint8Array {
  const AF_UNIX = Buffer.from([1, 0])
  const name = Buffer.from(path)
  if (name[0] === '@'.charCodeAt(0)) name[0] = 0
  return Buffer.concat([AF_UNIX, name, ...(name[0] === 0 ? [] : [Buffer.alloc(1)])])
}
