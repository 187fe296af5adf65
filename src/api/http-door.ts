/** Replies on their way out, the same through every door. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Right } from './access.ts'
import { bodyOf } from './request-body.ts'
import type { Asked, Reply, ServerSentEvent } from './router.ts'

export type App = (asked: Asked) => Promise<Reply>

/** What piles up for a listener who does not read; more, and he is sent away. */
const LONGEST_BACKLOG_BYTES = 1 << 20

/** No answer of ours is for anybody's cache, or anything else than it says. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/** Who stands at a door. */
export interface Visitor {
  /** What he may do. */
  readonly right: () => Right
  /** A stream ends when he is not: his token was taken back. Absent: for ever. */
  readonly isWelcome?: () => boolean
}

export async function serve(
  app: App,
  { right, isWelcome = () => true }: Visitor,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = '', url = '', headers } = incoming
  const lastEventId = headers['last-event-id']
  const acceptEncoding = headers['accept-encoding']
  const ifNoneMatch = headers['if-none-match']
  const asked = {
    method,
    target: url,
    right,
    body: bodyOf(incoming),
    ...(typeof lastEventId === 'string' && { lastEventId }),
    ...(typeof acceptEncoding === 'string' && { acceptEncoding }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  }
  const reply = await app(asked)
  incoming.resume() // what no route took, or is more than one takes
  send(reply, incoming, outgoing, isWelcome)
}

export function send(
  reply: Reply,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isWelcome: () => boolean = () => true,
): void {
  if ('begin' in reply) {
    outgoing.writeHead(reply.status, {
      ...ALWAYS,
      'content-type': reply.contentType,
      'x-accel-buffering': 'no',
    })
    outgoing.flushHeaders()
    if (incoming.method === 'HEAD') outgoing.end()
    else stream(reply, outgoing, isWelcome)
    return
  }
  const { status, contentType } = reply
  const headers = 'headers' in reply ? reply.headers : {}
  const body =
    'body' in reply
      ? reply.body
      : Buffer.from('document' in reply ? JSON.stringify(reply.document) : reply.text)
  outgoing.writeHead(status, {
    ...ALWAYS,
    'content-type': contentType,
    'content-length': body.length,
    ...headers,
  })
  outgoing.end(body)
}

function stream(
  { begin }: Extract<Reply, { begin: unknown }>,
  outgoing: ServerResponse,
  isWelcome: () => boolean,
): void {
  let isOver = false
  const end = begin((event) => {
    if (isOver) return
    if (!isWelcome()) {
      outgoing.destroy()
      return
    }
    outgoing.write(eventBytes(event))
    if (outgoing.writableLength > LONGEST_BACKLOG_BYTES) outgoing.destroy()
  })
  outgoing.on('close', () => {
    isOver = true
    end()
  })
}

/** Made once for all who listen. */
const knownBytes = new WeakMap<ServerSentEvent, Buffer>()

function eventBytes(event: ServerSentEvent): Buffer {
  const known = knownBytes.get(event) ?? Buffer.from(eventText(event))
  knownBytes.set(event, known)
  return known
}

/** The text of an event (HTML, 9.2.6); what is in it stands in one line. */
const eventText = ({ name, id, data }: ServerSentEvent): string =>
  `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
