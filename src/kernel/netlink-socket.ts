import * as libc from './ffi.ts'
import {
  messagesIn,
  NETLINK,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  type NetlinkMessage,
} from './netlink.ts'

/**
 * The one way in which we ask the kernel by netlink. Close it only when nothing is under way.
 *
 * Mostly the waiting is done by a thread of the pool: a walk through a large table of connections, or a lock that
 * somebody else holds, keeps the kernel busy for seconds at worst, and the event loop must not wait for it. What ends
 * in `AtOnce` is for small questions.
 */
export class NetlinkSocket {
  readonly #fd: number
  readonly #buffer = Buffer.alloc(PIECE_BYTES)
  #sequence = 0

  /** @throws {libc.SystemError} */
  constructor(whom: keyof typeof NETLINK) {
    this.#fd = libc.socket(libc.AF.netlink, libc.SOCK.raw, NETLINK[whom])
  }

  /**
   * What the kernel lists, piece by piece; a piece is overwritten by the next. Whoever stops early must close.
   * @throws {libc.SystemError} also with the errno that the kernel answers
   */
  async *dump(request: Buffer): AsyncGenerator<readonly NetlinkMessage[]> {
    const sequence = this.#number(request)
    await libc.sendUnhurried(this.#fd, request)
    for (;;) {
      const { messages, isLast } = pieceOf(await this.#receive(), sequence)
      yield messages
      if (isLast) return
    }
  }

  /** The same for lists that are short. @returns whether nothing changed meanwhile. @throws {libc.SystemError} */
  dumpAtOnce(request: Buffer, onMessage: (message: NetlinkMessage) => void): boolean {
    const sequence = this.#number(request)
    libc.send(this.#fd, request)
    let isWhole = true
    for (;;) {
      // The kernel writes the next piece of a dump while it hands out this one, so it is never waited for.
      const { messages, isLast, isInterrupted } = pieceOf(this.#receiveAtOnce(libc.MSG.dontwait), sequence)
      if (isInterrupted) isWhole = false
      for (const message of messages) onMessage(message)
      if (isLast) return isWhole
    }
  }

  /** @returns the answer, which may be an error; the next one overwrites it. @throws {libc.SystemError} */
  askAtOnce(request: Buffer): NetlinkMessage | undefined {
    const sequence = this.#number(request)
    libc.send(this.#fd, request)
    return this.#receiveAtOnce().find((message) => message.sequence === sequence)
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

  #receiveAtOnce(flags = 0): NetlinkMessage[] {
    return messagesIn(this.#buffer.subarray(0, libc.receive(this.#fd, this.#buffer, flags)))
  }

  #number(request: Buffer): number {
    this.#sequence = (this.#sequence + 1) >>> 0
    request.writeUInt32LE(this.#sequence, SEQUENCE_AT)
    return this.#sequence
  }

  close(): void {
    libc.close(this.#fd)
  }
}

interface Piece {
  readonly messages: readonly NetlinkMessage[]
  readonly isLast: boolean
  readonly isInterrupted: boolean
}

/** @throws {libc.SystemError} the kernel's complaint */
function pieceOf(heard: readonly NetlinkMessage[], sequence: number): Piece {
  const ours = heard.filter((message) => message.sequence === sequence)
  const end = ours.find(({ type }) => type === NLMSG_DONE || type === NLMSG_ERROR)
  const errno = end === undefined ? 0 : errnoOf(end)
  if (errno !== 0) throw new libc.SystemError('netlink', errno)
  return {
    messages: ours.filter((message) => message !== end),
    isLast: end !== undefined,
    isInterrupted: ours.some(({ flags }) => (flags & NLM_F_DUMP_INTR) !== 0),
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
