/** Sockets that leave by one line whatever the routing says by default: the base of all probes. */
import { getSystemErrorName } from 'node:util'
import { anyPrefix, type Family, type ProbeAnswer, type ProbePath } from '../model/index.ts'
import * as libc from './ffi.ts'
import { socketAddress } from './socket-address.ts'

/**
 * A socket bound to the path, non-blocking.
 * @throws {libc.SystemError}
 */
export function openBoundSocket(path: ProbePath, family: Family, type: number, protocol: number): number {
  const domain = family === 'ipv4' ? libc.AF.inet : libc.AF.inet6
  const fd = libc.socket(domain, type | libc.SOCK.nonblock, protocol)
  try {
    if (path.dev !== undefined) libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.bindtodevice, path.dev)
    if (path.mark !== undefined) libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.mark, path.mark)
    // A port now: Node lets a UDP socket that it adopts share one with others, and answers would go to any of them.
    if (path.source !== undefined || protocol === libc.IPPROTO.udp)
      libc.bind(fd, socketAddress(path.source ?? anyPrefix(family).address, 0))
    return fd
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

/** Why a probe has no answer, of a socket that could not be had or used. Bugs are thrown on. */
export function refusalOf(cause: unknown): ProbeAnswer & { answered: false } {
  const [what, code] = nameOf(cause)
  const barred = code === 'EPERM' || code === 'EACCES'
  const local = barred ? (NOT_PERMITTED[what] ?? SENDING[code]) : LOCAL[code]
  if (local !== undefined) return { answered: false, why: local, unasked: true }
  return { answered: false, why: ON_THE_WAY[code] ?? `${what}: ${code}` }
}

/** Which call, and the errno's name. Node's own errors about sockets that it adopted have both, too. */
function nameOf(cause: unknown): [what: string, code: string] {
  if (cause instanceof libc.SystemError) return [cause.what, getSystemErrorName(-cause.errno)]
  if (cause instanceof Error && 'syscall' in cause && 'code' in cause)
    return [String(cause.syscall), String(cause.code)]
  throw cause
}

/** By the call that was refused. */
const NOT_PERMITTED: Readonly<Record<string, string>> = {
  socket: 'not permitted: it takes CAP_NET_RAW, or a group of yours in net.ipv4.ping_group_range',
  setsockopt: 'not permitted: it takes CAP_NET_RAW to choose the interface, CAP_NET_ADMIN to set a mark',
}

/** The packet itself was refused; EACCES is what a `prohibit` route or rule answers. */
const SENDING = {
  EPERM: "this box's own firewall does not let it out",
  EACCES: 'the routes of this box prohibit it',
} as const

const LOCAL: Readonly<Record<string, string>> = {
  ENETDOWN: 'the interface is switched off',
  ENODEV: 'there is no such interface',
  ENXIO: 'there is no such interface',
  EADDRNOTAVAIL: 'this box does not have that source address, or the interface has none yet',
  EINVAL: 'the routes of this box drop it',
  EMFILE: 'this process has too many open files',
  ENFILE: 'this box has too many open files',
  ENOBUFS: 'the queue of the interface is full',
  ENOMEM: 'this box is short of memory',
  EAGAIN: 'earlier questions still wait to leave',
}

/** This box says so, or a router on the way. */
const ON_THE_WAY: Readonly<Record<string, string>> = {
  ENETUNREACH: 'no route leads there',
  EHOSTUNREACH: 'the next router says that it cannot be reached, or does not answer itself',
}
