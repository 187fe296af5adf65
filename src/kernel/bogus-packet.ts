import { randomInt } from 'node:crypto'
import { BOGUS_PACKET, mark, type Mark } from '../model/index.ts'
import * as libc from './ffi.ts'
import type { End } from './port.ts'

/**
 * Packets in the name of a server that cannot be reached any more, to a client that only waits and would do so for
 * hours. Sequence numbers are unknown, so a reset would not be believed; but whoever gets a packet that does not fit
 * says so ("challenge ACK", RFC 5961), and what it sends is answered with a reset by the ruleset.
 *
 * An ACK does for most. Connection tracking of a second router on the way, or of the client's own firewall, takes it
 * for invalid, but leaves a SYN/ACK alone, which older clients in turn answer only a hundred times a second.
 */
export type BogusKind = 'ack' | 'syn-ack'

export interface BogusSender {
  /** @returns whether the kernel took it */
  send(kind: BogusKind, inTheNameOf: End, to: End): boolean
  close(): void
}

/**
 * @param line the mark of the line: a packet that should not have been made leaves by the line that is down anyway
 * @throws {libc.SystemError} without CAP_NET_RAW and CAP_NET_ADMIN
 */
export function openBogusSender(line: Mark): BogusSender {
  const fd = libc.socket(libc.AF.inet, libc.SOCK.raw | libc.SOCK.nonblock, libc.IPPROTO.raw)
  try {
    libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.mark, bogusMark(line))
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
  return {
    send(kind, inTheNameOf, to) {
      try {
        libc.sendTo(fd, bogusPacket(kind, inTheNameOf, to), libc.socketAddress4(to.address, 0))
        return true
      } catch (cause) {
        if (cause instanceof libc.SystemError) return false
        throw cause
      }
    },
    close: () => libc.close(fd),
  }
}

/** With what mark they are routed. */
export const bogusMark = (line: Mark): Mark => mark(line | BOGUS_PACKET)

/** RFC 791 and 9293. The kernel fills in the length and the checksum of the IP header. */
export function bogusPacket(kind: BogusKind, from: End, to: End): Buffer {
  const packet = Buffer.alloc(IP_HEADER_BYTES + TCP_HEADER_BYTES)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(packet.length, 2)
  packet.writeUInt16BE(DO_NOT_FRAGMENT, 6)
  packet.writeUInt8(64, 8)
  packet.writeUInt8(libc.IPPROTO.tcp, 9)
  packet.set(addressBytes(from.address), 12)
  packet.set(addressBytes(to.address), 16)

  const tcp = packet.subarray(IP_HEADER_BYTES)
  tcp.writeUInt16BE(from.port, 0)
  tcp.writeUInt16BE(to.port, 2)
  tcp.writeUInt32BE(randomInt(2 ** 32), 4)
  tcp.writeUInt32BE(randomInt(2 ** 32), 8)
  tcp.writeUInt8((TCP_HEADER_BYTES / 4) << 4, 12)
  tcp.writeUInt8(FLAGS[kind], 13)
  tcp.writeUInt16BE(WINDOW, 14)
  tcp.writeUInt16BE(checksum(packet), 16)
  return packet
}

/** RFC 9293, 3.1: over the addresses, the protocol, the length of the TCP part, and that part. */
function checksum(packet: Buffer): number {
  let sum = libc.IPPROTO.tcp + TCP_HEADER_BYTES
  for (let at = 12; at < packet.length; at += 2) sum += packet.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const addressBytes = (address: string): number[] => address.split('.').map(Number)

const IP_HEADER_BYTES = 20
const TCP_HEADER_BYTES = 20
const DO_NOT_FRAGMENT = 0x4000
const FLAGS: Readonly<Record<BogusKind, number>> = { ack: 0x10, 'syn-ack': 0x12 }
const WINDOW = 29_200
