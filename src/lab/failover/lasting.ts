/** TCP connections that are to stay: a download, an upload, one that is kept for the next question. */
import type { Lab } from '../lab.ts'
import { PORTS } from '../servers.ts'
import type { Seen } from '../servers.ts'
import { openTcp } from '../sockets.ts'
import { ROUTER } from '../topology.ts'
import type { LastingConnection, LastingKind } from './recorded.ts'

export interface Lasting {
  readonly line: string
  /** As it is now. */
  record(): LastingConnection
  close(): void
}

const SERVER_OF = { download: 'source', upload: 'sink', 'keep-alive': 'echo' } as const

/** What each sends, and how often. A download sends nothing: it only waits. */
const SENDS: Readonly<Record<LastingKind, { readonly piece: Buffer; readonly everyMs: number } | undefined>> =
  {
    download: undefined,
    upload: { piece: Buffer.alloc(1000, '.'), everyMs: 20 },
    'keep-alive': { piece: Buffer.from('still here?\n'), everyMs: 250 },
  }

/** @throws {Error} when the server's greeting is not there within 5 s */
export async function openLasting(
  lab: Lab,
  host: string,
  server: string,
  kind: LastingKind,
): Promise<Lasting> {
  const socket = openTcp(lab.host(host))
  const { promise, resolve, reject } = Promise.withResolvers<Seen>()
  let ended: LastingConnection['ended']
  let isOurs = false
  let code: string | undefined
  let greeting = ''
  const hear = (piece: string): void => {
    greeting += piece
    const end = greeting.indexOf('\n')
    if (end === -1) return
    socket.off('data', hear)
    socket.resume()
    resolve(JSON.parse(greeting.slice(0, end)) as Seen)
  }
  const timer = setTimeout(
    () => reject(new Error(`${host} got no greeting from ${server} within 5 s`)),
    GREETING_MS,
  )
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.message))
  socket.on('close', () => {
    clearInterval(sending)
    reject(new Error(`the connection from ${host} to ${server} was over before it began: ${code ?? 'ended'}`))
    if (!isOurs) ended = { atMs: performance.now(), ...(code !== undefined && { code }) }
  })
  socket.setEncoding('latin1').on('data', hear)
  socket.setNoDelay(true)
  socket.connect({ host: server, port: PORTS[SERVER_OF[kind]] })
  let sending: NodeJS.Timeout | undefined
  const close = (): void => {
    isOurs = true
    socket.destroy()
  }
  try {
    const { client } = await promise
    const line = lab.lineOfAddress(client)
    if (line === undefined) throw new Error(`${client} is no line's address`)
    const openedAtMs = performance.now()
    const sends = SENDS[kind]
    if (sends)
      sending = setInterval(() => socket.writableLength < ENOUGH && socket.write(sends.piece), sends.everyMs)
    return {
      line,
      record: () => ({
        kind,
        from: host === ROUTER ? 'box' : 'lan',
        line,
        openedAtMs,
        ...(ended && { ended }),
      }),
      close,
    }
  } catch (cause) {
    close()
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

const GREETING_MS = 5000
/** Bytes that wait in this process; more would only fill it. */
const ENOUGH = 10_000
