/**
 * Sockets on any host of the lab, in Node's own classes. They are made by libc while this thread is in the host's
 * namespace, then handed to Node; from there on they are ordinary.
 */
import { createSocket } from 'node:dgram'
import type { Socket as UdpSocket } from 'node:dgram'
import { isIPv6, Socket } from 'node:net'
import * as libc from '../kernel/ffi.ts'
import { toNumber } from '../model/index.ts'
import type { Family } from '../model/index.ts'
import { inNamespace } from './namespace.ts'
import type { Namespace } from './namespace.ts'

/** How a socket asks for its way; nothing given: the routes decide. */
export interface SocketOptions {
  /** Own address; for UDP and listening sockets also what answers come from. */
  readonly from?: string
  readonly fromPort?: number
  /** SO_BINDTODEVICE */
  readonly device?: string
  /** Default: that of `from`, else IPv4. */
  readonly family?: Family
  /** SO_MARK */
  readonly mark?: number
  /** Destroys it; TCP only. */
  readonly signal?: AbortSignal
}

/** Of an address, or of an address and its length. */
export const familyOf = (address: string): Family => (isIPv6(address.split('/')[0] ?? '') ? 'ipv6' : 'ipv4')

/** A TCP socket that waits for `connect({ host, port })`. Attach an `error` handler. */
export function openTcp(host: Namespace, options: SocketOptions = {}): Socket {
  const fd = makeSocket(host, libc.SOCK.stream, options)
  // Without `manualStart` Node would read from the socket before it is connected.
  const adopted: ConstructorParameters<typeof Socket>[0] & { manualStart: true } = {
    fd,
    manualStart: true,
    ...(options.signal && { signal: options.signal }),
  }
  return new Socket(adopted)
}

/** @returns a file descriptor for `server.listen({ fd })`. @throws {libc.SystemError} e.g. port taken */
export function listenTcp(host: Namespace, address: string, port: number): number {
  const fd = makeSocket(host, libc.SOCK.stream, { from: address, fromPort: port })
  libc.listen(fd, LISTEN_BACKLOG)
  return fd
}

/** A bound UDP socket; resolves once Node has it. Attach an `error` handler. */
export async function openUdp(host: Namespace, options: SocketOptions = {}): Promise<UdpSocket> {
  const family = socketFamily(options)
  // Bound to the wildcard when nothing is asked for, which leaves the source address to the routes.
  const fd = makeSocket(host, libc.SOCK.dgram, { from: WILDCARD[family], ...options })
  const socket = createSocket(family === 'ipv6' ? 'udp6' : 'udp4')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('error', reject)
  socket.bind({ fd }, resolve)
  await promise
  socket.off('error', reject)
  return socket
}

/** Thousands of connections may arrive within one turn of the event loop. */
const LISTEN_BACKLOG = 4096

function makeSocket(host: Namespace, type: number, options: SocketOptions): number {
  const { from, fromPort = 0, device, mark } = options
  const family = socketFamily(options)
  return inNamespace(host, () => {
    const fd = libc.socket(family === 'ipv6' ? libc.AF.inet6 : libc.AF.inet, type, 0)
    try {
      if (type === libc.SOCK.stream) libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.reuseaddr, 1)
      if (device !== undefined) libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.bindtodevice, device)
      if (mark !== undefined) libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.mark, mark)
      if (from !== undefined || fromPort !== 0)
        libc.bind(fd, socketAddress(from ?? WILDCARD[family], fromPort))
    } catch (cause) {
      libc.close(fd)
      throw cause
    }
    return fd
  })
}

const WILDCARD = { ipv4: '0.0.0.0', ipv6: '::' } as const

const socketFamily = ({ family, from }: SocketOptions): Family =>
  family ?? (from === undefined ? 'ipv4' : familyOf(from))

const socketAddress = (address: string, port: number): Uint8Array =>
  isIPv6(address) ? libc.socketAddress6(ipv6Bytes(address), port) : libc.socketAddress4(address, port)

export const ipv6Bytes = (address: string): Buffer =>
  Buffer.from(toNumber(address).toString(16).padStart(32, '0'), 'hex')
