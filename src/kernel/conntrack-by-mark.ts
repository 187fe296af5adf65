import { mark, type Mark, type MarkedConnections } from '../model/index.ts'
import { deleteAllRequest, entriesOf, everyEntry } from './conntrack-entries.ts'
import { SystemError } from './ffi.ts'
import { EntryEraser } from './entry-eraser.ts'
import { NetlinkSocket } from './netlink-socket.ts'

/** @returns how many entries have each value under `mask`. @throws {SystemError} */
export async function countEntries(mask: Mark): Promise<Map<number, number>> {
  const socket = new NetlinkSocket('netfilter')
  const counts = new Map<number, number>()
  try {
    for await (const piece of everyEntry(socket))
      for (const entry of piece) {
        const value = mark(entry.mark & mask)
        counts.set(value, (counts.get(value) ?? 0) + 1)
      }
    return counts
  } finally {
    socket.close()
  }
}

/**
 * All in one message: 13 ms for 20,000 of them, where the `conntrack` command walks and deletes one by one. It may
 * also take seconds, while a namespace with many entries is torn down.
 * @throws {SystemError}
 */
export async function deleteEntriesOf(of: MarkedConnections): Promise<void> {
  const socket = new NetlinkSocket('netfilter')
  try {
    const [errno = 0] = await socket.orders([deleteAllRequest(of)])
    if (errno !== 0) throw new SystemError('delete', errno)
    await deleteOffloaded(of)
  } finally {
    socket.close()
  }
}

/** The kernel passed over those that a flowtable still has, even one that was just replaced. */
async function deleteOffloaded(of: MarkedConnections): Promise<void> {
  const [reader, eraser] = [new NetlinkSocket('netfilter'), new EntryEraser()]
  try {
    for await (const piece of entriesOf(reader, of))
      await eraser.erase(piece.filter(({ isOffloaded }) => isOffloaded).map((entry) => entry.deleteRequest()))
  } finally {
    reader.close()
    eraser.close()
  }
}
