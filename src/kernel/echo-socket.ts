/** ICMP echo requests out of one socket, and the answers to them. Sequence numbers and matching are the asker's. */
import { createSocket } from 'node:dgram'
import { randomInt } from 'node:crypto'
import type { ProbePath } from '../model/index.ts'
import { openBoundSocket } from './bound-socket.ts'
import * as libc from './ffi.ts'

export interface EchoAnswer {
  /** Who answered. */
  readonly from: string
  readonly sequence: number
  /** What the request carried. */
  readonly data: Buffer
}

export interface EchoSocket {
  /** @throws {libc.SystemError} what the system says no to at once may also come by `onError` */
  send(address: string, sequence: number, data: Uint8Array): void
  close(): void
}

export interface EchoListener {
  readonly onAnswer: (answer: EchoAnswer) => void
  /** A request could not be sent. */
  readonly onError: (cause: unknown) => void
}

/**
 * The kernel has a datagram socket for ICMP, which matches answers to their asker by itself and which Node adopts.
 * It is for those groups that `net.ipv4.ping_group_range` names: in a new network namespace for nobody, root
 * included. Then a raw socket, which takes CAP_NET_RAW; so that setting is never touched.
 * @throws {libc.SystemError} what the raw socket was refused with
 */
export function openEchoSocket(path: ProbePath, listener: EchoListener): EchoSocket {
  let fd: number
  try {
    fd = openBoundSocket(path, libc.SOCK.dgram, libc.IPPROTO.icmp)
  } catch (cause) {
    if (cause instanceof libc.SystemError && cause.what === 'socket') return openRaw(path, listener)
    throw cause
  }
  return adoptDatagram(fd, listener)
}

function adoptDatagram(fd: number, { onAnswer, onError }: EchoListener): EchoSocket {
  const socket = createSocket('udp4')
  socket.on('error', onError)
  socket.on('message', (message, { address }) => {
    const answer = readEchoReply(message)
    if (answer !== undefined) onAnswer({ from: address, ...answer })
  })
  socket.bind({ fd })
  const NO_MATTER_WHICH_PORT = 1 // ICMP has none, and Node wants one
  return {
    // The kernel puts in an identifier of its own.
    send: (address, sequence, data) =>
      socket.send(echoRequest(0, sequence, data), NO_MATTER_WHICH_PORT, address, (error) => {
        if (error !== null) onError(error)
      }),
    close: () => socket.close(),
  }
}

/** It hears every answer that this box, or the device, gets: those with another identifier are somebody else's. */
function openRaw(path: ProbePath, { onAnswer, onError }: EchoListener): EchoSocket {
  const fd = openBoundSocket(path, libc.SOCK.raw, libc.IPPROTO.icmp)
  hearOnlyReplies(fd)
  const identifier = randomInt(0x1_0000)
  const packet = Buffer.alloc(LONGEST_PACKET)
  const reading = libc.whenReadable(fd, () => {
    try {
      for (;;) {
        const bytes = packet.subarray(0, libc.receive(fd, packet))
        const headerBytes = ((bytes[0] ?? 0) & 0x0f) * 4
        const icmp = bytes.subarray(headerBytes)
        const answer = readEchoReply(icmp)
        if (answer === undefined || icmp.readUInt16BE(4) !== identifier) continue
        onAnswer({ from: bytes.subarray(12, 16).join('.'), ...answer, data: Buffer.from(answer.data) })
      }
    } catch (cause) {
      if (!(cause instanceof libc.SystemError)) throw cause
      if (cause.errno !== EAGAIN) onError(cause)
    }
  })
  return {
    send: (address, sequence, data) =>
      libc.sendTo(fd, echoRequest(identifier, sequence, data), libc.socketAddress4(address, 0)),
    close: () => {
      reading.close()
      libc.close(fd)
    },
  }
}

/** @throws {libc.SystemError} and the socket is closed */
function hearOnlyReplies(fd: number): void {
  try {
    libc.setSocketOption(fd, libc.IPPROTO.raw, libc.ICMP_FILTER, ~(1 << ECHO_REPLY))
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

const EAGAIN = 11
/** Answers are as long as our requests, behind an IP header of at most 60 bytes. */
const LONGEST_PACKET = 2048

// RFC 792
const ECHO_REQUEST = 8
const ECHO_REPLY = 0
const HEADER_BYTES = 8

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
