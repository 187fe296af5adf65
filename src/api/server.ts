import type { Server } from 'node:http'
import type { Control } from '../daemon/control.ts'
import { ok, type ApiConfig, type Result } from '../model/index.ts'
import { appOf, routesTo, tokenRoutes, tokenRoutesByTcp } from './app.ts'
import { EventStream } from './event-stream.ts'
import { EventTally } from './event-tally.ts'
import { serve, type App } from './http-door.ts'
import { listenOnSocketFile, type ListenError } from './socket-file.ts'
import { asksForSecrets } from './router.ts'
import type { PushOptions } from './metrics-push.ts'
import { isOtlpWished } from './otlp-settings.ts'
import { openTcpDoor, type TcpDoor, type TcpDoorOptions } from './tcp-door.ts'
import { webRoutes } from './web-pages.ts'

export type { ListenError } from './socket-file.ts'

export interface ApiServer {
  readonly socketPath: string
  /** No new requests; those under way get their answer, for at most `CLOSE_GRACE_MS`. The socket file goes. */
  close(): Promise<void>
}

export interface ApiOptions {
  /** Told of every mistake of ours that a request met. Default: a line on stderr. */
  readonly onBug?: (error: unknown) => void
  readonly holderOf?: TcpDoorOptions['holderOf']
  /** Where the dashboard's files are: `dist/web`. Absent: there is none. */
  readonly webFolder?: string
}

/** The API of a daemon, and the doors it can be asked through. What is expected to go wrong comes back as a value. */
export interface Api {
  listen(socketPath: string): Promise<Result<ApiServer, ListenError>>
  openTcpDoor(config: ApiConfig): Promise<Result<TcpDoor, string>>
  /** As the environment wishes; `undefined`: it wishes nothing. Loaded only then. */
  pushMetrics(options: Omit<PushOptions, 'nowMs'>): Promise<Disposable | undefined>
}

/** Long enough for `down` to send its report before the daemon ends. */
const CLOSE_GRACE_MS = 2000

export function createApi(control: Control, options: ApiOptions = {}): Api {
  const onBug = options.onBug ?? ((error) => console.error('api:', error))
  const nowMs = Date.now
  const tally = new EventTally(control)
  const routes = [
    ...routesTo(control, { stream: new EventStream(control, { nowMs, onBug }), tally, nowMs }),
    ...(options.webFolder === undefined ? [] : webRoutes(options.webFolder)),
  ]
  const holderOf = options.holderOf ?? (() => Promise.resolve(undefined))
  return {
    listen: (socketPath) =>
      listen(appOf([...routes, ...tokenRoutes(control, nowMs)], onBug), socketPath, onBug),
    openTcpDoor: (config) =>
      openTcpDoor(appOf([...routes, ...tokenRoutesByTcp], onBug), control, config, {
        onBug,
        holderOf,
        isSecret: (asked) => asksForSecrets(routes, asked),
      }),
    pushMetrics: async (options) =>
      isOtlpWished(options.env)
        ? (await import('./metrics-push.ts')).pushMetrics(control, tally, { ...options, nowMs })
        : undefined,
  }
}

async function listen(
  app: App,
  socketPath: string,
  onBug: (error: unknown) => void,
): Promise<Result<ApiServer, ListenError>> {
  // Not by `import`: that reads every export of the module, and one of them is all of a WebSocket client, 14 MB.
  const server = process.getBuiltinModule('node:http').createServer((incoming, outgoing) => {
    serve(app, { right: () => 'change' }, incoming, outgoing).catch(onBug)
  })
  const listening = await listenOnSocketFile(server, socketPath)
  if (!listening.ok) return listening
  server.on('error', onBug) // e.g. no file descriptors left: the daemon goes on, the log tells
  return ok({ socketPath, close: () => close(server) })
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
