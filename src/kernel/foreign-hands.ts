import { readlinkSync } from 'node:fs'
import { describeCulprit, thingOf, type Culprit, type Thing } from '../model/index.ts'
import type * as ffiModule from './ffi.ts'
import { NftAuthors, routeChangesIn, type NftAuthor } from './foreign-changes.ts'
import { isOwn } from './own-processes.ts'
import { commOf, nameOf, ownerOf } from './port-owner.ts'
import type { KernelEvent } from './port.ts'

type Ffi = typeof ffiModule

/**
 * Names those who take away something of ours. `ip monitor` and `nft monitor` do not print it, but the kernel tells:
 * so two sockets of ours hear the same notifications, and are read whenever a monitor rings. A process that blocks
 * on them would cost a thread, and Node cannot wait for netlink.
 *
 * Without FFI, and when notifications were lost, nobody is named.
 */
export class ForeignHands {
  readonly #ffi: Ffi
  readonly #sockets: readonly OpenSocket[]
  readonly #onEvent: (event: KernelEvent) => void
  readonly #nft = new NftAuthors()
  /** By port id, while one burst is read. */
  readonly #owners = new Map<number, Culprit>()
  /** Of this turn of the event loop. */
  #rings = 0
  #isOpen = true

  private constructor(ffi: Ffi, sockets: readonly OpenSocket[], onEvent: (event: KernelEvent) => void) {
    this.#ffi = ffi
    this.#sockets = sockets
    this.#onEvent = onEvent
  }

  /** @returns `undefined` without FFI, or where we may not listen */
  static async open(onEvent: (event: KernelEvent) => void): Promise<ForeignHands | undefined> {
    const ffi = await import('./ffi.ts').catch(() => undefined)
    if (ffi === undefined) return undefined
    const sockets: OpenSocket[] = []
    try {
      for (const kind of ['route', 'netfilter'] as const) sockets.push({ kind, fd: listen(ffi, KINDS[kind]) })
      return new ForeignHands(ffi, sockets, onEvent)
    } catch (cause) {
      if (!(cause instanceof ffi.SystemError)) throw cause
      for (const { fd } of sockets) ffi.close(fd)
      return undefined
    }
  }

  /** Something changed. A burst is read at once, and once more behind it. */
  ring(): void {
    if (this.#rings++ > 0) return
    this.#read() // who did it may be gone in a moment
    setImmediate(() => {
      const rangAgain = this.#rings > 1
      this.#rings = 0
      if (rangAgain) this.#read()
    })
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    for (const { fd } of this.#sockets) this.#ffi.close(fd)
  }

  #read(): void {
    this.#owners.clear()
    for (const { kind, fd } of this.#sockets) {
      for (let i = 0; i < AT_ONCE && this.#isOpen; i++) {
        const bytes = this.#receive(fd)
        if (bytes === 'empty') break
        if (bytes === 'lost') {
          this.#nft.forget()
          continue
        }
        const events = kind === 'route' ? this.#routeEvents(bytes) : this.#nftEvents(bytes)
        for (const one of events) this.#onEvent(one)
      }
    }
  }

  #receive(fd: number): Buffer | 'empty' | 'lost' {
    try {
      return buffer.subarray(0, this.#ffi.receive(fd, buffer))
    } catch (cause) {
      if (!(cause instanceof this.#ffi.SystemError)) throw cause
      return cause.errno === this.#ffi.ENOBUFS ? 'lost' : 'empty'
    }
  }

  #routeEvents(bytes: Buffer): KernelEvent[] {
    return routeChangesIn(bytes)
      .filter(({ portId }) => portId !== KERNEL && !isOwn(portId))
      .map(({ about, thing, portId }) => event(about, thing, this.#ownerOf(portId)))
  }

  #nftEvents(bytes: Buffer): KernelEvent[] {
    return this.#nft
      .read(bytes)
      .filter((author) => !isOurs(author))
      .map((author) => event('ruleset', thingOf.ruleset, culpritOf(author)))
  }

  #ownerOf(portId: number): Culprit {
    const known = this.#owners.get(portId)
    if (known !== undefined) return known
    const owner = ownerOf(portId)
    this.#owners.set(portId, owner)
    return owner
  }
}

interface OpenSocket {
  readonly kind: keyof typeof KINDS
  readonly fd: number
}

/** linux/netlink.h, linux/rtnetlink.h, linux/netfilter/nfnetlink.h: IPv4 addresses, routes and rules, nexthops; nf_tables. */
const KINDS = {
  route: { protocol: 0, groups: [5, 7, 8, 32] },
  netfilter: { protocol: 12, groups: [7] },
} as const
const SOL_NETLINK = 270
const NETLINK_ADD_MEMBERSHIP = 1
const SO_RCVBUFFORCE = 33
/** The port id of the kernel: a route that went with its link. */
const KERNEL = 0
/** The bell rings again for more. */
const AT_ONCE = 2000
/** The kernel cuts a notification that is longer; those are of some hundred bytes. */
const buffer = Buffer.alloc(32 * 1024)
/** A flood between two readings: a thousand notifications and more. */
const RECEIVE_BUFFER_BYTES = 1 << 20

function listen(ffi: Ffi, { protocol, groups }: (typeof KINDS)[keyof typeof KINDS]): number {
  const fd = ffi.socket(ffi.AF.netlink, ffi.SOCK.raw | ffi.SOCK.nonblock, protocol)
  try {
    // `struct sockaddr_nl`; a socket without a port id of its own is told nothing.
    const address = Buffer.alloc(12)
    address.writeUInt16LE(ffi.AF.netlink, 0)
    ffi.bind(fd, address)
    for (const group of groups) ffi.setSocketOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
    growBuffer(ffi, fd)
    return fd
  } catch (cause) {
    ffi.close(fd)
    throw cause
  }
}

/** Refused in a user namespace of older kernels; then a flood names nobody. */
function growBuffer(ffi: Ffi, fd: number): void {
  try {
    ffi.setSocketOption(fd, ffi.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
  } catch (cause) {
    if (!(cause instanceof ffi.SystemError)) throw cause
  }
}

const event = (about: KernelEvent['about'], took: Thing, by: Culprit): KernelEvent => ({
  about,
  text: `${took} taken by ${describeCulprit(by)}`,
  took,
  by,
})

/** `PROC_PID_INIT_INO` of linux/proc_ns.h */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]'
/** nft tells pids of the machine. Where pids are counted apart, in a container, only names can be compared. */
export const countsApart = readlinkSync('/proc/self/ns/pid') !== INITIAL_PID_NAMESPACE

const isOurs = ({ pid, name }: NftAuthor): boolean =>
  countsApart ? name === commOf(process.pid) : isOwn(pid)

const culpritOf = ({ pid, name }: NftAuthor): Culprit =>
  countsApart ? { name } : { pid, name, ...nameOf(pid) }
