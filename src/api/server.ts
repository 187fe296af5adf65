import type { Server, ServerResponse } from 'node:http'
import type { Control } from '../daemon/control.ts'
import { ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import { createApp } from './app.ts'
import type { Reply } from './router.ts'
import { listenOnSocketFile } from './socket-file.ts'
import type { ListenError } from './socket-file.ts'

export type { ListenError } from './socket-file.ts'

export interface ApiServer {
  readonly socketPath: string
  /** No new requests; those under way get their answer, for at most `CLOSE_GRACE_MS`. The socket file goes. */
  close(): Promise<void>
}

export interface ApiOptions {
  /** Told of every mistake of ours that a request met. Default: a line on stderr. */
  readonly onBug?: (error: unknown) => void
}

/** Long enough for `down` to send its report before the daemon ends. */
const CLOSE_GRACE_MS = 2000

/** Serves the API on a Unix socket; everything that is expected to go wrong comes back as a value. */
export async function startApi(
  control: Control,
  socketPath: string,
  options: ApiOptions = {},
): Promise<Result<ApiServer, ListenError>> {
  const onBug = options.onBug ?? ((error) => console.error('api:', error))
  const app = createApp(control, { nowMs: Date.now, onBug })
  // Not by `import`: that reads every export of the module, and one of them is all of a WebSocket client, 14 MB.
  const server = process.getBuiltinModule('node:http').createServer((incoming, outgoing) => {
    incoming.resume() // no request has a body that we would read
    app({ method: incoming.method ?? '', target: incoming.url ?? '' })
      .then((reply) => send(reply, outgoing))
      .catch(onBug)
  })
  const listening = await listenOnSocketFile(server, socketPath)
  if (!listening.ok) return listening
  server.on('error', onBug) // e.g. no file descriptors left: the daemon goes on, the log tells
  return ok({ socketPath, close: () => close(server) })
}

function send({ status, contentType, document, headers }: Reply, outgoing: ServerResponse): void {
  const body = Buffer.from(JSON.stringify(document))
  outgoing.writeHead(status, { 'content-type': contentType, 'content-length': body.length, ...headers })
  outgoing.end(body)
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    server.close(() => {
      clearTimeout(impatient)
      resolve()
    })
    server.closeIdleConnections()
  })
}
