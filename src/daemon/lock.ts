import { connect, createServer, type Server } from 'node:net'
import { fail, ok, type Result } from '../model/index.ts'

/** An abstract socket: it belongs to the network namespace, so labs run side by side, and it dies with its process. */
const LOCK = '\0multihomed'

export interface Lock {
  release(): void
}

/**
 * One daemon a network namespace. Whoever holds the lock tells its pid to those who ask.
 * @returns the pid of the daemon that is there already, 0 when it did not answer
 */
export function takeLock(): Promise<Result<Lock, { readonly pid: number }>> {
  const server = createServer((asker) => {
    asker.on('error', () => undefined)
    asker.end(`${process.pid}\n`)
  })
  return new Promise((resolve) => {
    server.once('error', () => void holderPid().then((pid) => resolve(fail({ pid }))))
    server.listen(LOCK, () => resolve(ok({ release: () => closeQuietly(server) })))
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

function closeQuietly(server: Server): void {
  server.close()
}
