import { PROBE_PORTS, witnessAddresses, type Family } from '../model/index.ts'
import type { DnsSocket } from './dns-socket.ts'

/** Finds the address of a name by the line that is asked about: its own resolver may lie, and another's may differ. */
export interface NameFinder {
  /** @returns what was found in the last minutes */
  known(name: string): string | undefined
  /**
   * Asks every witness; the first address counts.
   * @param then not called as long as one of them is silent and none knows the name
   * @returns gives it up
   * @throws {libc.SystemError}
   */
  find(name: string, then: (found: { readonly address?: string }) => void): () => void
  /** What was found is no good any more. */
  forget(name: string): void
}

/** @param family both of the witnesses that are asked, and of what is found */
export function nameFinder(socket: DnsSocket, family: Family): NameFinder {
  const addresses = new Map<string, { readonly address: string; readonly atMs: number }>()
  return {
    known(name) {
      const entry = addresses.get(name)
      return entry !== undefined && performance.now() - entry.atMs < KNOWN_FOR_MS ? entry.address : undefined
    },
    find(name, then) {
      const open = new Set<() => void>()
      const giveUp = (): void => open.forEach((end) => end())
      const ask = (address: string): void => {
        const end = socket.ask(
          { address, port: PROBE_PORTS.dns },
          { name, family },
          ({ addresses: [found] }) => {
            end?.()
            if (end !== undefined) open.delete(end)
            if (found === undefined && open.size > 0) return // another one may know it
            giveUp()
            if (found === undefined) return then({})
            addresses.set(name, { address: found, atMs: performance.now() })
            then({ address: found })
          },
        )
        if (end !== undefined) open.add(end)
      }
      try {
        for (const address of witnessAddresses(family)) ask(address)
      } catch (cause) {
        giveUp()
        throw cause
      }
      if (open.size === 0) setImmediate(then, {}) // it is no name
      return giveUp
    },
    forget: (name) => void addresses.delete(name),
  }
}

const KNOWN_FOR_MS = 300_000
