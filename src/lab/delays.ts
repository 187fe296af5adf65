/** The delay of every line: its own, and what was added to it. */
import { SystemError } from '../kernel/ffi.ts'
import type { Namespace } from './namespace.ts'
import { CannotPlay } from './cannot-play.ts'
import { startRelay } from './relay.ts'
import type { Relay } from './relay.ts'
import { INTERNET, PROVIDER_DEVICES } from './topology.ts'
import type { LabLine } from './topology.ts'

export interface Delays {
  /** @param addedMs to the line's own, each way. Where that makes none, there is no relay. @throws {CannotPlay} */
  set(line: LabLine, addedMs: number): Promise<void>
  /** When the lab goes. */
  abandon(): void
}

export function openDelays(host: (name: string) => Namespace): Delays {
  const relays = new Map<string, Relay>()

  async function start(line: LabLine, delayMs: number): Promise<Relay> {
    try {
      return await startRelay(
        [
          { host: host(line.host), device: PROVIDER_DEVICES.uplink },
          { host: host(INTERNET), device: line.uplink.internetDevice },
        ],
        delayMs,
      )
    } catch (cause) {
      if (cause instanceof SystemError) throw new CannotPlay(`packet sockets do not work (${cause.message})`)
      throw cause
    }
  }

  return {
    async set(line, addedMs) {
      const delayMs = line.delayMs + addedMs
      const relay = relays.get(line.name)
      if (delayMs > 0 && relay) relay.delay(delayMs)
      else if (delayMs > 0) relays.set(line.name, await start(line, delayMs))
      else {
        relays.delete(line.name)
        await relay?.finish()
      }
    },
    abandon() {
      for (const relay of relays.values()) relay.abandon()
      relays.clear()
    },
  }
}
