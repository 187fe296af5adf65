/** What all CPUs of the machine did, whoever made them. */
import { readFileSync } from 'node:fs'

export interface CpuTime {
  readonly busyMs: number
  readonly idleMs: number
}

/** `USER_HZ`, which Linux shows to programs on every architecture of ours. */
export const TICKS_PER_SECOND = 100

/** Since the machine started. */
export function cpuTime(stat = readFileSync('/proc/stat', 'utf8')): CpuTime {
  const ticks = stat.slice(0, stat.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number)
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0] = ticks
  const ms = (sum: number): number => (sum * 1000) / TICKS_PER_SECOND
  return { busyMs: ms(user + nice + system + irq + softIrq), idleMs: ms(idle + ioWait) }
}

/** 0-1 of all CPUs between two looks. */
export function busyShare(before: CpuTime, after: CpuTime): number {
  const busyMs = after.busyMs - before.busyMs
  return busyMs / (busyMs + after.idleMs - before.idleMs)
}
