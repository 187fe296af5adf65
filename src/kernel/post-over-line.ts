/** One POST out of one line, for `post`; loads FFI. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { messageOf } from '../model/index.ts'
import { connectOver } from './line-connection.ts'
import type { Posted, Posting } from './post.ts'

/** See page-asker.ts: few need them, and an `import` reads far more. */
const http = () => process.getBuiltinModule('node:http')
const tls = () => process.getBuiltinModule('node:tls')

export async function postOverLine(posting: Posting): Promise<Posted> {
  const url = new URL(posting.url)
  const isSecret = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const inTime = AbortSignal.timeout(posting.timeoutMs)
  const signal = posting.signal === undefined ? inTime : AbortSignal.any([inTime, posting.signal])
  const connected = await connectOver(posting, host, Number(url.port) || (isSecret ? 443 : 80), signal)
  if (!connected.ok) return { is: 'failed', why: connected.error }
  const plain = connected.value
  plain.on('error', () => undefined) // told by whoever reads and writes
  try {
    const connection = isSecret ? await secured(plain, host, signal) : plain
    return await exchange(connection, url, posting, signal)
  } catch (cause) {
    return { is: 'failed', why: signal.aborted ? 'no answer in time' : messageOf(cause) }
  } finally {
    plain.destroy()
  }
}

/** Nothing is sent to whom the certificate does not fit. @throws {Error} */
export async function secured(plain: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const connection = tls().connect({
    socket: plain,
    host,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) !== 0 ? {} : { servername: host }),
  })
  await once(connection, 'secureConnect', { signal })
  connection.on('error', () => undefined)
  return connection
}

async function exchange(
  connection: Socket,
  url: URL,
  { headers, body }: Posting,
  signal: AbortSignal,
): Promise<Posted> {
  // prettier-ignore
  const question = http().request({
    createConnection: () => connection,
    method: 'POST',
    path: url.pathname + url.search,
    headers: {
      host: url.host,
      'user-agent': 'multihomed',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
      ...headers,
    },
    signal,
  })
  question.on('error', () => undefined) // awaited until an answer begins, and of no interest behind it
  question.end(body)
  const [response] = (await once(question, 'response')) as [IncomingMessage] // what the event has
  const { statusCode = 0, headers: told } = response
  return {
    is: 'answered',
    status: statusCode,
    ...(told['retry-after'] !== undefined && { retryAfter: told['retry-after'] }),
    said: await beginningOf(response),
  }
}

const ENOUGH_BYTES = 2048

async function beginningOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of response) {
      const bytes = piece as Buffer // no encoding is set
      pieces.push(bytes)
      length += bytes.length
      if (length >= ENOUGH_BYTES) break
    }
  } catch {
    // The status was here; what breaks off behind it changes nothing.
  }
  return Buffer.concat(pieces).subarray(0, ENOUGH_BYTES).toString()
}
