/** `npm run bench:api [-- --json] [PART…]`; docs/performance.md says what each figure means. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startBusyClients } from '../src/lab/busy-clients.ts'
import { TICKS_PER_SECOND } from './cpu-time.ts'
import { memoryOf, ticksOf } from './daemon-size.ts'
import type { Figure, Group } from './figure.ts'
import { MANY_GUESTS, MIXED, PER_SECOND, STREAMS, TRACE } from './api-questions.ts'
import { startGuests } from './load/worker.ts'
import type { GuestsWish } from './load/worker.ts'
import { ourRouter } from './routers.ts'
import { runBench } from './run-bench.ts'
import { median, percentile95 } from './statistics.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 20)
/** What runs often is compiled in the first seconds. */
const SETTLED_MS = 10_000

const PARTS: Readonly<
  Record<string, { readonly title: string; readonly wish: GuestsWish; readonly atMost?: number }>
> = {
  nobody: { title: 'Nobody asks', wish: { streams: 0, perSecond: 0, paths: [] }, atMost: 1 },
  streams: { title: `${STREAMS} streams of events`, wish: { streams: STREAMS, perSecond: 0, paths: [] } },
  status: {
    title: `${STREAMS} streams of events, and ${PER_SECOND} times a second how things are`,
    wish: { streams: STREAMS, perSecond: PER_SECOND, paths: ['/v1/status'] },
    atMost: 5,
  },
  mixed: {
    title: `${STREAMS} streams of events, and ${PER_SECOND} questions of every kind a second`,
    wish: MANY_GUESTS,
    atMost: 5,
  },
  ...Object.fromEntries(
    [...new Set(MIXED), TRACE].map((path) => [
      path,
      {
        title: `${PER_SECOND} times a second ${path}`,
        wish: { streams: 0, perSecond: PER_SECOND, paths: [path] },
      },
    ]),
  ),
}

await runBench(
  'bench:api',
  Object.fromEntries(Object.entries(PARTS).map(([name, part]) => [name, () => measure(part)])),
)

async function measure({ title, wish, atMost }: (typeof PARTS)[string]): Promise<Group> {
  await using router = await ourRouter([3, 1], 'connection')
  const { pid, paths } = router.daemon
  using _ = startBusyClients(router.lab)
  using guests = await startGuests(paths.socket, wish)
  await sleep(SETTLED_MS)
  const before = ticksOf(pid)
  await sleep(SECONDS * 1000)
  const ticks = ticksOf(pid) - before
  const { tookMs, failed, frames, bytes } = await guests.leave()
  const cpu: Figure = {
    what: 'CPU of the daemon',
    value: (ticks * 100) / (SECONDS * TICKS_PER_SECOND),
    unit: '%',
    ...(atMost !== undefined && { wish: { atMost } }),
    note: `of one core, ${SECONDS} s, beside some 40 new connections a second`,
  }
  const figures = [cpu]
  if (tookMs.length > 0)
    figures.push(
      { what: 'an answer, median', value: median(tookMs), unit: 'ms', note: `${tookMs.length} answers` },
      { what: 'an answer, p95', value: percentile95(tookMs), unit: 'ms' },
      { what: 'an answer, slowest', value: Math.max(...tookMs), unit: 'ms' },
      { what: 'questions without an answer', value: failed, unit: '', wish: { atMost: 0 } },
    )
  if (wish.streams > 0)
    figures.push({
      what: 'sent on each stream',
      value: frames / wish.streams / (SECONDS + SETTLED_MS / 1000),
      unit: '/s',
      note: `${Math.round(bytes / 1e3)} kB in all`,
    })
  figures.push({
    what: 'memory with the pages of Node (RSS)',
    value: memoryOf(pid).resident,
    unit: 'MB',
    wish: { atMost: 120 },
  })
  return { title, figures }
}
