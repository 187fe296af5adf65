/** The API by HTTP on an address of the box: who may come in says access.ts. */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Control } from '../daemon/control.ts'
import { fail, messageOf, ok, type ApiConfig, type Result } from '../model/index.ts'
import { addressOf, refusalOf, rightOfVisit } from './access.ts'
import { send, serve, type App } from './http-door.ts'
import { refusal, type Asked } from './router.ts'
import { isOfDashboard } from './web-pages.ts'

/** Many tabs on many desks; who asks for more is no person. */
const MOST_CONNECTIONS = 256

export interface TcpDoor {
  /** As one types it into a browser. */
  readonly url: string
  /** The certificate is read again, for whoever comes from now on. @returns why not, as a sentence without its end */
  renew(): Promise<Result<void, string>>
  close(): Promise<void>
}

export interface TcpDoorOptions {
  readonly onBug: (error: unknown) => void
  /** Who listens at a port already, in words; `undefined`: nobody knows. */
  readonly holderOf: (port: number) => Promise<string | undefined>
  /** What may hold secrets is not told to everybody who may look. */
  readonly isSecret: (asked: Pick<Asked, 'target'>) => boolean
}

/** @returns why it could not be opened, as a sentence without its end */
export async function openTcpDoor(
  app: App,
  control: Pick<Control, 'tokens'>,
  api: ApiConfig,
  { onBug, holderOf, isSecret }: TcpDoorOptions,
): Promise<Result<TcpDoor, string>> {
  const pem = await readPem(api)
  if (!pem.ok) return pem
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = '', url: target = '', headers, socket } = incoming
    const isPublic = isOfDashboard(target)
    const visit = {
      method,
      headers,
      from: socket.remoteAddress ?? '',
      isPublic,
      isSecret: isSecret({ target }),
    }
    const rightOf = (token: string) => control.tokens.rightOf(token)
    const refused = refusalOf(visit, api, rightOf)
    if (refused === undefined) {
      const visitor = {
        right: () => rightOfVisit(visit, api, rightOf),
        isWelcome: () => refusalOf(visit, api, rightOf) === undefined,
      }
      serve(app, visitor, incoming, outgoing).catch(onBug)
      return
    }
    incoming.resume()
    send(refusal(refused, refused.status === 401 ? { 'www-authenticate': 'Bearer' } : {}), incoming, outgoing)
  }
  const servers: (Server | SecureServer)[] = []
  const renew = async (): Promise<Result<void, string>> => {
    const again = await readPem(api)
    if (!again.ok) return again
    for (const server of servers)
      if (again.value !== undefined && 'setSecureContext' in server) server.setSecureContext(again.value)
    return ok(undefined)
  }
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeAtOnce))
  }
  const addresses = api.address === 'localhost' ? ['127.0.0.1', '::1'] : [api.address]
  for (const address of addresses) {
    const server = makeServer(pem.value, answer)
    const refused = await listen(server, address, api.port)
    if (refused === undefined) {
      server.on('error', onBug)
      servers.push(server)
    } else if (!(address === '::1' && NO_IPV6.has(refused))) {
      await close()
      return fail(await inWords(refused, address, api, holderOf))
    }
  }
  return ok({ url: addressOf(api), renew, close })
}

type Pem = { readonly cert: Buffer; readonly key: Buffer } | undefined

async function readPem({ tls }: ApiConfig): Promise<Result<Pem, string>> {
  if (tls === undefined) return ok(undefined)
  try {
    const [cert, key] = await Promise.all([readFile(tls.certificate), readFile(tls.key)])
    process.getBuiltinModule('node:tls').createSecureContext({ cert, key })
    return ok({ cert, key })
  } catch (cause) {
    return fail(`${tls.certificate} and ${tls.key} are not to be used: ${messageOf(cause)}`)
  }
}

/** Not by `import`: that reads every export of the module, and one of them is all of a WebSocket client, 14 MB. */
function makeServer(
  pem: Pem,
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Server | SecureServer {
  const server =
    pem === undefined
      ? process.getBuiltinModule('node:http').createServer(answer)
      : process.getBuiltinModule('node:https').createServer(pem, answer)
  server.maxConnections = MOST_CONNECTIONS
  return server
}

/** A box without IPv6, or with it switched off. */
const NO_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])

/** @returns the error's code, `undefined` when it listens */
const listen = (server: Server, host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const refused = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message)
    server.once('error', refused)
    server.listen({ host, port, ipv6Only: true }, () => {
      server.off('error', refused)
      resolve(undefined)
    })
  })

async function inWords(
  code: string,
  address: string,
  api: ApiConfig,
  holderOf: TcpDoorOptions['holderOf'],
): Promise<string> {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${api.port} belongs to ${(await holderOf(api.port)) ?? 'another program'}`
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this box now`
    case 'EACCES':
      return `port ${api.port} is kept for root`
    default:
      return code
  }
}

/** Streams would go on for ever. */
const closeAtOnce = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
