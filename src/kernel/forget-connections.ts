import {
  containsAddress,
  type Ended,
  type Family,
  type MarkedConnections,
  type Prefix,
} from '../model/index.ts'
import { entriesOf, type Entry } from './conntrack-entries.ts'
import { EntryEraser } from './entry-eraser.ts'
import * as libc from './ffi.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { OwnSockets } from './own-sockets.ts'
import type { End, Forgettable, Stranded, Telling } from './port.ts'

/**
 * Entries are listed and deleted singly, many at a time. One order that names mark and status would do it in one walk,
 * but an older kernel does not know the status there and takes all of the line; and such a walk may wait for those of
 * other namespaces (3 s were seen).
 * @throws {libc.SystemError}
 */
export async function forgetConnections(
  of: MarkedConnections,
  which: Forgettable,
  { own }: Pick<Telling, 'own'>,
): Promise<number> {
  const isMeant = MEANT[which]
  const connecting: Stranded[] = []
  const [reader, eraser] = [new NetlinkSocket('netfilter'), new EntryEraser()]
  let forgotten = 0
  try {
    for await (const piece of entriesOf(reader, of, which === 'unanswered' ? which : 'all')) {
      const meant = piece.filter(isMeant)
      if (own) connecting.push(...meant.filter((entry) => entry.isConnecting).map(({ tuples }) => tuples))
      forgotten += await eraser.erase(meant.map((entry) => entry.deleteRequest()))
    }
    if (connecting.length > 0) await endOwnAttempts(of.family, connecting)
    return forgotten
  } finally {
    reader.close()
    eraser.close()
  }
}

/**
 * Entries in which this box carries a tunnel, whoever began. TCP stays: from another address its other end would not
 * know it.
 * @throws {libc.SystemError}
 */
export async function forgetTunnel(
  of: MarkedConnections,
  { sign, own }: NonNullable<Ended['tunnel']>,
): Promise<void> {
  const isMeant = ({ near, far, protocol }: { near: End; far: End; protocol: number | undefined }): boolean =>
    own.includes(near.address) &&
    protocol !== libc.IPPROTO.tcp &&
    ('to' in sign ? far.address === sign.to : protocol === libc.IPPROTO.udp && near.port === sign.fromUdpPort)
  await forgetThose(of, ({ protocol, tuples }) => {
    const { from, to } = tuples.original
    return isMeant({ near: from, far: to, protocol }) || isMeant({ near: to, far: from, protocol })
  })
}

/**
 * Entries of whoever has an address of this prefix, or is seen outside with one.
 * @throws {libc.SystemError}
 */
export const forgetWithin = (of: MarkedConnections, prefix: Prefix): Promise<void> =>
  forgetThose(
    of,
    ({ tuples: { original, reply } }) =>
      containsAddress(prefix, original.from.address) || containsAddress(prefix, reply.to.address),
  )

async function forgetThose(of: MarkedConnections, isMeant: (entry: Entry) => boolean): Promise<void> {
  const [reader, eraser] = [new NetlinkSocket('netfilter'), new EntryEraser()]
  try {
    for await (const piece of entriesOf(reader, of))
      await eraser.erase(piece.filter(isMeant).map((entry) => entry.deleteRequest()))
  } finally {
    reader.close()
    eraser.close()
  }
}

async function endOwnAttempts(family: Family, connecting: readonly Stranded[]): Promise<void> {
  const sockets = await OwnSockets.look(family)
  try {
    sockets.chooseAttempts(connecting)
    await sockets.endChosen({ own: true })
  } finally {
    sockets.close()
  }
}

const MEANT: Readonly<Record<Forgettable, (entry: Entry) => boolean>> = {
  unanswered: (entry) => !entry.hasSeenReply,
  services: (entry) => entry.protocol !== libc.IPPROTO.tcp && !isCall(entry),
  fleeting: (entry) => entry.protocol !== libc.IPPROTO.tcp,
}

/**
 * Calls and games have no ports of their own, and take high ones; WireGuard does too, and can wait as well. The few
 * below are those by which calls go through relays (3478-3481, STUN and TURN of RFC 8489) and Zoom's (8801-8810).
 */
function isCall(entry: Entry): boolean {
  if (entry.protocol !== libc.IPPROTO.udp || !entry.hasSeenReply) return false
  const { port } = entry.tuples.original.to
  return port >= 10_000 || (port >= 3478 && port <= 3481) || (port >= 8801 && port <= 8810)
}
