/** ICMP echo requests, and the answers to them. */
import { randomBytes, randomInt } from 'node:crypto'
import type { Family, ProbePath } from '../model/index.ts'
import type { Asker, Tell } from './asker.ts'
import { openBoundSocket } from './bound-socket.ts'
import * as libc from './ffi.ts'
import { hearsOnly } from './icmpv6.ts'
import { renewedSocket } from './renewed-socket.ts'
import { familyOf, isSameHost, socketAddress } from './socket-address.ts'

interface Question {
  readonly to: Buffer
  readonly token: Buffer
  readonly askedAtMs: number
  readonly tell: Tell
}

export function echoAsker(path: ProbePath): Asker<'icmp'> {
  const questions = new Map<number, Question>()
  // Only raw packets carry it; to other sockets the kernel gives an identifier of its own.
  const identifier = randomInt(0x1_0000)
  let last = randomInt(0x1_0000)
  const socketOf = (family: Family) =>
    renewedSocket(
      () => openEchoSocket(path, family),
      (bytes, from, atMs) => {
        const answer = readEchoReply(family === 'ipv4' ? withoutIpHeader(bytes) : bytes, family)
        const question = answer && questions.get(answer.sequence)
        if (answer === undefined || question === undefined || !answer.data.equals(question.token)) return
        if (isSameHost(from, question.to))
          question.tell({ answered: true, delayMs: atMs - question.askedAtMs })
      },
    )
  const sockets = { ipv4: socketOf('ipv4'), ipv6: socketOf('ipv6') }
  return {
    ask({ address }, tell) {
      do last = (last + 1) & 0xffff
      while (questions.has(last))
      const sequence = last
      const token = randomBytes(TOKEN_BYTES)
      const family = familyOf(address)
      const request = echoRequest(ECHO[family].request, identifier, sequence, token)
      const to = socketAddress(address, 0)
      const askedAtMs = sockets[family].send(request, to)
      questions.set(sequence, { to, token, askedAtMs, tell })
      return () => questions.delete(sequence)
    },
    close() {
      for (const socket of Object.values(sockets)) socket.close()
    },
  }
}

/** Padding of Ethernet anyway, and nobody guesses it or answers with one of an earlier question. */
const TOKEN_BYTES = 8

/**
 * The kernel has a datagram socket for ICMP, which matches answers to their asker by itself. It is for those groups
 * that `net.ipv4.ping_group_range` names, in both families: in a new network namespace for nobody, root included. Then a raw socket,
 * which takes CAP_NET_RAW and hears every answer that this box, or the device, gets; so that setting is never touched.
 * @throws {libc.SystemError} what the raw socket was refused with
 */
export function openEchoSocket(path: ProbePath, family: Family): number {
  const { protocol, reply } = ECHO[family]
  try {
    return openBoundSocket(path, family, libc.SOCK.dgram, protocol)
  } catch (cause) {
    if (!(cause instanceof libc.SystemError) || cause.what !== 'socket') throw cause
  }
  const fd = openBoundSocket(path, family, libc.SOCK.raw, protocol)
  try {
    if (family === 'ipv4') libc.setSocketOption(fd, libc.IPPROTO.raw, libc.ICMP_FILTER, ~(1 << reply))
    else hearsOnly(fd, reply)
    return fd
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

/** RFC 792, and RFC 4443, whose checksum the kernel fills in. */
export const ECHO = {
  ipv4: { protocol: libc.IPPROTO.icmp, request: 8, reply: 0 },
  ipv6: { protocol: libc.IPPROTO.icmpv6, request: 128, reply: 129 },
} as const
const HEADER_BYTES = 8

/** Over IPv4 a raw socket gives the IP header too, which begins with a 4, and an echo reply with a 0. */
export const withoutIpHeader = (bytes: Buffer): Buffer => {
  const first = bytes[0] ?? 0
  return first >>> 4 === 4 ? bytes.subarray((first & 0x0f) * 4) : bytes
}

export function echoRequest(type: number, identifier: number, sequence: number, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + data.length)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt16BE(identifier, 4)
  bytes.writeUInt16BE(sequence, 6)
  bytes.set(data, HEADER_BYTES)
  bytes.writeUInt16BE(checksum(bytes), 2)
  return bytes
}

export function readEchoReply(icmp: Buffer, family: Family): { sequence: number; data: Buffer } | undefined {
  if (icmp.length < HEADER_BYTES || icmp[0] !== ECHO[family].reply) return undefined
  return { sequence: icmp.readUInt16BE(6), data: icmp.subarray(HEADER_BYTES) }
}

/** The Internet checksum, RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2)
    sum += at + 1 < bytes.length ? bytes.readUInt16BE(at) : bytes.readUInt8(at) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
