/**
 * The lab on a page: all that its daemon serves, handed on from its socket as it comes, and below `/lab/` what breaks
 * and mends lines. Who may come in may change things too, since all of it is pretend; who may is told by the names
 * and pages of the daemon's own door, and by whose connection it is.
 */
import { Agent, createServer, request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { strangerRefusal } from '../api/access.ts'
import type { ProblemDocument } from '../api/contract.ts'
import { problem } from '../api/problems.ts'
import { messageOf } from '../model/index.ts'
import { CannotPlay } from './cannot-play.ts'
import { kindNamed, labState } from './door-faults.ts'
import type { LabStateDocument } from './door-faults.ts'
import { closeDoorSocket, isWelcome } from './door-socket.ts'
import type { DoorSocket } from './door-socket.ts'
import { NO_DAEMON, startsDaemon } from './picture-text.ts'
import { readFault } from './fault.ts'
import type { Lab } from './lab.ts'

export interface LabDoor extends Disposable {
  /** As one types it into a browser. */
  readonly url: string
}

export async function openDoor(lab: Lab, socket: DoorSocket): Promise<LabDoor> {
  const strangers = new WeakSet<Socket>()
  const toDaemon = new Agent({ keepAlive: false }) // another one may be there by the next time

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const refused = strangers.has(incoming.socket)
      ? problem(403, 'MH738', 'this lab is of another user of the machine')
      : strangerRefusal(incoming, { names: [] })
    if (refused === undefined && !(incoming.url ?? '').startsWith('/lab/')) {
      await handOn(incoming, outgoing, lab.daemonPaths.socket, toDaemon)
      return
    }
    incoming.resume()
    const document = refused ?? (await play(lab, incoming))
    const status = 'status' in document ? document.status : 200
    outgoing.writeHead(status, {
      'content-type': status === 200 ? 'application/json' : 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...OF_LAB,
    })
    outgoing.end(JSON.stringify(document))
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  server.on('connection', (visitor) => {
    if (!isWelcome(socket, visitor.remotePort ?? 0)) strangers.add(visitor)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ fd: socket.fd }, resolve)
  await promise
  return {
    url: `http://localhost:${socket.port}/`,
    [Symbol.dispose]: () => {
      server.close()
      server.closeAllConnections() // streams would go on for ever
      closeDoorSocket(socket)
    },
  }
}

/** Breaks or mends. @returns how things are then, or why not */
async function play(
  lab: Lab,
  { method, url = '' }: IncomingMessage,
): Promise<LabStateDocument | ProblemDocument> {
  const { pathname, searchParams } = new URL(url, 'http://lab')
  const [, , what, line = '', deed = '', ...more] = pathname.split('/').map(decoded)
  const isState = what === 'state' && line === ''
  const isDeed = what === 'lines' && deed !== '' && more.length === 0
  if (!isState && !isDeed)
    return problem(404, 'MH705', `there is nothing at ${pathname}`, { help: 'GET /lab/state' })
  if (isState ? method !== 'GET' && method !== 'HEAD' : method !== 'POST')
    return problem(405, 'MH706', `${method} is not possible on ${pathname}`)
  if (isDeed) {
    const refused = await carryOut(lab, line, deed, searchParams.get('value') ?? undefined)
    if (refused !== undefined) return refused
  }
  return labState(lab.topology.lines, (name) => lab.inflicted(name).map(({ fault }) => fault))
}

async function carryOut(
  lab: Lab,
  line: string,
  deed: string,
  value: string | undefined,
): Promise<ProblemDocument | undefined> {
  const names = lab.topology.lines.map(({ name }) => name)
  if (!names.includes(line))
    return problem(404, 'MH709', `the lab has no line ${JSON.stringify(line)}`, { help: `the lines are ${names.join(', ')}` }) // prettier-ignore
  try {
    if (deed === 'restore') {
      await lab.restore(line)
      return undefined
    }
    const kind = kindNamed(deed)
    if (kind === undefined)
      return problem(404, 'MH739', `nobody can do ${JSON.stringify(deed)} to a line`, { help: 'GET /lab/state names what can be done; restore mends it all' }) // prettier-ignore
    const fault = readFault(kind, value)
    if (!fault.ok) return problem(400, 'MH707', fault.error)
    // Twice is once: two people, or one who is impatient.
    if (!lab.inflicted(line).some((inflicted) => inflicted.fault.kind === kind))
      await lab.inflict(line, fault.value)
    return undefined
  } catch (error) {
    if (error instanceof CannotPlay) return problem(409, 'MH739', messageOf(error))
    return problem(500, 'MH901', messageOf(error))
  }
}

async function handOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  socketPath: string,
  agent: Agent,
): Promise<void> {
  const { method, url } = incoming
  // All of it first: who still writes to somebody who has answered and gone never reads the answer.
  const body = await buffer(incoming).catch(() => undefined)
  if (body === undefined) return // the visitor went away
  const asked = request({ socketPath, agent, method, path: url, headers: endToEnd(incoming.headers) })
  asked.on('response', (answered) => {
    outgoing.writeHead(answered.statusCode ?? 502, { ...endToEnd(answered.headers), ...OF_LAB })
    outgoing.flushHeaders() // of a stream nothing else may come for long
    answered.on('error', () => outgoing.destroy())
    answered.pipe(outgoing)
  })
  asked.on('error', () => {
    if (outgoing.headersSent) {
      outgoing.destroy()
      return
    }
    if (incoming.headers.accept?.includes('text/html') === true) {
      outgoing.writeHead(502, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        ...OF_LAB,
      })
      outgoing.end(noDaemonPage())
      return
    }
    const document = problem(500, 'MH701', 'the daemon of the lab is not running', { help: startsDaemon() })
    outgoing.writeHead(502, { 'content-type': 'application/problem+json', ...OF_LAB })
    outgoing.end(JSON.stringify({ ...document, status: 502 }))
  })
  outgoing.on('close', () => asked.destroy())
  asked.end(body)
}

/** For somebody who loads the page while its daemon is dead. It looks again by itself. */
const noDaemonPage = (): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3">
<title>multihome lab</title>
<style>:root { color-scheme: light dark; font: 16px/1.5 system-ui } body { max-width: 40em; margin: 3em auto; padding: 0 1em }</style>
<h1>The lab is there, its daemon is not</h1>
<p>${NO_DAEMON}</p>
<p>To start it: <code>${startsDaemon().replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</code></p>
</html>
`

/** So that the page need not ask for what is not there elsewhere. */
const OF_LAB = { 'x-multihomed-lab': '1' } as const

/** Without what is about one connection alone (RFC 9110, 7.6.1). */
const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_CONNECTION.has(name)))

const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What is badly encoded is a name that nothing has. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
