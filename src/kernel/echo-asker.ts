/** ICMP echo requests, and the answers to them. */
import { randomBytes, randomInt } from 'node:crypto'
import type { ProbePath } from '../model/index.ts'
import type { Asker, Tell } from './asker.ts'
import { openBoundSocket } from './bound-socket.ts'
import * as libc from './ffi.ts'
import { renewedSocket } from './renewed-socket.ts'

interface Question {
  readonly address: string
  readonly token: Buffer
  readonly askedAtMs: number
  readonly tell: Tell
}

export function echoAsker(path: ProbePath): Asker<'icmp'> {
  const questions = new Map<number, Question>()
  // Only raw packets carry it; to other sockets the kernel gives an identifier of its own.
  const identifier = randomInt(0x1_0000)
  let last = randomInt(0x1_0000)
  const socket = renewedSocket(
    () => openEchoSocket(path),
    (bytes, from, atMs) => {
      const answer = readEchoReply(withoutIpHeader(bytes))
      const question = answer && questions.get(answer.sequence)
      if (answer === undefined || question === undefined || !answer.data.equals(question.token)) return
      if (from.subarray(4, 8).join('.') !== question.address) return
      question.tell({ answered: true, delayMs: atMs - question.askedAtMs })
    },
  )
  return {
    ask({ address }, tell) {
      do last = (last + 1) & 0xffff
      while (questions.has(last))
      const sequence = last
      const token = randomBytes(TOKEN_BYTES)
      const request = echoRequest(identifier, sequence, token)
      const askedAtMs = performance.now()
      socket.send(request, libc.socketAddress4(address, 0))
      questions.set(sequence, { address, token, askedAtMs, tell })
      return () => questions.delete(sequence)
    },
    close: () => socket.close(),
  }
}

/** Padding of Ethernet anyway, and nobody guesses it or answers with one of an earlier question. */
const TOKEN_BYTES = 8

/**
 * The kernel has a datagram socket for ICMP, which matches answers to their asker by itself. It is for those groups
 * that `net.ipv4.ping_group_range` names: in a new network namespace for nobody, root included. Then a raw socket,
 * which takes CAP_NET_RAW and hears every answer that this box, or the device, gets; so that setting is never touched.
 * @throws {libc.SystemError} what the raw socket was refused with
 */
function openEchoSocket(path: ProbePath): number {
  try {
    return openBoundSocket(path, libc.SOCK.dgram, libc.IPPROTO.icmp)
  } catch (cause) {
    if (!(cause instanceof libc.SystemError) || cause.what !== 'socket') throw cause
  }
  const fd = openBoundSocket(path, libc.SOCK.raw, libc.IPPROTO.icmp)
  try {
    libc.setSocketOption(fd, libc.IPPROTO.raw, libc.ICMP_FILTER, ~(1 << ECHO_REPLY))
    return fd
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

// RFC 792
const ECHO_REQUEST = 8
const ECHO_REPLY = 0
const HEADER_BYTES = 8

/** A raw socket gives the IP header too, which begins with a 4, and an echo reply with a 0. */
const withoutIpHeader = (bytes: Buffer): Buffer => {
  const first = bytes[0] ?? 0
  return first >>> 4 === 4 ? bytes.subarray((first & 0x0f) * 4) : bytes
}

function echoRequest(identifier: number, sequence: number, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + data.length)
  bytes.writeUInt8(ECHO_REQUEST, 0)
  bytes.writeUInt16BE(identifier, 4)
  bytes.writeUInt16BE(sequence, 6)
  bytes.set(data, HEADER_BYTES)
  bytes.writeUInt16BE(checksum(bytes), 2)
  return bytes
}

function readEchoReply(icmp: Buffer): { sequence: number; data: Buffer } | undefined {
  if (icmp.length < HEADER_BYTES || icmp[0] !== ECHO_REPLY) return undefined
  return { sequence: icmp.readUInt16BE(6), data: icmp.subarray(HEADER_BYTES) }
}

/** The Internet checksum, RFC 1071; of an even number of bytes, as all our requests are. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
