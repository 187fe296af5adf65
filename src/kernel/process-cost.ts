import { readFile } from 'node:fs/promises'

/** What a process costs. */
export interface ProcessCost {
  readonly residentBytes: number
  /** Of one core, since it was started. */
  readonly cpuRatio: number
  readonly livesS: number
}

/** `USER_HZ`, the same on every machine that Linux runs on. */
const TICKS_A_SECOND = 100

/** @returns `undefined`: there is none, or it is not to be seen from here */
export async function processCost(pid: number): Promise<ProcessCost | undefined> {
  try {
    const [status, stat, uptime] = await Promise.all(
      [`/proc/${pid}/status`, `/proc/${pid}/stat`, '/proc/uptime'].map((file) => readFile(file, 'utf8')),
    )
    // proc(5): the name in parentheses may hold anything; behind it the third field comes first.
    const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ')
    const [user = 0, system = 0, begun = 0] = [11, 12, 19].map((at) => Number(fields[at]) / TICKS_A_SECOND)
    const livesS = Number((uptime ?? '').split(' ')[0]) - begun
    return {
      residentBytes: Number(/^VmRSS:\s*(\d+) kB/m.exec(status ?? '')?.[1] ?? '0') * 1024,
      livesS,
      cpuRatio: (user + system) / Math.max(1, livesS),
    }
  } catch {
    return undefined
  }
}
