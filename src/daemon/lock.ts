import { connect, createServer } from 'node:net'
import { fail, ok, type Result } from '../model/index.ts'

/** An abstract socket: it belongs to the network namespace, so labs run side by side, and it dies with its process. */
const LOCK = '\0multihomed'

export interface Lock {
  release(): void
}

/** An abstract socket has no permissions, so anybody may connect: nobody may hold on, and few at a time. */
const ASKERS_AT_ONCE = 16
const ASKER_GONE_WITHIN_MS = 500

/**
 * One daemon a network namespace. Whoever holds the lock tells its pid to those who ask.
 * @returns the pid of the daemon that is there already, 0 when it did not answer
 */
export function takeLock(): Promise<Result<Lock, { readonly pid: number }>> {
  const server = createServer((asker) => {
    asker.on('error', () => undefined)
    asker.setTimeout(ASKER_GONE_WITHIN_MS, () => asker.destroy())
    // Not waiting for the other side to close: it might never.
    asker.end(`${process.pid}\n`, () => asker.destroy())
  })
  server.maxConnections = ASKERS_AT_ONCE
  return new Promise((resolve) => {
    const refuse = (): void => void holderPid().then((pid) => resolve(fail({ pid })))
    server.once('error', refuse)
    server.listen(LOCK, () => {
      server.off('error', refuse)
      // accept(2) may fail at any time (EMFILE): the lock is held all the same.
      server.on('error', () => undefined)
      resolve(ok({ release: () => void server.close() }))
    })
    server.unref()
  })
}

const ANSWER_WITHIN_MS = 500

function holderPid(): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(LOCK)
    let text = ''
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy())
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Number(text.trim()) || 0))
  })
}
