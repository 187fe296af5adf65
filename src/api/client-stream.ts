/** What the daemon tells as it happens, heard on the socket: server-sent events (HTML, 9.2). */
import { clientError, type ClientError } from './client-error.ts'
import type { EventDocument, StatusDocument } from './contract.ts'

export interface Listener {
  readonly status: (status: StatusDocument) => void
  /** @param run of the daemon: ids begin anew in each */
  readonly event: (event: EventDocument, run: string) => void
  /** Once, and nothing after it. */
  readonly over: (error: ClientError) => void
}

/** The status comes every two seconds; who hears nothing for so long is listening to a daemon that hangs. */
const QUIET_MS = 5000

/** @returns ends it, and nobody is called any more */
export function listen(socketPath: string, listener: Listener): () => void {
  const { request } = process.getBuiltinModule('node:http')
  let isOver = false
  const over = (error: ClientError): void => {
    if (isOver) return
    end()
    listener.over(error)
  }
  const end = (): void => {
    isOver = true
    clearTimeout(silence)
    sent.destroy()
  }
  const silence = setTimeout(() => over({ is: 'no-answer', socketPath, timeoutMs: QUIET_MS }), QUIET_MS)
  const failed = (error: Error): void => over(clientError(error, socketPath, QUIET_MS))
  const sent = request({
    socketPath,
    path: '/v1/events/stream',
    agent: false,
    headers: { accept: 'text/event-stream' },
  })
  sent.on('error', failed)
  sent.on('response', (response) => {
    if (response.headers['content-type'] !== 'text/event-stream') {
      return over({ is: 'not-understood', socketPath, what: 'no stream in answer to /v1/events/stream' })
    }
    let rest = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      silence.refresh()
      const pieces = (rest + text).split('\n\n')
      rest = pieces.pop() ?? ''
      for (const piece of pieces) if (!isOver) tell(piece, listener)
    })
    response.on('error', failed)
    response.on('end', () => over({ is: 'not-reachable', socketPath, said: 'it ended the stream' }))
  })
  sent.end()
  return end
}

/** Trusts the shape of what our own daemon sends. */
function tell(piece: string, listener: Listener): void {
  const fields = new Map(
    piece.split('\n').map((row) => {
      const colon = row.indexOf(': ')
      return [row.slice(0, colon), row.slice(colon + 2)]
    }),
  )
  const data = fields.get('data') ?? ''
  switch (fields.get('event')) {
    case 'status':
      return listener.status(JSON.parse(data) as StatusDocument)
    case 'event':
      return listener.event(JSON.parse(data) as EventDocument, fields.get('id')?.split('/')[0] ?? '')
    default: // it is alive
  }
}
