import { isLastResort, knownOf, type Drain, type LineFacts, type Memory } from '../plan/index.ts'

/** Would nobody be left for new connections if this line took none? */
export function isOnlyOneUsed(lines: readonly LineFacts[], name: string): boolean {
  const used = lines.filter((line) => line.eligible && !isLastResort(line))
  return used.length === 1 && used[0]?.config.name === name
}

/** Asked again, the wish is as old as it was. */
export function withDrain(memory: Memory, name: string, { sinceMs, force }: Drain): Memory {
  const since = knownOf(memory.drains, name)?.sinceMs ?? sinceMs
  return { ...memory, drains: { ...memory.drains, [name]: { sinceMs: since, force } } }
}

export function withoutDrain(memory: Memory, name: string): Memory {
  return drainsOnly(memory, (drained) => drained !== name)
}

/** A line that is no longer in the file and comes back one day is a new line. */
export function withoutStrangers(memory: Memory, names: readonly string[]): Memory {
  return drainsOnly(memory, (drained) => names.includes(drained))
}

const drainsOnly = (memory: Memory, keeps: (name: string) => boolean): Memory => ({
  ...memory,
  drains: Object.fromEntries(Object.entries(memory.drains).filter(([name]) => keeps(name))),
})
