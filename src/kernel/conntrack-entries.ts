import { addressText } from './address-bytes.ts'
import * as libc from './ffi.ts'
import type { End, Stranded } from './port.ts'
import {
  attribute,
  attributeBytes,
  messageBytes,
  NESTED,
  NETFILTER_HEADER_BYTES,
  netfilterHeader,
  NLM_F_DUMP,
  NLM_F_REQUEST,
} from './netlink.ts'
import type { NetlinkSocket } from './netlink-socket.ts'
import { mark, PROBE, type Family, type MarkedConnections } from '../model/index.ts'

/** An entry of connection tracking, read no further than it is asked (linux/netfilter/nfnetlink_conntrack.h). */
export class Entry {
  readonly #family: Buffer
  readonly #attributes: Buffer

  constructor(body: Buffer) {
    this.#family = body.subarray(0, NETFILTER_HEADER_BYTES)
    this.#attributes = body.subarray(NETFILTER_HEADER_BYTES)
  }

  get mark(): number {
    return attribute(this.#attributes, CTA.mark)?.readUInt32BE() ?? 0
  }

  /** A small integer of our engine's, and as good as the kernel's own. */
  get id(): number {
    return attribute(this.#attributes, CTA.id)?.readInt32BE() ?? 0
  }

  get hasSeenReply(): boolean {
    return ((attribute(this.#attributes, CTA.status)?.readUInt32BE() ?? 0) & SEEN_REPLY) !== 0
  }

  /** A flowtable hands its packets on. */
  get isOffloaded(): boolean {
    return ((attribute(this.#attributes, CTA.status)?.readUInt32BE() ?? 0) & OFFLOADED) !== 0
  }

  get protocol(): number | undefined {
    return attribute(this.#inside(CTA.original, CTA_TUPLE_PROTO), CTA_PROTO_NUM)?.[0]
  }

  /** Half-closed ones too: who has said all it had to say may still wait for an answer. */
  get isEstablished(): boolean {
    return TCP_ESTABLISHED.has(this.#tcpState)
  }

  get isConnecting(): boolean {
    return TCP_CONNECTING.has(this.#tcpState)
  }

  /** Both ends may still speak. */
  get isFullyOpen(): boolean {
    return this.#tcpState === TCP_OPEN
  }

  get family(): Family {
    return this.#family[0] === libc.AF.inet6 ? 'ipv6' : 'ipv4'
  }

  /** Absent where the kernel does not count them (`net.netfilter.nf_conntrack_acct`), nor what a flowtable hands on. */
  get bytes(): { readonly original: number; readonly reply: number } | undefined {
    if (this.isOffloaded) return undefined
    const [original, reply] = [CTA.countersOriginal, CTA.countersReply].map((type) => {
      const counters = attribute(this.#attributes, type)
      return counters && attribute(counters, CTA_COUNTERS_BYTES)?.readBigUInt64BE()
    })
    return original === undefined || reply === undefined
      ? undefined
      : { original: Number(original), reply: Number(reply) }
  }

  get tuples(): Stranded {
    return { original: this.#tuple(CTA.original), reply: this.#tuple(CTA.reply) }
  }

  /** This very entry: the number tells it from one that took its place meanwhile. */
  deleteRequest(): Buffer {
    return this.#request(DELETE_CONNTRACK, [CTA.original, CTA.zone, CTA.id])
  }

  /** Asks whether there is an entry like this one. */
  question(): Buffer {
    return this.#request(GET_CONNTRACK, [CTA.original, CTA.zone])
  }

  #request(what: number, by: readonly number[]): Buffer {
    const parts = by.flatMap((type) => {
      const payload = attribute(this.#attributes, type)
      const nested = type === CTA.original ? NESTED : 0
      return payload === undefined ? [] : [attributeBytes(type | nested, payload)]
    })
    return messageBytes(what, NLM_F_REQUEST, this.#family, ...parts)
  }

  /** 0 for other protocols */
  get #tcpState(): number {
    const info = attribute(this.#attributes, CTA.protocolInfo) ?? EMPTY
    return attribute(attribute(info, CTA_PROTOINFO_TCP) ?? EMPTY, CTA_PROTOINFO_TCP_STATE)?.[0] ?? 0
  }

  #tuple(which: number): { from: End; to: End } {
    const addresses = this.#inside(which, CTA_TUPLE_IP)
    const ports = this.#inside(which, CTA_TUPLE_PROTO)
    const address = (type4: number, type6: number): string =>
      addressText(attribute(addresses, type4) ?? attribute(addresses, type6) ?? EMPTY)
    const port = (type: number): number => attribute(ports, type)?.readUInt16BE() ?? 0
    return {
      from: { address: address(CTA_IP_V4_SRC, CTA_IP_V6_SRC), port: port(CTA_PROTO_SRC_PORT) },
      to: { address: address(CTA_IP_V4_DST, CTA_IP_V6_DST), port: port(CTA_PROTO_DST_PORT) },
    }
  }

  #inside(outer: number, inner: number): Buffer {
    return attribute(attribute(this.#attributes, outer) ?? EMPTY, inner) ?? EMPTY
  }
}

/**
 * The entries of a line, piece by piece, but not those of our probes, which go on whatever becomes of the line.
 * The kernel picks them out by their mark, and by their status where it knows how (later than 5.10): others ignore
 * the wish and give all, so whoever asks looks again.
 * @throws {libc.SystemError}
 */
export async function* entriesOf(
  socket: NetlinkSocket,
  { family, mark: value, mask }: MarkedConnections,
  which: 'all' | 'unanswered' = 'all',
): AsyncGenerator<readonly Entry[]> {
  const wish = which === 'all' ? [] : [word(CTA.status, 0), word(CTA.statusMask, SEEN_REPLY)]
  yield* entries(socket, AF[family], [word(CTA.mark, value), word(CTA.markMask, mark(mask | PROBE)), ...wish])
}

/** Those of everybody. @throws {libc.SystemError} */
export const everyEntry = (socket: NetlinkSocket): AsyncGenerator<readonly Entry[]> =>
  entries(socket, EVERY_FAMILY, [])

async function* entries(
  socket: NetlinkSocket,
  family: number,
  filter: readonly Uint8Array[],
): AsyncGenerator<readonly Entry[]> {
  const request = messageBytes(GET_CONNTRACK, NLM_F_REQUEST | NLM_F_DUMP, netfilterHeader(family), ...filter)
  for await (const piece of socket.dump(request)) yield piece.map(({ body }) => new Entry(body))
}

/** Whatever carries a mark, those of our probes too. */
export const deleteAllRequest = ({ family, mark: value, mask }: MarkedConnections): Buffer =>
  messageBytes(
    DELETE_CONNTRACK,
    NLM_F_REQUEST,
    netfilterHeader(AF[family], HEEDS_FAMILY),
    word(CTA.mark, value),
    word(CTA.markMask, mask),
  )

function word(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(value)
  return attributeBytes(type, payload)
}

const EMPTY = Buffer.alloc(0)
const AF: Readonly<Record<Family, number>> = { ipv4: libc.AF.inet, ipv6: libc.AF.inet6 }
const EVERY_FAMILY = 0
/** `NFNETLINK_V1`: whoever deletes without it means both families, whatever the header says (since 5.3). */
const HEEDS_FAMILY = 1
/** `NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET` */
const GET_CONNTRACK = (1 << 8) | 1
/** `NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE` */
const DELETE_CONNTRACK = (1 << 8) | 2
/** `IPS_SEEN_REPLY` */
const SEEN_REPLY = 2
const OFFLOADED = 1 << 14
/** `enum tcp_conntrack`: SYN_SENT, SYN_RECV */
const TCP_CONNECTING: ReadonlySet<number> = new Set([1, 2])
/** ESTABLISHED */
const TCP_OPEN = 3
/** ESTABLISHED, FIN_WAIT, CLOSE_WAIT */
const TCP_ESTABLISHED: ReadonlySet<number> = new Set([3, 4, 5])
/** `enum ctattr_type` */
const CTA = {
  original: 1,
  reply: 2,
  status: 3,
  protocolInfo: 4,
  mark: 8,
  countersOriginal: 9,
  countersReply: 10,
  id: 12,
  zone: 18,
  markMask: 21,
  statusMask: 26,
} as const
const CTA_COUNTERS_BYTES = 2
const CTA_TUPLE_IP = 1
const CTA_TUPLE_PROTO = 2
const CTA_IP_V4_SRC = 1
const CTA_IP_V4_DST = 2
const CTA_IP_V6_SRC = 3
const CTA_IP_V6_DST = 4
const CTA_PROTO_NUM = 1
const CTA_PROTO_SRC_PORT = 2
const CTA_PROTO_DST_PORT = 3
const CTA_PROTOINFO_TCP = 1
const CTA_PROTOINFO_TCP_STATE = 1
