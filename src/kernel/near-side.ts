import type { Mark } from '../model/index.ts'
import { addressBytes } from './address-bytes.ts'
import * as libc from './ffi.ts'
import { attribute, attributeBytes, messageBytes, NLM_F_REQUEST } from './netlink.ts'
import { NetlinkSocket } from './netlink-socket.ts'

/** `inside`: a host behind this box; `own`: the box itself; `outside`: beyond the line, or nowhere. */
export type Side = 'inside' | 'own' | 'outside'

/**
 * Which side of a line addresses are on: the kernel is asked which way a packet with the line's mark would take to
 * them (RTM_GETROUTE), each address once.
 */
export class NearSide {
  readonly #socket = new NetlinkSocket('route')
  readonly #known = new Map<string, Side>()
  readonly #mark: Mark
  /** 0: the line's device is not there. */
  readonly #lineDevice: number

  /** @throws {libc.SystemError} */
  constructor(mark: Mark, dev: string) {
    this.#mark = mark
    this.#lineDevice = libc.interfaceIndex(dev)
  }

  /** @throws {libc.SystemError} */
  of(address: string): Side {
    const known = this.#known.get(address)
    if (known !== undefined) return known
    const side = this.#ask(address)
    this.#known.set(address, side)
    return side
  }

  close(): void {
    this.#socket.close()
  }

  #ask(address: string): Side {
    const answer = this.#socket.askAtOnce(routeRequest(address, this.#mark))
    if (answer?.type !== RTM_NEWROUTE) return 'outside'
    if (answer.body[RTM_TYPE_AT] === RTN_LOCAL) return 'own'
    const device = attribute(answer.body.subarray(ROUTE_HEADER_BYTES), RTA_OIF)?.readUInt32LE()
    return answer.body[RTM_TYPE_AT] !== RTN_UNICAST || device === undefined || device === this.#lineDevice
      ? 'outside'
      : 'inside'
  }
}

function routeRequest(address: string, mark: Mark): Buffer {
  const header = Buffer.alloc(ROUTE_HEADER_BYTES)
  const bytes = addressBytes(address)
  header.writeUInt8(bytes.length === 4 ? libc.AF.inet : libc.AF.inet6, 0)
  header.writeUInt8(8 * bytes.length, 1)
  const markBytes = Buffer.alloc(4)
  markBytes.writeUInt32LE(mark)
  return messageBytes(
    RTM_GETROUTE,
    NLM_F_REQUEST,
    header,
    attributeBytes(RTA_DST, bytes),
    attributeBytes(RTA_MARK, markBytes),
  )
}

const RTM_NEWROUTE = 24
const RTM_GETROUTE = 26
/** `struct rtmsg` */
const ROUTE_HEADER_BYTES = 12
const RTM_TYPE_AT = 7
const RTN_UNICAST = 1
const RTN_LOCAL = 2
const RTA_DST = 1
const RTA_OIF = 4
const RTA_MARK = 16
