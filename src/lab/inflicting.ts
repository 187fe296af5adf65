/** What is wrong with the lines just now: keeps count of the faults, and mends each by itself. */
import { FAULTS } from './fault.ts'
import type { Fault, FaultKind } from './fault.ts'
import { play } from './playing.ts'
import type { Ground, Played } from './playing.ts'
import type { LabLine } from './topology.ts'

export interface Inflicted extends AsyncDisposable {
  readonly line: string
  readonly fault: Fault
  /** As disposing does. Nothing happens the second time. */
  mend(): Promise<void>
}

export interface Inflictions {
  /** @throws {CannotPlay} @throws {Error} when it is there already and a second time would mean nothing */
  inflict(line: LabLine, fault: Fault): Promise<Inflicted>
  /** The oldest first. */
  on(line: LabLine): readonly Inflicted[]
  /** The lab goes, and with it all that is wrong: nothing is put back. */
  abandon(): void
}

interface Entry extends Inflicted {
  readonly played: Played
}

export function openInflictions(ground: Omit<Ground, 'hasDevice'>): Inflictions {
  const entries = new Map<string, Set<Entry>>()
  const of = (line: LabLine): Set<Entry> => {
    const known = entries.get(line.name) ?? new Set()
    entries.set(line.name, known)
    return known
  }
  const hasDevice = (line: LabLine): boolean => !has(of(line), 'device-removed')

  return {
    async inflict(line, fault) {
      const those = of(line)
      if (FAULTS[fault.kind].onlyOnce && has(those, fault.kind))
        throw new Error(`${line.name} has the fault "${fault.kind}" already; restore mends it`)
      const played = await play({ ...ground, hasDevice }, line, fault)
      const mend = async (): Promise<void> => {
        if (!those.delete(entry)) return
        played.stop?.()
        await played.undo()
        if (fault.kind === 'device-removed') for (const other of those) await other.played.again?.()
      }
      const entry: Entry = { line: line.name, fault, played, mend, [Symbol.asyncDispose]: mend }
      those.add(entry)
      return entry
    },
    on: (line) => [...of(line)],
    abandon() {
      for (const those of entries.values()) for (const { played } of those) played.stop?.()
      entries.clear()
    },
  }
}

const has = (those: Iterable<Inflicted>, kind: FaultKind): boolean =>
  Array.from(those).some(({ fault }) => fault.kind === kind)
