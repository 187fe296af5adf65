import type { MarkedConnections } from '../model/index.ts'
import { bogusMark, openBogusSender } from './bogus-packet.ts'
import { entriesOf } from './conntrack-entries.ts'
import { inTurns } from './in-turns.ts'
import { NearSide } from './near-side.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { OwnSockets } from './own-sockets.ts'
import type { ConnectionsOfLine, Endings, Stranded, Telling } from './port.ts'
import { tellAgain, tellAtOnce, type Waiting } from './tell-waiting.ts'

/** @throws {SystemError} */
export async function strandedConnections(of: MarkedConnections): Promise<Stranded[]> {
  return (await tcpConnections(of)).established
}

/** @throws {SystemError} */
export async function tellStranded(of: ConnectionsOfLine, how: Telling): Promise<Endings> {
  const { signal } = how
  const { established, connecting } = await tcpConnections(of)
  const own = await OwnSockets.look(of.family)
  const sender = openBogusSender(of.family, of.mark)
  try {
    own.chooseAttempts(connecting)
    const { waiting, nobodys } = await sortOut(of, established, own)
    const ownOnes = await own.endChosen(how)
    const told = await tellAtOnce(sender, waiting, signal)
    await tellAgain(sender, told, () => stillOpen(of, told), signal)
    return {
      ...ownOnes,
      told: told.length,
      left: ownOnes.left + nobodys + waiting.length - told.length,
    }
  } finally {
    sender.close()
    own.close()
  }
}

interface TcpConnections {
  readonly established: Stranded[]
  readonly connecting: Stranded[]
}

async function tcpConnections(of: MarkedConnections): Promise<TcpConnections> {
  const socket = new NetlinkSocket('netfilter')
  const found: TcpConnections = { established: [], connecting: [] }
  try {
    for await (const piece of entriesOf(socket, of))
      for (const entry of piece) {
        if (entry.isEstablished) found.established.push(entry.tuples)
        if (entry.isConnecting) found.connecting.push(entry.tuples)
      }
    return found
  } finally {
    socket.close()
  }
}

interface WaitingHere extends Waiting {
  readonly connection: Stranded
}

/** Chooses this box's own, and finds who of the others is behind this box: who began it, or whom it was sent on to. */
async function sortOut(
  of: ConnectionsOfLine,
  stranded: readonly Stranded[],
  own: OwnSockets,
): Promise<{ readonly waiting: readonly WaitingHere[]; readonly nobodys: number }> {
  const side = new NearSide(bogusMark(of.mark), of.dev)
  const waiting: WaitingHere[] = []
  let nobodys = 0
  try {
    for await (const turn of inTurns(stranded, LOOKED_UP_AT_A_TIME))
      for (const connection of turn) {
        const { original, reply } = connection
        if (own.choose(original.from, original.to) || own.choose(reply.from, reply.to)) continue
        const [near, far] =
          side.of(original.from.address) === 'inside' ? [original.from, original.to] : [reply.from, reply.to]
        if (side.of(near.address) === 'inside') waiting.push({ near, far, connection })
        else nobodys++
      }
    return { waiting, nobodys }
  } finally {
    side.close()
  }
}

/** A kernel that does not note resets of its own making (6.18 does) has them all open still: they are told twice. */
async function stillOpen(
  of: MarkedConnections,
  told: readonly WaitingHere[],
): Promise<readonly WaitingHere[]> {
  const open = new Set((await strandedConnections(of)).map(nameOf))
  return told.filter(({ connection }) => open.has(nameOf(connection)))
}

const nameOf = ({ original: { from, to } }: Stranded): string =>
  `${from.address}:${from.port} ${to.address}:${to.port}`

const LOOKED_UP_AT_A_TIME = 64
