import { randomInt } from 'node:crypto'
import { BOGUS_PACKET, mark, type Family, type Mark } from '../model/index.ts'
import { addressBytes } from './address-bytes.ts'
import * as libc from './ffi.ts'
import type { End } from './port.ts'
import { socketAddress } from './socket-address.ts'

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
export function openBogusSender(family: Family, line: Mark): BogusSender {
  const domain = family === 'ipv4' ? libc.AF.inet : libc.AF.inet6
  const fd = libc.socket(domain, libc.SOCK.raw | libc.SOCK.nonblock, libc.IPPROTO.raw)
  try {
    libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.mark, bogusMark(line))
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
  return {
    send(kind, inTheNameOf, to) {
      try {
        libc.sendTo(fd, bogusPacket(kind, inTheNameOf, to), socketAddress(to.address, 0))
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

/** Both ends are of one family. */
export function bogusPacket(kind: BogusKind, from: End, to: End): Buffer {
  const [source, destination] = [addressBytes(from.address), addressBytes(to.address)]
  const header = source.length === 4 ? ipHeader() : ipv6Header()
  const tcp = tcpSegment(kind, from, to)
  tcp.writeUInt16BE(checksum(Buffer.concat([source, destination, tcp])), CHECKSUM_AT)
  return Buffer.concat([header, source, destination, tcp])
}

/** RFC 791, up to the addresses. The kernel fills in the length and the checksum. */
function ipHeader(): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(20 + TCP_HEADER_BYTES, 2)
  header.writeUInt16BE(DO_NOT_FRAGMENT, 6)
  header.writeUInt8(HOPS, 8)
  header.writeUInt8(libc.IPPROTO.tcp, 9)
  return header
}

/** RFC 8200, up to the addresses. */
function ipv6Header(): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt8(0x60, 0)
  header.writeUInt16BE(TCP_HEADER_BYTES, 4)
  header.writeUInt8(libc.IPPROTO.tcp, 6)
  header.writeUInt8(HOPS, 7)
  return header
}

/** RFC 9293, without a checksum yet. */
function tcpSegment(kind: BogusKind, from: End, to: End): Buffer {
  const tcp = Buffer.alloc(TCP_HEADER_BYTES)
  tcp.writeUInt16BE(from.port, 0)
  tcp.writeUInt16BE(to.port, 2)
  tcp.writeUInt32BE(randomInt(2 ** 32), 4)
  tcp.writeUInt32BE(randomInt(2 ** 32), 8)
  tcp.writeUInt8((TCP_HEADER_BYTES / 4) << 4, 12)
  tcp.writeUInt8(FLAGS[kind], 13)
  tcp.writeUInt16BE(WINDOW, 14)
  return tcp
}

/** RFC 9293, 3.1: over the addresses, the protocol, the length of the TCP part, and that part. */
function checksum(addressesAndTcp: Buffer): number {
  let sum = libc.IPPROTO.tcp + TCP_HEADER_BYTES
  for (let at = 0; at < addressesAndTcp.length; at += 2) sum += addressesAndTcp.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const HOPS = 64
const TCP_HEADER_BYTES = 20
const CHECKSUM_AT = 16
const DO_NOT_FRAGMENT = 0x4000
const FLAGS: Readonly<Record<BogusKind, number>> = { ack: 0x10, 'syn-ack': 0x12 }
const WINDOW = 29_200
