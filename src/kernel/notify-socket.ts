import { setTimeout } from 'node:timers/promises'
import type * as ffiModule from './ffi.ts'

/**
 * Tells systemd how we are (sd_notify(3)): one datagram to the socket it named. Node has no Unix datagram sockets.
 * Without a service manager, or without FFI, nothing happens.
 */
export type TellServiceManager = (text: string) => Promise<void>

/**
 * Takes the socket out of the environment: every program that we start would inherit it, and some (resolvectl) then
 * speak to systemd in our name, which it complains of.
 */
export function takeServiceManager(env: NodeJS.ProcessEnv): TellServiceManager {
  const path = env['NOTIFY_SOCKET']
  delete env['NOTIFY_SOCKET']
  return path === undefined || path === '' ? async () => undefined : (text) => tell(path, text)
}

async function tell(path: string, text: string): Promise<void> {
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return
  let fd: number | undefined
  try {
    fd = ffi.socket(ffi.AF.unix, ffi.SOCK.dgram | ffi.SOCK.nonblock, 0)
    await send(ffi, fd, Buffer.from(text), ffi.unixAddress(path))
  } catch (cause) {
    // Nobody listens: systemd will miss it, and there is nobody else to tell.
    if (!(cause instanceof ffi.SystemError)) throw cause
  } finally {
    if (fd !== undefined) ffi.close(fd)
  }
}

/** A service manager that is busy lets its queue run full; lines are watched meanwhile, so nothing may block here. */
async function send(ffi: typeof ffiModule, fd: number, text: Buffer, to: Uint8Array): Promise<void> {
  for (let triesLeft = TRIES; ; triesLeft--) {
    try {
      return ffi.sendTo(fd, text, to)
    } catch (cause) {
      const isFull = cause instanceof ffi.SystemError && cause.errno === ffi.EAGAIN
      if (!isFull || triesLeft === 0) throw cause
    }
    await setTimeout(AGAIN_MS)
  }
}

const AGAIN_MS = 100
const TRIES = 20
