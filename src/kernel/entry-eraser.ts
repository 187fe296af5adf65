import { setTimeout } from 'node:timers/promises'
import * as libc from './ffi.ts'
import { NetlinkSocket } from './netlink-socket.ts'

/**
 * Deletes entries of connection tracking. What a flowtable has nobody can delete: one of ours that was replaced lets go
 * of it a moment later, so that is tried again; one of others does not, so it is not tried for long.
 */
export class EntryEraser {
  readonly #socket: NetlinkSocket
  #triesLeft = LET_GO_TRIES

  /** @throws {libc.SystemError} */
  constructor() {
    this.#socket = new NetlinkSocket('netfilter')
  }

  /**
   * @param requests of entries
   * @returns how many were there
   * @throws {libc.SystemError}
   */
  async erase(requests: readonly Buffer[]): Promise<number> {
    const errnos = await this.#socket.orders(requests)
    // ENOENT: gone by itself.
    const refused = errnos.find((errno) => errno === libc.EPERM)
    if (refused !== undefined) throw new libc.SystemError('delete', refused)
    const deleted = errnos.filter((errno) => errno === 0).length
    const held = requests.filter((_, i) => errnos[i] === libc.EBUSY)
    if (held.length === 0 || this.#triesLeft === 0) return deleted
    this.#triesLeft--
    await setTimeout(LET_GO_MS)
    return deleted + (await this.erase(held))
  }

  close(): void {
    this.#socket.close()
  }
}

const LET_GO_TRIES = 10
const LET_GO_MS = 20
