import { fail, OUR_TABLE, ok, type KernelError, type Result } from '../model/index.ts'
import { SystemError } from './ffi.ts'
import {
  attribute,
  attributeBytes,
  messageBytes,
  NETFILTER_HEADER_BYTES,
  netfilterHeader,
  NLM_F_DUMP,
  NLM_F_REQUEST,
} from './netlink.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { refusal } from './refusal.ts'

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
    const socket = new NetlinkSocket('netfilter')
    try {
      return ok(countersOf(socket, dump(socket) ?? new Map()))
    } catch (cause) {
      socket.close()
      throw cause
    }
  } catch (cause) {
    if (!(cause instanceof SystemError)) throw cause
    return fail(refusal('reading the counters of our table', cause.errno))
  }
}

function countersOf(socket: NetlinkSocket, first: ReadonlyMap<string, number>): LineCounters {
  let last = first
  return {
    read() {
      try {
        last = dump(socket) ?? last
      } catch (cause) {
        if (!(cause instanceof SystemError)) throw cause
      }
      return last
    },
    close: () => socket.close(),
  }
}

/** @returns `undefined`: changed while it was read. @throws {SystemError} also what the kernel answered */
function dump(socket: NetlinkSocket): Map<string, number> | undefined {
  const packets = new Map<string, number>()
  const isWhole = socket.dumpAtOnce(request, ({ body }) => {
    const attributes = body.subarray(NETFILTER_HEADER_BYTES)
    packets.set(nameIn(attributes), packetsIn(attributes))
  })
  return isWhole ? packets : undefined
}

/** Without the zero byte that ends it. */
const nameIn = (attributes: Buffer): string =>
  attribute(attributes, NFTA_OBJ_NAME)?.toString('latin1').slice(0, -1) ?? ''

function packetsIn(attributes: Buffer): number {
  const data = attribute(attributes, NFTA_OBJ_DATA)
  const value = data && attribute(data, NFTA_COUNTER_PACKETS)
  return value === undefined ? 0 : value.readUInt32BE(0) * 2 ** 32 + value.readUInt32BE(4)
}

// linux/netfilter/nfnetlink.h and nf_tables.h
const NFPROTO_INET = 1
/** `NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETOBJ` */
const GET_OBJECTS = (10 << 8) | 19
const NFTA_OBJ_TABLE = 1
const NFTA_OBJ_NAME = 2
const NFTA_OBJ_TYPE = 3
const NFTA_OBJ_DATA = 4
const NFT_OBJECT_COUNTER = 1
const NFTA_COUNTER_PACKETS = 2

const [, OUR_NAME = ''] = OUR_TABLE.split(' ')
const request = messageBytes(
  GET_OBJECTS,
  NLM_F_REQUEST | NLM_F_DUMP,
  netfilterHeader(NFPROTO_INET),
  attributeBytes(NFTA_OBJ_TABLE, Buffer.from(`${OUR_NAME}\0`)),
  attributeBytes(NFTA_OBJ_TYPE, Buffer.from([0, 0, 0, NFT_OBJECT_COUNTER])),
)
