import { createInterface } from 'node:readline'
import type { Namespace } from './namespace.ts'
import { patiently } from './patience.ts'
import { familyOf, openTcp } from './sockets.ts'
import type { SocketOptions } from './sockets.ts'
import type { Seen } from './servers.ts'

/** A TCP connection to an echo server that stays open and proves at any time that it still works. */
export interface Connection {
  /** What the server saw at the start. */
  readonly seen: Seen
  /** Sends a line and waits for it to come back. Rejects when the connection broke or `timeoutMs` (3 s) went by. */
  exchange(timeoutMs?: number): Promise<void>
  /** Resolves when the connection is over: `undefined` for an orderly end, else the error's code (`ECONNRESET`). */
  readonly ended: Promise<string | undefined>
  readonly isOpen: boolean
  close(): void
}

export interface ConnectOptions extends SocketOptions {
  /** Until the server's greeting is there; default 5 s. */
  readonly timeoutMs?: number
}

/** @throws {Error} when there is no connection and greeting in time; `code` as Node gives it (`ECONNREFUSED`, …) */
export async function openConnection(
  host: Namespace,
  address: string,
  port: number,
  { timeoutMs = 5000, ...options }: ConnectOptions = {},
): Promise<Connection> {
  const name = `connection from ${host.name} to ${address}:${port}`
  const socket = openTcp(host, { family: familyOf(address), ...options })
  const ending = Promise.withResolvers<string | undefined>()
  let isOpen = true
  let error: NodeJS.ErrnoException | undefined
  socket.on('error', (cause: NodeJS.ErrnoException) => (error = cause))
  socket.on('close', () => {
    isOpen = false
    ending.resolve(error && (error.code ?? error.message))
  })
  const lines = createInterface({ input: socket })
  lines.on('error', () => {}) // the socket's, once more

  /** The first line that is wanted; those of exchanges that were given up are passed over. */
  function nextLine(isWanted: (line: string) => boolean, withinMs: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const onLine = (line: string): void => (isWanted(line) ? resolve(line) : undefined)
    const onClose = (): void => reject(error ?? new Error(`${name}: the other side ended it`))
    const timer = setTimeout(
      () => reject(new Error(`${name}: silent for ${withinMs} ms`)),
      patiently(withinMs),
    )
    lines.on('line', onLine)
    socket.on('close', onClose)
    if (!isOpen) onClose()
    return promise.finally(() => {
      clearTimeout(timer)
      lines.off('line', onLine)
      socket.off('close', onClose)
    })
  }

  try {
    socket.setNoDelay(true)
    socket.connect({ host: address, port })
    const seen = JSON.parse(await nextLine(() => true, timeoutMs)) as Seen
    let exchanges = 0
    return {
      seen,
      ended: ending.promise,
      get isOpen() {
        return isOpen
      },
      async exchange(withinMs = 3000) {
        const text = `exchange ${(exchanges += 1)}`
        if (isOpen) socket.write(`${text}\n`)
        await nextLine((line) => line === text, withinMs)
      },
      close: () => socket.destroy(),
    }
  } catch (cause) {
    socket.destroy()
    throw cause
  }
}
