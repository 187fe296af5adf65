import type { ProbeAnswer, ProbePath } from '../model/index.ts'
import { openBoundSocket, refusalOf } from './bound-socket.ts'
import * as libc from './ffi.ts'
import { familyOf, socketAddress } from './socket-address.ts'

/** `refused`: by a reset of the other end, which therefore was reached. */
export type ConnectOutcome =
  | { readonly is: 'connected'; readonly fd: number }
  | { readonly is: 'refused' }
  /** By the system, or by a router on the way. */
  | { readonly is: 'failed'; readonly answer: ProbeAnswer }

/**
 * Begins a TCP connection out of a path; with a reset it ends again, so that no state stays anywhere.
 * @param then gets the descriptor of a connection for its own; not called before this returns
 * @returns gives it up
 * @throws {libc.SystemError}
 */
export function connectBy(
  path: ProbePath,
  address: string,
  port: number,
  then: (outcome: ConnectOutcome, atMs: number) => void,
): () => void {
  const family = familyOf(address)
  const fd = openBoundSocket(path, family, libc.SOCK.stream, libc.IPPROTO.tcp)
  try {
    // A router's "port unreachable" becomes the same ECONNREFUSED as the target's reset; so the kernel keeps it.
    if (family === 'ipv4') libc.setSocketOption(fd, libc.IPPROTO.ip, libc.IP_RECVERR, 1)
    else libc.setSocketOption(fd, libc.IPPROTO.ipv6, libc.IPV6_RECVERR, 1)
    libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.linger, RESET_AT_CLOSE)
    begin(fd, socketAddress(address, port))
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
  let isOpen = true
  const giveUp = (): void => {
    if (stopWaiting()) libc.close(fd)
  }
  const waiting = libc.whenWritable(fd, () => {
    const atMs = performance.now()
    if (!stopWaiting()) return
    const outcome = outcomeOf(fd)
    if (outcome.is !== 'connected') libc.close(fd)
    then(outcome, atMs)
  })
  function stopWaiting(): boolean {
    if (!isOpen) return false
    isOpen = false
    waiting.close()
    return true
  }
  return giveUp
}

/**
 * How long the handshake took as the kernel measured it: a connection request that was lost and repeated, after one
 * second, does not count, and neither does how long this process was busy.
 * @returns `undefined` where the kernel does not know
 */
export function handshakeMs(fd: number): number | undefined {
  const info = Buffer.alloc(TCP_INFO_BYTES)
  libc.socketOption(fd, libc.IPPROTO.tcp, libc.TCP_INFO, info)
  return info.readUInt32LE(TCPI_RTT) / 1000 || undefined
}

/** `struct linger`: on, for 0 seconds */
const RESET_AT_CLOSE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
/** `struct tcp_info` of linux/tcp.h up to `tcpi_rtt`, in microseconds */
const TCP_INFO_BYTES = 72
const TCPI_RTT = 68

function begin(fd: number, address: Uint8Array): void {
  try {
    libc.connect(fd, address)
  } catch (cause) {
    if (!(cause instanceof libc.SystemError) || cause.errno !== libc.EINPROGRESS) throw cause
  }
}

function outcomeOf(fd: number): ConnectOutcome {
  const word = Buffer.alloc(4)
  libc.socketOption(fd, libc.SOL_SOCKET, libc.SO.error, word)
  const errno = word.readInt32LE()
  if (errno === 0) return { is: 'connected', fd }
  // Over IPv6 "prohibited" becomes EACCES, as this box's own `prohibit` does; but that one is known at once.
  if ((errno === libc.ECONNREFUSED || errno === libc.EACCES) && hasIcmpError(fd))
    return { is: 'failed', answer: { answered: false, why: 'a router on the way refused it' } }
  return errno === libc.ECONNREFUSED
    ? { is: 'refused' }
    : { is: 'failed', answer: refusalOf(new libc.SystemError('connect', errno)) }
}

function hasIcmpError(fd: number): boolean {
  try {
    libc.receive(fd, Buffer.alloc(1), libc.MSG.errqueue | libc.MSG.dontwait)
    return true
  } catch (cause) {
    if (cause instanceof libc.SystemError) return false
    throw cause
  }
}
