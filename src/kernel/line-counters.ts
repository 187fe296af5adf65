import { fail, OUR_TABLE, ok, type KernelError, type Result } from '../model/index.ts'
import * as libc from './ffi.ts'

export interface LineCounters {
  /**
   * Packets by the name of the counter; empty while our table is not there. A reading that fails is the one before
   * once more: nothing is known to have moved.
   */
  read(): ReadonlyMap<string, number>
  close(): void
}

/**
 * Reads the named counters of our table by one netlink dump, cheap enough for twenty times a second. Loads FFI; the
 * socket belongs to the network namespace of the thread.
 */
export function openCounters(): Result<LineCounters, KernelError> {
  try {
    const fd = libc.socket(libc.AF.netlink, libc.SOCK.raw, NETLINK_NETFILTER)
    try {
      return ok(countersOf(fd, dump(fd, 0) ?? new Map()))
    } catch (cause) {
      libc.close(fd)
      throw cause
    }
  } catch (cause) {
    return fail(refusalOf(cause))
  }
}

function countersOf(fd: number, first: ReadonlyMap<string, number>): LineCounters {
  let last = first
  let sequence = 0
  return {
    read() {
      sequence = (sequence + 1) >>> 0
      try {
        last = dump(fd, sequence) ?? last
      } catch (cause) {
        if (!(cause instanceof libc.SystemError)) throw cause
      }
      return last
    },
    close: () => libc.close(fd),
  }
}

/** @returns `undefined`: changed while it was read. @throws {libc.SystemError} also what the kernel answered */
function dump(fd: number, sequence: number): Map<string, number> | undefined {
  request.writeUInt32LE(sequence, 8)
  libc.send(fd, request)
  const packets = new Map<string, number>()
  let isWhole = true
  for (;;) {
    // The kernel writes the next piece of a dump while it hands out this one, so it is never waited for.
    const end = libc.receive(fd, answer, libc.MSG.dontwait)
    for (let at = 0; at + HEADER_BYTES <= end;) {
      const next = at + align4(answer.readUInt32LE(at))
      if (answer.readUInt32LE(at + 8) === sequence) {
        const type = answer.readUInt16LE(at + 4)
        if ((answer.readUInt16LE(at + 6) & NLM_F_DUMP_INTR) !== 0) isWhole = false
        if (type === NLMSG_DONE) return isWhole ? packets : undefined
        if (type === NLMSG_ERROR)
          throw new libc.SystemError('NFT_MSG_GETOBJ', -answer.readInt32LE(at + HEADER_BYTES))
        readCounter(at + HEADER_BYTES + FAMILY_HEADER_BYTES, next, packets)
      }
      at = next
    }
  }
}

function readCounter(start: number, end: number, packets: Map<string, number>): void {
  let name = ''
  for (let at = start; at + ATTRIBUTE_HEADER_BYTES <= end;) {
    const length = answer.readUInt16LE(at)
    const type = answer.readUInt16LE(at + 2) & ATTRIBUTE_TYPE
    // Without the zero byte that ends it.
    if (type === NFTA_OBJ_NAME) name = answer.toString('latin1', at + ATTRIBUTE_HEADER_BYTES, at + length - 1)
    if (type === NFTA_OBJ_DATA) packets.set(name, packetsIn(at + ATTRIBUTE_HEADER_BYTES, at + length))
    at += align4(Math.max(length, ATTRIBUTE_HEADER_BYTES))
  }
}

function packetsIn(start: number, end: number): number {
  for (let at = start; at + ATTRIBUTE_HEADER_BYTES + 8 <= end;) {
    const value = at + ATTRIBUTE_HEADER_BYTES
    if ((answer.readUInt16LE(at + 2) & ATTRIBUTE_TYPE) === NFTA_COUNTER_PACKETS)
      return answer.readUInt32BE(value) * 2 ** 32 + answer.readUInt32BE(value + 4)
    at += align4(Math.max(answer.readUInt16LE(at), ATTRIBUTE_HEADER_BYTES))
  }
  return 0
}

const align4 = (length: number): number => (length + 3) & ~3

// linux/netlink.h
const NETLINK_NETFILTER = 12
const HEADER_BYTES = 16
/** `NLM_F_REQUEST | NLM_F_DUMP` */
const DUMP_FLAGS = 0x301
const NLM_F_DUMP_INTR = 0x10
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const ATTRIBUTE_HEADER_BYTES = 4
const ATTRIBUTE_TYPE = 0x3fff
// linux/netfilter/nfnetlink.h and nf_tables.h
const FAMILY_HEADER_BYTES = 4
const NFPROTO_INET = 1
/** `NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETOBJ` */
const GET_OBJECTS = (10 << 8) | 19
const NFTA_OBJ_TABLE = 1
const NFTA_OBJ_NAME = 2
const NFTA_OBJ_TYPE = 3
const NFTA_OBJ_DATA = 4
const NFT_OBJECT_COUNTER = 1
const NFTA_COUNTER_PACKETS = 2

/** The kernel gives at most 32 kB at once. */
const answer = Buffer.alloc(64 * 1024)
const request = dumpRequest()

function dumpRequest(): Buffer {
  const [, table = ''] = OUR_TABLE.split(' ')
  const attributes = Buffer.concat([
    attribute(NFTA_OBJ_TABLE, Buffer.from(`${table}\0`)),
    attribute(NFTA_OBJ_TYPE, Buffer.from([0, 0, 0, NFT_OBJECT_COUNTER])),
  ])
  const header = Buffer.alloc(HEADER_BYTES + FAMILY_HEADER_BYTES)
  header.writeUInt32LE(header.length + attributes.length, 0)
  header.writeUInt16LE(GET_OBJECTS, 4)
  header.writeUInt16LE(DUMP_FLAGS, 6)
  header.writeUInt8(NFPROTO_INET, HEADER_BYTES)
  return Buffer.concat([header, attributes])
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(align4(ATTRIBUTE_HEADER_BYTES + value.length))
  bytes.writeUInt16LE(ATTRIBUTE_HEADER_BYTES + value.length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(value, ATTRIBUTE_HEADER_BYTES)
  return bytes
}

/** Bugs are thrown on. */
function refusalOf(cause: unknown): KernelError {
  if (!(cause instanceof libc.SystemError)) throw cause
  const what = 'reading the counters of our table'
  return cause.errno === EPERM
    ? { code: 'not-permitted', what, said: 'Operation not permitted', needs: 'CAP_NET_ADMIN' }
    : { code: 'refused', what, said: cause.message }
}

const EPERM = 1
