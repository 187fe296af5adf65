/**
 * The one file that calls C functions. Everything here is a thin word-for-word door to libc and libnftables:
 * no rule of ours lives here, so that `node:ffi` can replace koffi in one place when it is ready.
 */
import koffi from 'koffi'

const libc = koffi.load(null)

type Call<Arguments extends unknown[]> = (...args: Arguments) => number

/** The same in a thread of the pool, for calls that the kernel may take its time over. */
interface UnhurriedCall<Arguments extends unknown[]> extends Call<Arguments> {
  async(...args: [...Arguments, (error: Error | null, returned: number) => void]): void
}

/** Declares a libc function that returns a negative number on failure and sets errno. */
const declare = <Arguments extends unknown[]>(prototype: string): UnhurriedCall<Arguments> =>
  libc.func(prototype) as UnhurriedCall<Arguments> // koffi types every function as `any`

const c = {
  socket: declare<[number, number, number]>('int socket(int, int, int)'),
  bind: declare<[number, Uint8Array, number]>('int bind(int, const uint8_t*, uint32_t)'),
  listen: declare<[number, number]>('int listen(int, int)'),
  connect: declare<[number, Uint8Array, number]>('int connect(int, const uint8_t*, uint32_t)'),
  setns: declare<[number, number]>('int setns(int, int)'),
  setsockopt: declare<[number, number, number, Uint8Array, number]>(
    'int setsockopt(int, int, int, const uint8_t*, uint32_t)',
  ),
  getsockopt: declare<[number, number, number, Uint8Array, Uint8Array]>(
    'int getsockopt(int, int, int, uint8_t*, uint8_t*)',
  ),
  send: declare<[number, Uint8Array, number, number]>('int64_t send(int, const uint8_t*, size_t, int)'),
  sendto: declare<[number, Uint8Array, number, number, Uint8Array, number]>(
    'int64_t sendto(int, const uint8_t*, size_t, int, const uint8_t*, uint32_t)',
  ),
  recv: declare<[number, Uint8Array, number, number]>('int64_t recv(int, uint8_t*, size_t, int)'),
  recvfrom: declare<[number, Uint8Array, number, number, Uint8Array, Uint8Array]>(
    'int64_t recvfrom(int, uint8_t*, size_t, int, uint8_t*, uint8_t*)',
  ),
  ioctl: declare<[number, number, Uint8Array]>('int ioctl(int, unsigned long, const uint8_t*)'),
  fcntl: declare<[number, number, number]>('int fcntl(int, int, int)'),
  flock: declare<[number, number]>('int flock(int, int)'),
  close: declare<[number]>('int close(int)'),
  adjtimex: declare<[Uint8Array]>('int adjtimex(uint8_t*)'),
  if_nametoindex: declare<[string]>('unsigned int if_nametoindex(const char *)'),
}

/** A C function said no. `errno` is Linux's number, `what` the call. */
export class SystemError extends Error {
  readonly errno: number
  readonly what: string
  constructor(what: string, errno: number) {
    super(`${what}: errno ${errno}`)
    this.name = 'SystemError'
    this.what = what
    this.errno = errno
  }
}

export const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16, packet: 17 } as const
export const SOCK = { stream: 1, dgram: 2, raw: 3, nonblock: 0o4000, cloexec: 0o2000000 } as const
export const SOL_SOCKET = 1
export const IPPROTO = { ip: 0, icmp: 1, tcp: 6, udp: 17, ipv6: 41, icmpv6: 58, raw: 255 } as const
/** Options of IPPROTO.ip, IPPROTO.raw, IPPROTO.ipv6, IPPROTO.icmpv6 and IPPROTO.tcp. */
export const IP_MTU_DISCOVER = 10
export const IP_RECVERR = 11
export const ICMP_FILTER = 1
export const IPV6_MULTICAST_HOPS = 18
export const IPV6_MULTICAST_LOOP = 19
export const IPV6_ADD_MEMBERSHIP = 20
export const IPV6_MTU_DISCOVER = 23
export const IPV6_RECVERR = 25
export const ICMPV6_FILTER = 1
export const TCP_INFO = 11
export const MSG = { dontwait: 0x40, errqueue: 0x2000 } as const
export const SO = {
  reuseaddr: 2,
  error: 4,
  rcvbuf: 8,
  linger: 13,
  peercred: 17,
  bindtodevice: 25,
  mark: 36,
} as const
export const LOCK = { exclusive: 2, nonblock: 4 } as const
export const EPERM = 1
export const ENOENT = 2
export const ENXIO = 6
export const EAGAIN = 11
export const EACCES = 13
export const EBUSY = 16
export const ENODEV = 19
export const EOPNOTSUPP = 95
export const EMSGSIZE = 90
export const ENOBUFS = 105
export const ECONNREFUSED = 111
export const EINPROGRESS = 115

/** 208 on 64-bit machines; more is no harm. */
const TIMEX_BYTES = 256

/** fcntl.h and linux/fcntl.h */
const F_SETFD = 2
const FD_CLOEXEC = 1
const F_DUPFD_CLOEXEC = 1030

/** @returns a file descriptor, close-on-exec. @throws {SystemError} */
export const socket = (family: number, type: number, protocol: number): number =>
  check('socket', c.socket(family, type | SOCK.cloexec, protocol))

/** @throws {SystemError} */
export function setSocketOption(
  fd: number,
  level: number,
  option: number,
  value: number | string | Uint8Array,
): void {
  const bytes =
    typeof value === 'string' ? Buffer.from(`${value}\0`) : typeof value === 'number' ? int32(value) : value
  check('setsockopt', c.setsockopt(fd, level, option, bytes, bytes.length))
}

/** Fills `into` as far as it goes. @throws {SystemError} */
export function socketOption(fd: number, level: number, option: number, into: Uint8Array): void {
  check('getsockopt', c.getsockopt(fd, level, option, into, int32(into.length)))
}

/** @throws {SystemError} */
export const bind = (fd: number, address: Uint8Array): void =>
  void check('bind', c.bind(fd, address, address.length))
/** @throws {SystemError} */
export const listen = (fd: number, backlog: number): void => void check('listen', c.listen(fd, backlog))
/** @throws {SystemError} */
export const connect = (fd: number, address: Uint8Array): void =>
  void check('connect', c.connect(fd, address, address.length))
/** @throws {SystemError} */
export const flock = (fd: number, operation: number): void => void check('flock', c.flock(fd, operation))
/** Moves the calling thread into a namespace. @throws {SystemError} */
export const setns = (fd: number, kind: number): void => void check('setns', c.setns(fd, kind))
/** @throws {SystemError} */
export const send = (fd: number, bytes: Uint8Array): void =>
  void check('send', c.send(fd, bytes, bytes.length, 0))
/** @throws {SystemError} */
export const sendTo = (fd: number, bytes: Uint8Array, address: Uint8Array): void =>
  void check('sendto', c.sendto(fd, bytes, bytes.length, 0, address, address.length))
/** @returns bytes received; blocks unless the socket or `flags` say otherwise. @throws {SystemError} */
export const receive = (fd: number, into: Uint8Array, flags = 0): number =>
  check('recv', c.recv(fd, into, into.length, flags))
/** @param from is filled with the sender's address. @returns bytes received. @throws {SystemError} */
export const receiveFrom = (fd: number, into: Uint8Array, from: Uint8Array, flags = 0): number =>
  check('recvfrom', c.recvfrom(fd, into, into.length, flags, from, int32(from.length)))
/** `send` in a thread of the pool. @throws {SystemError} */
export const sendUnhurried = (fd: number, bytes: Uint8Array): Promise<number> =>
  unhurried('send', (done) => c.send.async(fd, bytes, bytes.length, 0, done))
/** `receive` in a thread of the pool; the descriptor must stay open until then. @throws {SystemError} */
export const receiveUnhurried = (fd: number, into: Uint8Array): Promise<number> =>
  unhurried('recv', (done) => c.recv.async(fd, into, into.length, 0, done))
/** Reads and writes `argument` in place. @throws {SystemError} */
export const ioctl = (fd: number, request: number, argument: Uint8Array): void =>
  void check('ioctl', c.ioctl(fd, request, argument))
/** A second descriptor of the same open file, close-on-exec. @throws {SystemError} */
export const duplicate = (fd: number): number => check('fcntl', c.fcntl(fd, F_DUPFD_CLOEXEC, 0))
/** Whether programs that we start, or become, have it too; as it is made here none has. @throws {SystemError} */
export const setInherited = (fd: number, isInherited: boolean): void =>
  void check('fcntl', c.fcntl(fd, F_SETFD, isInherited ? 0 : FD_CLOEXEC))
export const close = (fd: number): void => void c.close(fd)
/** `struct timex` of linux/timex.h with `modes` 0: nothing is set. @returns the state of the clock. @throws {SystemError} */
export const clockState = (): number => check('adjtimex', c.adjtimex(Buffer.alloc(TIMEX_BYTES)))
/** @returns 0: there is no such interface */
export const interfaceIndex = (name: string): number => c.if_nametoindex(name)

/**
 * Calls back whenever the descriptor has something to read; for those that Node cannot adopt. `close` before the
 * descriptor is closed. koffi has this without mentioning it in its manual.
 */
export function whenReadable(fd: number, onReadable: () => void): { close(): void } {
  return koffi.node.poll(fd, { readable: true }, onReadable)
}

/** The same for a connection that is being made: there, or refused. */
export function whenWritable(fd: number, onWritable: () => void): { close(): void } {
  return koffi.node.poll(fd, { writable: true }, onWritable)
}

/** `struct sockaddr_in`: family in host order, port and address in network order. */
export function socketAddress4(address: string, port: number): Uint8Array {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(AF.inet, 0)
  bytes.writeUInt16BE(port, 2)
  address.split('.').forEach((part, i) => bytes.writeUInt8(Number(part), 4 + i))
  return bytes
}

/**
 * `struct sockaddr_in6`, without a scope: link-local ones are reached by the device that the socket is bound to.
 * @param address 16 bytes
 */
export function socketAddress6(address: Uint8Array, port: number): Uint8Array {
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(AF.inet6, 0)
  bytes.writeUInt16BE(port, 2)
  bytes.set(address, 8)
  return bytes
}

/** `struct sockaddr_ll`, with everyone on the cable as the destination. */
export function packetAddress(protocol: number, interfaceIndex: number): Uint8Array {
  const bytes = Buffer.alloc(20)
  bytes.writeUInt16LE(AF.packet, 0)
  bytes.writeUInt16BE(protocol, 2)
  bytes.writeInt32LE(interfaceIndex, 4)
  bytes.writeUInt8(6, 11)
  bytes.fill(0xff, 12, 18)
  return bytes
}

/** `struct sockaddr_un`; a leading `@` stands for the abstract namespace. */
export function unixAddress(path: string): Uint8Array {
  const AF_UNIX = Buffer.from([1, 0])
  const name = Buffer.from(path)
  if (name[0] === '@'.charCodeAt(0)) name[0] = 0
  return Buffer.concat([AF_UNIX, name, ...(name[0] === 0 ? [] : [Buffer.alloc(1)])])
}

/** `NFT_CTX_OUTPUT_TERSE` of nftables/libnftables.h */
const NFT_OUTPUT_TERSE = 1 << 11

/** libnftables with one context; errors and listings come back as text instead of going to our own output. */
export interface NftLibrary {
  /**
   * Runs nft text as one transaction.
   * @param terse listings leave out the elements of sets and maps
   * @returns whether it was carried out, with what was printed either way
   */
  run(text: string, terse?: boolean): { ok: boolean; output: string; error: string }
  close(): void
}

/** @returns `undefined` where the library is not installed */
export function openNftLibrary(): NftLibrary | undefined {
  let nftables: ReturnType<typeof koffi.load>
  try {
    nftables = koffi.load('libnftables.so.1')
  } catch {
    return undefined
  }
  const contextNew = nftables.func('void *nft_ctx_new(uint32_t)')
  const contextFree = nftables.func('void nft_ctx_free(void *)')
  const bufferOutput = nftables.func('int nft_ctx_buffer_output(void *)')
  const bufferError = nftables.func('int nft_ctx_buffer_error(void *)')
  const runBuffer = nftables.func('int nft_run_cmd_from_buffer(void *, const char *)')
  const getOutput = nftables.func('const char *nft_ctx_get_output_buffer(void *)')
  const getError = nftables.func('const char *nft_ctx_get_error_buffer(void *)')
  const setOutputFlags = nftables.func('void nft_ctx_output_set_flags(void *, unsigned int)')
  const context: unknown = contextNew(0)
  bufferOutput(context)
  bufferError(context)
  let isOpen = true
  return {
    run(text, terse = false) {
      // A freed context is memory of somebody else: whoever asks late must not end the process.
      if (!isOpen) return { ok: false, output: '', error: 'libnftables was closed' }
      setOutputFlags(context, terse ? NFT_OUTPUT_TERSE : 0)
      const status = runBuffer(context, text) as number
      return { ok: status === 0, output: getOutput(context) as string, error: getError(context) as string }
    },
    close() {
      if (isOpen) contextFree(context)
      isOpen = false
    },
  }
}

function check(what: string, returned: number | bigint): number {
  if (returned < 0) throw new SystemError(what, koffi.errno())
  return Number(returned)
}

/** koffi carries errno over to the callback, as long as that is all it does first. */
const unhurried = (
  what: string,
  call: (done: (error: Error | null, returned: number) => void) => void,
): Promise<number> =>
  new Promise((resolve, reject) => {
    call((error, returned) => {
      try {
        if (error !== null) throw error
        resolve(check(what, returned))
      } catch (cause) {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as it was thrown
        reject(cause)
      }
    })
  })

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value | 0)
  return bytes
}
