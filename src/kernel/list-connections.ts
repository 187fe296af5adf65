import { everyEntry, type Entry } from './conntrack-entries.ts'
import * as libc from './ffi.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import type { OpenConnection } from './port.ts'

/**
 * All entries of connection tracking, piece by piece, so that nobody waits for the end of a long list.
 * @throws {libc.SystemError}
 */
export async function listConnections(visit: (piece: readonly OpenConnection[]) => void): Promise<void> {
  const socket = new NetlinkSocket('netfilter')
  try {
    for await (const piece of everyEntry(socket)) visit(piece.map(connectionOf))
  } finally {
    socket.close()
  }
}

/** What a visitor does not ask for is not read: most are passed over for their mark. */
const connectionOf = (entry: Entry): OpenConnection => ({
  mark: entry.mark,
  get id() {
    return entry.id
  },
  get family() {
    return entry.family
  },
  get protocol() {
    return protocolName(entry.protocol)
  },
  get state() {
    return stateOf(entry)
  },
  get ends() {
    return entry.tuples
  },
  get bytes() {
    return entry.bytes
  },
})

function stateOf(entry: Entry): OpenConnection['state'] {
  if (entry.protocol !== libc.IPPROTO.tcp) return entry.hasSeenReply ? 'open' : 'unanswered'
  if (entry.isConnecting) return 'connecting'
  return entry.isFullyOpen ? 'open' : 'closing'
}

const protocolName = (number: number | undefined): string =>
  PROTOCOLS.get(number ?? 0) ?? `protocol ${number ?? 0}`

/** IANA's protocol numbers, those that connection tracking tells apart. */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [47, 'gre'],
  [50, 'esp'],
  [58, 'icmp'],
  [132, 'sctp'],
  [136, 'udplite'],
])
