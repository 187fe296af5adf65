/** Servers of the lab. Each tells who it saw, so that the asker learns which line carried the question. */
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { parseAddress, PROBE_PORTS, unreachable } from '../model/index.ts'
import type { Namespace } from './namespace.ts'
import { ipv6Bytes, listenTcp, openUdp } from './sockets.ts'

/** A connection or datagram as the server's end saw it. */
export interface Seen {
  /** After the router's NAT: tells the line. */
  readonly client: string
  readonly clientPort: number
  /** What the asker reached. */
  readonly server: string
  readonly serverPort: number
}

/**
 * What a server does: `http` answers with a `Seen`; `echo` greets with one, then returns each line; `source` greets and
 * sends without an end, fifty times a second; `sink` greets and takes whatever comes; `udp-echo` answers
 * `{...Seen, text}`; `resolver` answers every DNS question over UDP, and of all names knows those that tell their
 * addresses, like `203.0.113.10.lab`, `2001-db8-f--10.lab` and both in one, `203.0.113.10.2001-db8-f--10.lab`; `to-https` sends whoever asks over HTTP to HTTPS of the same host; `portal` to log in.
 */
export type ServerKind = 'http' | 'echo' | 'source' | 'sink' | 'udp-echo' | 'resolver' | 'to-https' | 'portal'

export const PORTS = {
  http: 80,
  echo: 7,
  sink: 9,
  source: 19,
  'udp-echo': 7,
  resolver: PROBE_PORTS.dns,
  'to-https': PROBE_PORTS.http,
  portal: 80,
} as const satisfies Record<ServerKind, number>

export interface LabServer {
  /** Ends what is open too. */
  close(): void
}

/**
 * Listens on a host, at one address: an answer then always comes from the address that was asked.
 * @throws {SystemError} when the address is not there or the port is taken
 */
export async function startServer(
  host: Namespace,
  kind: ServerKind,
  address: string,
  port: number = PORTS[kind],
): Promise<LabServer> {
  switch (kind) {
    case 'http':
      return serve(createHttp(), listenTcp(host, address, port))
    case 'echo':
      return serve(createTcpServer(echoLines), listenTcp(host, address, port))
    case 'source':
      return serve(createTcpServer(sendSteadily), listenTcp(host, address, port))
    case 'sink':
      return serve(createTcpServer(takeAll), listenTcp(host, address, port))
    case 'udp-echo':
      return startUdpEcho(host, address, port)
    case 'resolver':
      return startResolver(host, address, port)
    case 'to-https':
      return serve(createRedirects(), listenTcp(host, address, port))
    case 'portal':
      return serve(createPortal(), listenTcp(host, address, port))
    default:
      return unreachable(kind)
  }
}

async function serve(server: Server, fd: number): Promise<LabServer> {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {}) // a client that was cut off: its own end tells the test
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ fd }, resolve)
  await promise
  return {
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** One request a connection: what is counted in the lab are connections. */
const createHttp = (): Server =>
  createHttpServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' })
    response.end(`${JSON.stringify(seenBy(request.socket))}\n`)
  })

const createPortal = (): Server =>
  createHttpServer((_, response) => {
    response.writeHead(302, { location: PORTAL_PAGE, connection: 'close' })
    response.end()
  })

const PORTAL_PAGE = 'http://login.portal.test/'

const createRedirects = (): Server =>
  createHttpServer(({ headers, url }, response) => {
    response.writeHead(301, { location: `https://${headers.host}${url}`, connection: 'close' })
    response.end()
  })

function echoLines(socket: Socket): void {
  socket.setNoDelay(true)
  socket.write(`${JSON.stringify(seenBy(socket))}\n`)
  socket.pipe(socket)
}

function sendSteadily(socket: Socket): void {
  takeAll(socket)
  // What does not fit into the connection is left out, so that a client that went away costs no memory.
  const timer = setInterval(() => socket.writableLength === 0 && socket.write(PIECE), PIECE_EVERY_MS)
  socket.on('close', () => clearInterval(timer))
}

function takeAll(socket: Socket): void {
  socket.setNoDelay(true)
  socket.write(`${JSON.stringify(seenBy(socket))}\n`)
  socket.resume()
}

/** 400 kbit/s with its interval, as a film takes. */
const PIECE = Buffer.alloc(1000, '.')
const PIECE_EVERY_MS = 20

async function startUdpEcho(host: Namespace, server: string, serverPort: number): Promise<LabServer> {
  const socket = await openUdp(host, { from: server, fromPort: serverPort })
  socket.on('error', () => {}) // an ICMP error about an earlier answer
  socket.on('message', (message, { address: client, port: clientPort }) => {
    const seen: Seen & { text: string } = { client, clientPort, server, serverPort, text: message.toString() }
    socket.send(JSON.stringify(seen), clientPort, client)
  })
  return { close: () => socket.close() }
}

/** RFC 1035: the question comes back as an answer (QR), recursion available, with what the name tells. */
async function startResolver(host: Namespace, address: string, port: number): Promise<LabServer> {
  const socket = await openUdp(host, { from: address, fromPort: port })
  socket.on('error', () => {}) // an ICMP error about an earlier answer
  socket.on('message', (question, client) => {
    if (question.length < 12) return
    const told = toldByName(question)
    const answer = Buffer.concat([question, ...(told?.record ?? [])])
    answer.writeUInt16BE(told === undefined ? 0x8183 : 0x8180, 2)
    answer.writeUInt16BE(told?.record === undefined ? 0 : 1, 6)
    socket.send(answer, client.port, client.address)
  })
  return { close: () => socket.close() }
}

/** Of the name at byte 12, class IN, for a minute: type A with four bytes, type AAAA with sixteen. */
const RECORDS = {
  A: Buffer.from('c00c000100010000003c0004', 'hex'),
  AAAA: Buffer.from('c00c001c00010000003c0010', 'hex'),
} as const
const TYPE_AAAA = 28

/** Four short numbers, an IPv6 address with dashes for its colons, and `lab`; each label begins with its length. */
const TELLING_NAME =
  // oxlint-disable-next-line no-control-regex -- lengths are control characters
  /^(?<ipv4>(?:[\x01-\x03]\d+){4})?(?:[\x03-\x27](?<ipv6>[\da-f]*-[\da-f-]*))?\x03lab\0(?<type>..)/s

/** @returns `undefined` for a name that tells none; no record: none of the kind that is asked for */
function toldByName(question: Buffer): { readonly record?: readonly Buffer[] } | undefined {
  const { ipv4, ipv6, type = '' } = TELLING_NAME.exec(question.toString('latin1', 12))?.groups ?? {}
  const address6 = ipv6 === undefined ? undefined : parseAddress(ipv6.replaceAll('-', ':'))?.address
  if (ipv4 === undefined && address6 === undefined) return undefined
  if (Buffer.from(type, 'latin1').readUInt16BE() === TYPE_AAAA)
    return address6 === undefined ? {} : { record: [RECORDS.AAAA, ipv6Bytes(address6)] }
  return ipv4 === undefined ? {} : { record: [RECORDS.A, Buffer.from(ipv4.match(/\d+/g)?.map(Number) ?? [])] }
}

const seenBy = (socket: Socket): Seen => ({
  client: socket.remoteAddress ?? '',
  clientPort: socket.remotePort ?? 0,
  server: socket.localAddress ?? '',
  serverPort: socket.localPort ?? 0,
})
