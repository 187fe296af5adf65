/** DNS messages (RFC 1035), as far as a probe needs them: one question, and what was answered to it. */
import { toAddress, type Family } from '../model/index.ts'

/** Which addresses of which name. */
export interface NameAsked {
  readonly name: string
  readonly family: Family
}

export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, …; a number for rarer ones. */
  readonly status: string
  readonly addresses: readonly string[]
}

/** @param asked absent: the name servers of the root. @returns `undefined`: it is no name */
export function dnsQuestion(id: number, asked?: NameAsked): Buffer | undefined {
  const labels = asked === undefined ? [] : asked.name.replace(/\.$/, '').split('.')
  if (labels.some((label) => !/^[\x21-\x7e]{1,63}$/.test(label))) return undefined
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(RECURSION_DESIRED, 2)
  header.writeUInt16BE(1, 4)
  const encoded = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')])
  const type = asked === undefined ? NS : ADDRESS_RECORD[asked.family].type
  const question = Buffer.concat([...encoded, Buffer.from([0, 0, type, 0, INTERNET])])
  return question.length > LONGEST_NAME_BYTES + 4 ? undefined : Buffer.concat([header, question])
}

/** @returns the id of the question that this answers; `undefined`: it answers none */
export const answeredId = (message: Buffer): number | undefined =>
  message.length >= HEADER_BYTES && ((message[2] ?? 0) & IS_ANSWER) !== 0
    ? message.readUInt16BE(0)
    : undefined

/**
 * Reads what is whole; what is cut off or no DNS at all counts as left out.
 * @param family of the addresses that were asked for
 */
export function readDnsAnswer(message: Buffer, family: Family): DnsAnswer {
  const record = ADDRESS_RECORD[family]
  const code = (message[3] ?? 0) & 0x0f
  const addresses: string[] = []
  let at = HEADER_BYTES
  for (let left = message.readUInt16BE(4); left > 0; left -= 1) at = afterName(message, at) + 4
  for (let left = message.readUInt16BE(6); left > 0; left -= 1) {
    at = afterName(message, at)
    if (at + RECORD_HEADER_BYTES > message.length) break
    const data = at + RECORD_HEADER_BYTES
    const length = message.readUInt16BE(at + 8)
    if (
      message.readUInt16BE(at) === record.type &&
      length === record.bytes &&
      data + length <= message.length
    )
      addresses.push(toAddress(family, BigInt(`0x${message.toString('hex', data, data + length)}`)))
    at = data + length
  }
  return { status: STATUS[code] ?? String(code), addresses }
}

/** A name ends with an empty label, or with a pointer to another place. */
function afterName(message: Buffer, start: number): number {
  let at = start
  while (at < message.length) {
    const length = message[at] ?? 0
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2
    at += 1 + length
  }
  return at
}

const HEADER_BYTES = 12
/** Type, class, time to live and length, behind the name. */
const RECORD_HEADER_BYTES = 10
const LONGEST_NAME_BYTES = 255
const RECURSION_DESIRED = 0x0100
const IS_ANSWER = 0x80
/** A, and AAAA of RFC 3596. */
const ADDRESS_RECORD = { ipv4: { type: 1, bytes: 4 }, ipv6: { type: 28, bytes: 16 } } as const
const NS = 2
const INTERNET = 1
const STATUS = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']
