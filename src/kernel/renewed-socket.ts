/** A socket for datagrams that is a new one every few seconds, for probes that go on for months. */
import { FORGOTTEN_AFTER_MS } from './asker.ts'
import * as libc from './ffi.ts'
import { hear, type OnMessage } from './hear.ts'

export interface RenewedSocket {
  /**
   * @returns when it left: a new socket takes longer to be made than some answers take
   * @throws {libc.SystemError}
   */
  send(bytes: Uint8Array, to: Uint8Array): number
  close(): void
}

/**
 * One socket for ever would be wrong in three ways. A router on the way that translates addresses may hold an entry
 * that leads nowhere since its line got another address, and every further packet from the same port keeps it alive;
 * so does our own connection tracking. A device that is unplugged and returns under its name is another device, for
 * which the old socket says ENODEV for ever. And one that is bound to an address sends from it when it is gone.
 * @param open gives a descriptor, non-blocking; what it throws is thrown by `send`
 */
export function renewedSocket(open: () => number, onMessage: OnMessage): RenewedSocket {
  const openOnes = new Set<Serving>()
  let current: Serving | undefined

  interface Serving {
    readonly fd: number
    readonly openedAtMs: number
    close(): void
  }

  function begin(): Serving {
    const fd = open()
    const hearing = hear(fd, onMessage, () => serving.close())
    const timer = setTimeout(() => serving.close(), SERVES_MS + FORGOTTEN_AFTER_MS)
    const serving: Serving = {
      fd,
      openedAtMs: performance.now(),
      close() {
        if (!openOnes.delete(serving)) return
        if (current === serving) current = undefined
        clearTimeout(timer)
        hearing.close()
        libc.close(fd)
      },
    }
    openOnes.add(serving)
    return serving
  }

  return {
    send(bytes, to) {
      if (current !== undefined && performance.now() - current.openedAtMs > SERVES_MS) current = undefined
      const isNew = current === undefined
      current ??= begin()
      const send = ({ fd }: Serving): number => {
        const leftAtMs = performance.now()
        libc.sendTo(fd, bytes, to)
        return leftAtMs
      }
      try {
        return send(current)
      } catch (cause) {
        if (isNew || !(cause instanceof libc.SystemError) || !isDeviceGone(cause)) throw cause
        current.close()
        current = begin()
        return send(current)
      }
    },
    close() {
      for (const serving of openOnes) serving.close()
    },
  }
}

/** Short enough for a router on the way that lost its entry, long enough for all probes of a burst. */
const SERVES_MS = 5000

const isDeviceGone = ({ errno }: libc.SystemError): boolean => errno === libc.ENODEV || errno === libc.ENXIO
