import type { Family, KernelError } from '../model/index.ts'
import { addressText } from './address-bytes.ts'
import * as libc from './ffi.ts'
import { messageBytes, NLM_F_DUMP, NLM_F_REQUEST } from './netlink.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import type { End, Endings, Stranded, Telling } from './port.ts'
import { refusal } from './refusal.ts'

/**
 * This box's own TCP connections as they are now, of all its programs (linux/inet_diag.h, what `ss -tn` shows and
 * `ss -K` ends).
 */
export class OwnSockets {
  readonly #socket = new NetlinkSocket('socketDiagnosis')
  /** The order to end it, by its two ends. */
  readonly #orders = new Map<string, Buffer>()
  readonly #chosen: Buffer[] = []
  #refused: KernelError | undefined

  /** Where the kernel cannot list them, it has none for us. */
  static async look(family: Family): Promise<OwnSockets> {
    const sockets = new OwnSockets()
    try {
      for (const kind of KINDS[family]) await sockets.#read(kind)
    } catch (cause) {
      if (!(cause instanceof libc.SystemError)) {
        sockets.close()
        throw cause
      }
      sockets.#refused = refusalOf('list', cause.errno)
    }
    return sockets
  }

  private constructor() {}

  /** To be ended. @returns whether there is such a socket */
  choose(local: End, remote: End): boolean {
    const order = this.#orders.get(keyOf(local, remote))
    if (order !== undefined) this.#chosen.push(order)
    return order !== undefined
  }

  /** Attempts have the address of the dead line, and would have it for the two minutes that they go on. */
  chooseAttempts(connecting: readonly Stranded[]): void {
    for (const { original } of connecting) this.choose(original.from, original.to)
  }

  /** The programs of those chosen get ECONNABORTED at once, and their servers a reset. Unless all are left alone. */
  async endChosen({ own, signal }: Telling): Promise<Pick<Endings, 'ended' | 'left' | 'ownRefused'>> {
    if (!own) return { ended: 0, left: 0 }
    const errnos = signal?.aborted === true ? [] : await this.#socket.orders(this.#chosen)
    const refusedWith = errnos.find((errno) => errno !== 0 && errno !== libc.ENOENT)
    if (refusedWith !== undefined) this.#refused = refusalOf('end', refusedWith)
    return {
      ended: errnos.filter((errno) => errno === 0).length,
      left: errnos.filter((errno) => errno !== 0 && errno !== libc.ENOENT).length,
      ...(this.#refused === undefined ? {} : { ownRefused: this.#refused }),
    }
  }

  close(): void {
    this.#socket.close()
  }

  async #read(family: number): Promise<void> {
    const request = messageBytes(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, connections(family, NO_ID))
    for await (const piece of this.#socket.dump(request))
      for (const { body } of piece) {
        const id = body.subarray(4, 4 + ID_BYTES)
        const end = (port: number, address: number): End => ({
          address: addressOf(family, id.subarray(address, address + 16)),
          port: id.readUInt16BE(port),
        })
        this.#orders.set(keyOf(end(0, 4), end(2, 20)), destroyRequest(family, id))
      }
  }
}

/** It has a cookie of the kernel's, so that it can be meant for no other socket. */
const destroyRequest = (family: number, id: Buffer): Buffer =>
  messageBytes(SOCK_DESTROY, NLM_F_REQUEST, connections(family, id))

/** `struct inet_diag_req_v2` with its `struct inet_diag_sockid`, which answers have, too. */
function connections(family: number, id: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(family, 0)
  header.writeUInt8(libc.IPPROTO.tcp, 1)
  header.writeUInt32LE(CONNECTED, 4)
  return Buffer.concat([header, id])
}

function refusalOf(verb: 'list' | 'end', errno: number): KernelError {
  const what = `${verb} this box's own connections`
  const option = verb === 'list' ? 'CONFIG_INET_TCP_DIAG' : 'CONFIG_INET_DIAG_DESTROY'
  return errno === libc.EOPNOTSUPP || errno === libc.ENOENT
    ? { code: 'unsupported', what, said: `errno ${errno}: this kernel was built without ${option}` }
    : refusal(what, errno)
}

const keyOf = (local: End, remote: End): string =>
  `${local.address} ${local.port} ${remote.address} ${remote.port}`

/** What goes over the wire: IPv4 also where the socket is one of IPv6. */
function addressOf(family: number, bytes: Buffer): string {
  if (family === libc.AF.inet) return addressText(bytes.subarray(0, 4))
  return addressText(bytes.subarray(0, 12).equals(MAPPED) ? bytes.subarray(12) : bytes)
}

/** A program that serves both families has its IPv4 connections among those of IPv6. */
const KINDS: Readonly<Record<Family, readonly number[]>> = {
  ipv4: [libc.AF.inet, libc.AF.inet6],
  ipv6: [libc.AF.inet6],
}

/** `::ffff:0:0/96` */
const MAPPED = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])

const SOCK_DIAG_BY_FAMILY = 20
const SOCK_DESTROY = 21
const HEADER_BYTES = 8
const ID_BYTES = 48
const NO_ID = Buffer.alloc(ID_BYTES)
/** Bits of TCP_ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT (net/tcp_states.h). */
const CONNECTED = [1, 2, 3, 4, 5, 8].reduce((bits, state) => bits | (1 << state), 0)
