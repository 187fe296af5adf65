import { PROBE_PORTS, WITNESSES } from '../model/index.ts'
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

export function nameFinder(socket: DnsSocket): NameFinder {
  const found = new Map<string, { readonly address: string; readonly atMs: number }>()
  return {
    known(name) {
      const entry = found.get(name)
      return entry !== undefined && performance.now() - entry.atMs < KNOWN_FOR_MS ? entry.address : undefined
    },
    find(name, then) {
      const giveUps: (() => void)[] = []
      const giveUp = (): void => giveUps.forEach((end) => end())
      let mayKnow = WITNESSES.length
      const settle = (outcome: { readonly address?: string }): void => {
        giveUp()
        then(outcome)
      }
      for (const { address: witness } of WITNESSES) {
        const asked = socket.ask(
          { address: witness, port: PROBE_PORTS.dns },
          name,
          ({ addresses: [address] }) => {
            mayKnow -= 1
            if (address !== undefined) {
              found.set(name, { address, atMs: performance.now() })
              settle({ address })
            } else if (mayKnow === 0) settle({})
          },
        )
        if (asked !== undefined) giveUps.push(asked)
      }
      if (giveUps.length === 0) setImmediate(then, {}) // it is no name
      return giveUp
    },
    forget: (name) => void found.delete(name),
  }
}

const KNOWN_FOR_MS = 300_000
