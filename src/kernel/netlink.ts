/** The frame of every netlink message (linux/netlink.h), for those we read ourselves. */
export interface NetlinkMessage {
  readonly type: number
  readonly flags: number
  /** Of the request that it answers. */
  readonly sequence: number
  /** Of the socket that asked for it, 0: the kernel by itself. Mostly the pid of its process. */
  readonly portId: number
  readonly body: Buffer
}

const HEADER_BYTES = 16
const ATTRIBUTE_HEADER_BYTES = 4
/** The top bits of an attribute's type say nested and byte order. */
const ATTRIBUTE_TYPE = 0x3fff

/** What is cut off at the end is left out. */
export function messagesIn(bytes: Buffer): NetlinkMessage[] {
  const messages: NetlinkMessage[] = []
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(at)
    if (length < HEADER_BYTES || at + length > bytes.length) break
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      portId: bytes.readUInt32LE(at + 12),
      body: bytes.subarray(at + HEADER_BYTES, at + length),
    })
    at += align4(length)
  }
  return messages
}

/** @returns the first attribute of that type */
export function attribute(attributes: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + ATTRIBUTE_HEADER_BYTES <= attributes.length;) {
    const length = attributes.readUInt16LE(at)
    if (length < ATTRIBUTE_HEADER_BYTES || at + length > attributes.length) return undefined
    if ((attributes.readUInt16LE(at + 2) & ATTRIBUTE_TYPE) === wanted)
      return attributes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + length)
    at += align4(length)
  }
  return undefined
}

/** @param payload other attributes too, when `type` says so (`NESTED`) */
export function attributeBytes(type: number, payload: Uint8Array): Buffer {
  const length = ATTRIBUTE_HEADER_BYTES + payload.length
  const bytes = Buffer.alloc(align4(length))
  bytes.writeUInt16LE(length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(payload, ATTRIBUTE_HEADER_BYTES)
  return bytes
}

/** `NLA_F_NESTED` */
export const NESTED = 0x8000

/** The sequence number is put in by whoever sends it. */
export function messageBytes(type: number, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  const bytes = Buffer.concat([header, ...parts])
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(flags, 6)
  return bytes
}

/** `struct nfgenmsg`, with which the body of all messages about netfilter begins (linux/netfilter/nfnetlink.h). */
export const netfilterHeader = (family: number, version = 0): Buffer => Buffer.from([family, version, 0, 0])
export const NETFILTER_HEADER_BYTES = 4

/** Whom a socket speaks to. */
export const NETLINK = { route: 0, socketDiagnosis: 4, netfilter: 12, generic: 16 } as const
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
export const NLM_F_REQUEST = 0x1
export const NLM_F_ACK = 0x4
export const NLM_F_DUMP = 0x300
/** In an answer: something changed while the dump went on. */
export const NLM_F_DUMP_INTR = 0x10

const align4 = (length: number): number => (length + 3) & ~3
