/** One question, one answer: over HTTP, UDP or ping. */
import { get } from 'node:http'
import type { Namespace } from './namespace.ts'
import { patiently } from './patience.ts'
import { run } from './run.ts'
import { familyOf, openTcp, openUdp } from './sockets.ts'
import type { SocketOptions } from './sockets.ts'
import { PORTS } from './servers.ts'
import type { Seen } from './servers.ts'

export interface AskOptions extends SocketOptions {
  /** Default: the port such servers have, 80 for HTTP and 7 for UDP. */
  readonly port?: number
  /** Default 5 s. */
  readonly timeoutMs?: number
}

/** A new connection with one HTTP/1.1 request. @throws {Error} `code` as Node gives it, or a time-out */
export function httpGet(
  host: Namespace,
  server: string,
  { port = PORTS.http, timeoutMs = 5000, ...options }: AskOptions = {},
): Promise<Seen> {
  const { promise, resolve, reject } = Promise.withResolvers<Seen>()
  const socket = openTcp(host, { family: familyOf(server), ...options })
  // No `agent` here: with one, even `false`, Node would not use our socket.
  const request = get({ host: server, createConnection: () => socket.connect({ host: server, port }) })
  const timer = setTimeout(
    () => request.destroy(new Error(`no answer over HTTP from ${server}:${port} within ${timeoutMs} ms`)),
    patiently(timeoutMs),
  )
  request.on('error', reject)
  request.on('response', (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('error', reject)
    response.on('data', (text: string) => (body += text))
    response.on('end', () => {
      if (response.statusCode === 200) resolve(JSON.parse(body) as Seen)
      else reject(new Error(`${server}:${port} answered with status ${response.statusCode}`))
    })
  })
  return promise.finally(() => {
    clearTimeout(timer)
    socket.destroy()
  })
}

/** A UDP socket that is kept, as DNS resolvers and games keep theirs: for servers of its own family. */
export interface UdpTalker {
  /** Sends a datagram to a `udp-echo` server and waits for its answer. @throws {Error} a time-out */
  ask(server: string, options?: { readonly port?: number; readonly timeoutMs?: number }): Promise<Seen>
  close(): void
}

export async function openUdpTalker(host: Namespace, options: SocketOptions = {}): Promise<UdpTalker> {
  const socket = await openUdp(host, options)
  let questions = 0
  socket.on('error', () => {}) // an ICMP error; the time-out tells
  return {
    ask(server, { port = PORTS['udp-echo'], timeoutMs = 2000 } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Seen>()
      const question = `question ${(questions += 1)}`
      const onMessage = (message: Buffer): void => {
        const { text, ...seen } = JSON.parse(message.toString()) as Seen & { text: string }
        if (text === question) resolve(seen)
      }
      const timer = setTimeout(
        () => reject(new Error(`no answer over UDP from ${server}:${port} within ${timeoutMs} ms`)),
        patiently(timeoutMs),
      )
      socket.on('message', onMessage)
      socket.send(question, port, server, (error) => error && reject(error))
      return promise.finally(() => {
        clearTimeout(timer)
        socket.off('message', onMessage)
      })
    },
    close: () => socket.close(),
  }
}

/** A socket for one question. */
export async function askUdp(host: Namespace, server: string, options: AskOptions = {}): Promise<Seen> {
  const { port, timeoutMs, ...socketOptions } = options
  const talker = await openUdpTalker(host, { family: familyOf(server), ...socketOptions })
  try {
    return await talker.ask(server, {
      ...(port !== undefined && { port }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
  } finally {
    talker.close()
  }
}

export interface PingOptions {
  /** Address or device, as `ping -I`. */
  readonly from?: string
  /** Default 1. */
  readonly count?: number
  /** Per answer, default 1 s. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** @returns how many answers came, and what `ping` printed */
export async function ping(
  host: Namespace,
  address: string,
  { from, count = 1, timeoutMs = 1000, signal }: PingOptions = {},
): Promise<{ readonly answers: number; readonly printed: string }> {
  const bound = from === undefined ? [] : ['-I', from]
  const argv = ['ping', '-n', `-c${count}`, '-i0.2', `-W${timeoutMs / 1000}`, ...bound, address]
  const output = await run(host, argv, signal && { signal })
  const printed = output.stdout + output.stderr
  return { answers: Number(/(\d+) received/.exec(printed)?.[1] ?? 0), printed }
}
