import { bogusMark, openBogusSender } from './bogus-packet.ts'
import { entriesOf } from './conntrack-entries.ts'
import { ENOENT, IPPROTO } from './ffi.ts'
import { EntryEraser } from './entry-eraser.ts'
import { NearSide } from './near-side.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { OwnSockets } from './own-sockets.ts'
import type { ConnectionsOfLine, Endings, Telling } from './port.ts'
import { tellAgain, tellAtOnce, type Waiting } from './tell-waiting.ts'

/** @throws {SystemError} */
export async function endFlows(of: ConnectionsOfLine, how: Telling): Promise<Endings> {
  const { signal } = how
  const own = await OwnSockets.look(of.family)
  const sender = openBogusSender(of.family, of.mark)
  const [conntrack, eraser] = [new NetlinkSocket('netfilter'), new EntryEraser()]
  try {
    const { waiting, requests } = await begunInside(of, own)
    const ownOnes = await own.endChosen(how)
    // First the entries: what the hosts send in answer must find none.
    const forgotten = signal?.aborted === true ? 0 : await eraser.erase(requests)
    const told = await tellAtOnce(sender, waiting, signal)
    await tellAgain(sender, told, () => withoutEntry(conntrack, told), signal)
    return { ...ownOnes, told: forgotten }
  } finally {
    sender.close()
    own.close()
    conntrack.close()
    eraser.close()
  }
}

interface WaitingHere extends Waiting {
  /** Asks for the connection's entry. */
  readonly question: Buffer
}

async function begunInside(
  of: ConnectionsOfLine,
  own: OwnSockets,
): Promise<{ readonly waiting: readonly WaitingHere[]; readonly requests: readonly Buffer[] }> {
  const side = new NearSide(bogusMark(of.mark), of.dev)
  const conntrack = new NetlinkSocket('netfilter')
  const waiting: WaitingHere[] = []
  const requests: Buffer[] = []
  try {
    for await (const piece of entriesOf(conntrack, of))
      for (const entry of piece) {
        const { original } = entry.tuples
        if (own.choose(original.from, original.to)) continue
        const began = side.of(original.from.address)
        if (began === 'outside' || (began === 'own' && entry.protocol === IPPROTO.tcp)) continue
        requests.push(entry.deleteRequest())
        if (entry.isEstablished)
          waiting.push({ near: original.from, far: original.to, question: entry.question() })
      }
    return { waiting, requests }
  } finally {
    side.close()
    conntrack.close()
  }
}

/** Whoever sent something has an entry again, on another line. */
async function withoutEntry(
  conntrack: NetlinkSocket,
  told: readonly WaitingHere[],
): Promise<readonly WaitingHere[]> {
  const errnos = await conntrack.orders(told.map(({ question }) => question))
  return told.filter((_, i) => errnos[i] === ENOENT)
}
