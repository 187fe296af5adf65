import * as libc from './ffi.ts'

/**
 * @param bytes overwritten by the next message
 * @param from a `struct sockaddr`, overwritten too
 */
export type OnMessage = (bytes: Buffer, from: Buffer, atMs: number) => void

/**
 * Hands on what a socket receives, stamped before anything is read.
 * @param onDeaf the socket receives nothing any more: the system took away what it was bound to
 */
export function hear(fd: number, onMessage: OnMessage, onDeaf: () => void): { close(): void } {
  return libc.whenReadable(fd, () => {
    const atMs = performance.now()
    try {
      for (;;) onMessage(bytes.subarray(0, libc.receiveFrom(fd, bytes, sender)), sender, atMs)
    } catch (cause) {
      if (!(cause instanceof libc.SystemError)) throw cause
      if (cause.errno !== libc.EAGAIN) onDeaf()
    }
  })
}

/** All answers to questions of ours are shorter. One thread reads one message at a time. */
const bytes = Buffer.alloc(4096)
/** As long as a `struct sockaddr_in6`, the longest of them. */
const sender = Buffer.alloc(28)
