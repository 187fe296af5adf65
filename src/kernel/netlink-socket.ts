import * as libc from './ffi.ts'
import { messagesIn, NLM_F_ACK, NLMSG_DONE, NLMSG_ERROR, type NetlinkMessage } from './netlink.ts'

/**
 * A netlink socket whose waiting is done by a thread of the pool: a walk through a large table of connections, or a
 * lock that somebody else holds, keeps the kernel busy for seconds at worst, and the event loop must not wait for it.
 * Close it only when nothing is under way.
 */
export class NetlinkSocket {
  readonly #fd: number
  readonly #buffer = Buffer.alloc(PIECE_BYTES)
  #sequence = 0

  /** @param protocol `NETLINK_…`. @throws {libc.SystemError} */
  constructor(protocol: number) {
    this.#fd = libc.socket(libc.AF.netlink, libc.SOCK.raw, protocol)
  }

  /**
   * What the kernel lists, piece by piece; a piece is overwritten by the next. Whoever stops early must close.
   * @throws {libc.SystemError} also with the errno that the kernel answers
   */
  async *dump(request: Buffer): AsyncGenerator<readonly NetlinkMessage[]> {
    const sequence = this.#number(request)
    await libc.sendUnhurried(this.#fd, request)
    for (;;) {
      const piece = await this.#receive()
      const ours = piece.filter((message) => message.sequence === sequence)
      const end = ours.find(({ type }) => type === NLMSG_DONE || type === NLMSG_ERROR)
      const errno = end === undefined ? 0 : errnoOf(end)
      if (errno !== 0) throw new libc.SystemError('netlink', errno)
      yield ours.filter((message) => message !== end)
      if (end !== undefined) return
    }
  }

  /**
   * Hands in many orders at a time. @returns the errno of each, 0: done. @throws {libc.SystemError}
   */
  async orders(requests: readonly Buffer[]): Promise<number[]> {
    const errnos: number[] = []
    for (let at = 0; at < requests.length; at += ORDERS_AT_A_TIME)
      errnos.push(...(await this.#ordersAtOnce(requests.slice(at, at + ORDERS_AT_A_TIME))))
    return errnos
  }

  /** The kernel works them off in their order and complains at once, so that the last needs an answer only. */
  async #ordersAtOnce(requests: readonly Buffer[]): Promise<number[]> {
    const sequences = requests.map((request) => this.#number(request))
    const last = requests.at(-1)
    last?.writeUInt16LE(last.readUInt16LE(FLAGS_AT) | NLM_F_ACK, FLAGS_AT)
    await libc.sendUnhurried(this.#fd, Buffer.concat(requests))
    const errnos = requests.map(() => 0)
    for (;;) {
      for (const message of await this.#receive()) {
        const which = sequences.indexOf(message.sequence)
        if (which < 0 || message.type !== NLMSG_ERROR) continue
        errnos[which] = errnoOf(message)
        if (which === requests.length - 1) return errnos
      }
    }
  }

  async #receive(): Promise<NetlinkMessage[]> {
    return messagesIn(this.#buffer.subarray(0, await libc.receiveUnhurried(this.#fd, this.#buffer)))
  }

  #number(request: Buffer): number {
    request.writeUInt32LE(++this.#sequence, SEQUENCE_AT)
    return this.#sequence
  }

  close(): void {
    libc.close(this.#fd)
  }
}

/** Both kinds begin with it, negative. */
const errnoOf = ({ body }: NetlinkMessage): number => (body.length < 4 ? 0 : -body.readInt32LE(0))

/** The kernel makes its pieces as large as the reader takes, up to this. */
const PIECE_BYTES = 32 * 1024
/** All of them may be refused, and their refusals must fit into what the socket keeps for us. */
const ORDERS_AT_A_TIME = 100
const FLAGS_AT = 6
const SEQUENCE_AT = 8
