/** The frame of every netlink message (linux/netlink.h), for those we read ourselves. */
export interface NetlinkMessage {
  readonly type: number
  readonly flags: number
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

const align4 = (length: number): number => (length + 3) & ~3
