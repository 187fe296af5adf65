import * as libc from '../src/kernel/ffi.ts'
import { inNamespace } from '../src/lab/index.ts'
import type { Namespace } from '../src/lab/index.ts'

/**
 * Empties a router's connection tracking, so that no round finds what an earlier one left (they share one hash table
 * and one limit). As `conntrack -F` does: one netlink message.
 * @throws {Error} when the kernel refuses
 */
export function forgetConnections(router: Namespace): void {
  inNamespace(router, () => {
    const fd = libc.socket(libc.AF.netlink, libc.SOCK.raw, NETLINK_NETFILTER)
    try {
      libc.send(fd, flushRequest())
      const answer = Buffer.alloc(1024)
      libc.receive(fd, answer)
      const error = answer.readInt32LE(HEADER_BYTES)
      if (error !== 0) throw new Error(`connection tracking cannot be emptied: errno ${-error}`)
    } finally {
      libc.close(fd)
    }
  })
}

const NETLINK_NETFILTER = 12
/** `NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE`, which without a tuple deletes all */
const DELETE_CONNTRACK = (1 << 8) | 2
/** `NLM_F_REQUEST | NLM_F_ACK` */
const FLAGS = 0x5
const HEADER_BYTES = 16
/** `struct nfgenmsg` */
const FAMILY_HEADER_BYTES = 4

function flushRequest(): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES + FAMILY_HEADER_BYTES)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(DELETE_CONNTRACK, 4)
  bytes.writeUInt16LE(FLAGS, 6)
  return bytes
}
