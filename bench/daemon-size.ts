/** What the daemon takes of the box: memory when it is fresh and when it has worked, and CPU while nothing happens. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { TICKS_PER_SECOND } from './cpu-time.ts'
import { watchReactions } from './daemon-times.ts'
import type { Figure, Group } from './figure.ts'
import { ourRouter } from './routers.ts'
import type { OurRouter } from './routers.ts'

const IDLE_SECONDS = 30
const WORKS = 20
const CUTS = 11

export async function measureDaemonSize(): Promise<Group> {
  await using router = await ourRouter([3, 1], 'pair')
  const { pid } = router.daemon
  const fresh = memoryOf(pid)
  const idlePercent = await idleShare(pid)
  await work(router)
  const worked = memoryOf(pid)
  return {
    title: 'What the daemon takes',
    figures: [
      megabytes('its own memory (anonymous), fresh', fresh.anonymous, 50),
      megabytes('its own memory, after work', worked.anonymous, 50),
      megabytes('memory with the pages of Node (RSS), fresh', fresh.resident, 120),
      megabytes('memory with the pages of Node, after work', worked.resident, 120),
      {
        what: 'CPU while nothing happens',
        value: idlePercent,
        unit: '%',
        wish: { atMost: 1 },
        note: `of one core, ${IDLE_SECONDS} s, the programs it runs included`,
      },
    ],
  }
}

const megabytes = (what: string, value: number, atMost: number): Figure => ({
  what,
  value,
  unit: 'MB',
  wish: { atMost },
})

/** Of everything something: files applied, questions, connections, cables. */
async function work(router: OurRouter): Promise<void> {
  for (let i = 0; i < WORKS; i++) {
    await router.apply([1 + (i % 5), 1], 'pair')
    await router.command('status')
  }
  await router.lab.load({ connections: 1000 })
  const watch = await watchReactions(router)
  await watch.measure(CUTS)
  watch.stop()
}

/** In units of 1,000,000 bytes. */
export function memoryOf(pid: number): { resident: number; anonymous: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const row = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024) / 1e6
  return { resident: row('Rss'), anonymous: row('Anonymous') }
}

async function idleShare(pid: number): Promise<number> {
  const before = ticksOf(pid)
  await sleep(IDLE_SECONDS * 1000)
  return ((ticksOf(pid) - before) * 100) / (IDLE_SECONDS * TICKS_PER_SECOND)
}

/** Of the process and of the children that it has (proc(5), `utime` and `stime`, after the name in brackets). */
export function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return children.reduce(
    (sum, child) => sum + ticksOf(Number(child)),
    Number(fields[11]) + Number(fields[12]),
  )
}
