import { fail, ok, type KernelError, type Mark, type Result } from '../model/index.ts'
import { attribute, messagesIn } from './netlink.ts'
import { runOnce } from './run-once.ts'

/**
 * Counts the open entries of connection tracking by their mark: one netlink dump, read for nothing but the mark
 * (CTA_MARK, linux/netfilter/nfnetlink_conntrack.h).
 * @returns how many entries have each value under `mask`; `undefined` without FFI or without the right to look
 */
export async function openConnections(mask: Mark): Promise<ReadonlyMap<number, number> | undefined> {
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return undefined
  const { AF, SOCK } = ffi
  let fd: number | undefined
  try {
    fd = ffi.socket(AF.netlink, SOCK.raw, NETLINK_NETFILTER)
    ffi.setSocketOption(fd, ffi.SOL_SOCKET, ffi.SO.rcvbuf, RECEIVE_BUFFER_BYTES)
    ffi.send(fd, dumpRequest())
    const counts = new Map<number, number>()
    const buffer = Buffer.alloc(RECEIVE_BUFFER_BYTES)
    for (;;) {
      const heard = countMarks(buffer.subarray(0, ffi.receive(fd, buffer)), mask, counts)
      if (heard === 'refused') return undefined
      if (heard === 'done') return counts
      // A table of 100,000 entries comes in a thousand pieces; events must not wait for all of them.
      await new Promise(setImmediate)
    }
  } catch (cause) {
    if (cause instanceof ffi.SystemError) return undefined
    throw cause
  } finally {
    if (fd !== undefined) ffi.close(fd)
  }
}

/**
 * Deletes the entries that carry a mark, in one netlink message: 13 ms for 20,000 of them, where the `conntrack`
 * command walks and deletes one by one. It may also take seconds, while a namespace with many entries is torn down,
 * so it is not the event loop that waits. Without FFI the command has to do it.
 */
export async function endConnections(mark: Mark, mask: Mark): Promise<Result<void, KernelError>> {
  const what = `conntrack -D -m 0x${mark.toString(16)}/0x${mask.toString(16)}`
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return spawnConntrack(what)
  let fd: number | undefined
  try {
    fd = ffi.socket(ffi.AF.netlink, ffi.SOCK.raw, NETLINK_NETFILTER)
    await ffi.sendUnhurried(fd, deleteRequest(mark, mask))
    const answer = Buffer.alloc(1024)
    ffi.receive(fd, answer)
    const errno = -answer.readInt32LE(HEADER_BYTES)
    return errno === 0 ? ok(undefined) : fail(refusal(what, errno))
  } catch (cause) {
    if (cause instanceof ffi.SystemError) return fail(refusal(what, cause.errno))
    throw cause
  } finally {
    if (fd !== undefined) ffi.close(fd)
  }
}

const EPERM = 1
export const refusal = (what: string, errno: number): KernelError =>
  errno === EPERM
    ? { code: 'not-permitted', what, said: 'Operation not permitted', needs: 'CAP_NET_ADMIN' }
    : { code: 'refused', what, said: `errno ${errno}` }

/** The command says "0 flow entries have been deleted" with exit code 1: nothing to do is done. */
async function spawnConntrack(what: string): Promise<Result<void, KernelError>> {
  const [command = '', ...argv] = what.split(' ')
  const { ok: isDone, error } = await runOnce(command, argv)
  return isDone || /\b0 flow entries/.test(error)
    ? ok(undefined)
    : fail({ code: 'refused', what, said: error.trim() })
}

const NETLINK_NETFILTER = 12
const RECEIVE_BUFFER_BYTES = 256 * 1024
/** `NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET` */
const GET_CONNTRACK = (1 << 8) | 1
/** `NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE`; without a tuple: all that the mark filter lets through */
const DELETE_CONNTRACK = (1 << 8) | 2
/** `NLM_F_REQUEST | NLM_F_ACK` */
const ORDER_FLAGS = 0x5
/** `NLM_F_REQUEST | NLM_F_DUMP` */
const DUMP_FLAGS = 0x301
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const CTA_MARK = 8
const CTA_MARK_MASK = 21
const ATTRIBUTE_BYTES = 8
const HEADER_BYTES = 16
/** `struct nfgenmsg` */
const FAMILY_HEADER_BYTES = 4

const dumpRequest = (): Buffer => request(GET_CONNTRACK, DUMP_FLAGS, 0)

function deleteRequest(mark: Mark, mask: Mark): Buffer {
  const bytes = request(DELETE_CONNTRACK, ORDER_FLAGS, 2 * ATTRIBUTE_BYTES)
  const attributes = bytes.subarray(HEADER_BYTES + FAMILY_HEADER_BYTES)
  for (const [i, [type, value]] of [[CTA_MARK, mark] as const, [CTA_MARK_MASK, mask] as const].entries()) {
    attributes.writeUInt16LE(ATTRIBUTE_BYTES, i * ATTRIBUTE_BYTES)
    attributes.writeUInt16LE(type, i * ATTRIBUTE_BYTES + 2)
    attributes.writeUInt32BE(value, i * ATTRIBUTE_BYTES + 4)
  }
  return bytes
}

/** A header, `struct nfgenmsg` for every family, and room for attributes. */
function request(type: number, flags: number, attributeBytes: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + FAMILY_HEADER_BYTES + attributeBytes)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(flags, 6)
  return bytes
}

function countMarks(bytes: Buffer, mask: Mark, counts: Map<number, number>): 'more' | 'done' | 'refused' {
  for (const { type, body } of messagesIn(bytes)) {
    if (type === NLMSG_DONE) return 'done'
    if (type === NLMSG_ERROR) return 'refused'
    const mark = attribute(body.subarray(FAMILY_HEADER_BYTES), CTA_MARK)?.readUInt32BE() ?? 0
    const value = (mark & mask) >>> 0
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return 'more'
}
