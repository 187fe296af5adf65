import { bytes, monthAt, type LineConfig, type Month } from '../model/index.ts'
import type { Journal } from './journal.ts'

/** What went through a line since its month began. */
export interface Volume {
  readonly usedBytes: number
  readonly quotaBytes?: number
  readonly month: Month
}

export interface VolumeWatchOptions {
  /** What is remembered of a line in a month; `undefined`: nothing is. */
  readonly usedBytes: (line: string, month: Month) => Promise<number | undefined>
  /** What an interface has carried since it is there, as it was counted last. */
  readonly carriedBytes: (dev: string) => number
  /** What was told of the quota of a line since then, in this run and earlier ones. */
  readonly told: (line: string, sinceMs: number) => Promise<readonly string[]>
  readonly journal: Pick<Journal, 'add'>
}

type WatchedLine = Pick<LineConfig, 'name' | 'interface' | 'billingDay' | 'quotaBytes'>

/** What was remembered of a line at the last look, and what its interface had carried by then. */
interface Remembered {
  readonly usedBytes: number
  readonly month: Month
  readonly interface: string
  readonly carriedBytes: number
}

/** What went through since is known without a look. */
const LOOK_EVERY_MS = 60_000

/** A quarter is left, next to nothing is, nothing is. */
const STEPS_PERCENT = [75, 95, 100] as const

const DAY_MS = 86_400_000

/** How much of its month each line has used, told when little of what is paid for is left. */
export class VolumeWatch {
  readonly #options: VolumeWatchOptions
  /** By line. */
  #remembered: ReadonlyMap<string, Remembered> = new Map()
  #lookedAtMs = -Infinity
  #lookedFor = ''
  /** The last step of each line, by line, month and quota. */
  readonly #told = new Map<string, number>()

  constructor(options: VolumeWatchOptions) {
    this.#options = options
  }

  /** By line, with quota and month as they are wished now; those of which something is remembered. */
  volumes(lines: readonly WatchedLine[], wallMs: number): ReadonlyMap<string, Volume> {
    return new Map(
      lines.flatMap(({ name, interface: dev, billingDay, quotaBytes }) => {
        const known = this.#remembered.get(name)
        const month = monthAt(wallMs, billingDay)
        if (known?.month.fromMs !== month.fromMs) return []
        const carried = this.#options.carriedBytes(dev) - known.carriedBytes
        // Counters of another interface, or of one that was made anew, say nothing of the time since.
        const since = known.interface === dev ? Math.max(0, carried) : 0
        const usedBytes = known.usedBytes + since
        return [[name, { usedBytes, month, ...(quotaBytes !== undefined && { quotaBytes }) }]]
      }),
    )
  }

  /** @param wallMs that month it is in. @param nowMs by the monotonic clock */
  async look(
    lines: readonly WatchedLine[],
    { wallMs, nowMs }: { readonly wallMs: number; readonly nowMs: number },
    isDue = false,
  ): Promise<void> {
    const wanted = lines.map((line) => ({ ...line, month: monthAt(wallMs, line.billingDay) }))
    const lookFor = wanted
      .map(({ name, month, quotaBytes }) => [name, month.fromMs, quotaBytes].join(' '))
      .join()
    if (!isDue && lookFor === this.#lookedFor && nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = nowMs
    this.#lookedFor = lookFor
    const remembered = new Map<string, Remembered>()
    for (const { name, interface: dev, month, quotaBytes } of wanted) {
      const carriedBytes = this.#options.carriedBytes(dev)
      const usedBytes = await this.#options.usedBytes(name, month)
      if (usedBytes === undefined) continue
      remembered.set(name, { usedBytes, month, interface: dev, carriedBytes })
      await this.#tell(name, { usedBytes, month, ...(quotaBytes !== undefined && { quotaBytes }) }, wallMs)
    }
    this.#remembered = remembered
  }

  async #tell(line: string, { usedBytes, quotaBytes, month }: Volume, wallMs: number): Promise<void> {
    if (quotaBytes === undefined) return
    const reached = STEPS_PERCENT.findLast((step) => usedBytes * 100 >= quotaBytes * step)
    if (reached === undefined) return
    const key = `${line} ${month.name} ${quotaBytes}`
    const before = this.#told.get(key) ?? (await this.#toldBefore(line, quotaBytes, month))
    this.#told.set(key, Math.max(before, reached))
    if (before >= reached) return
    const text = quotaText(reached, { usedBytes, quotaBytes, month }, wallMs)
    this.#options.journal.add({ kind: 'quota', line, text })
  }

  /** By the text, which is what outlives a restart. Another quota is another matter. */
  async #toldBefore(line: string, quotaBytes: number, month: Month): Promise<number> {
    const told = await this.#options.told(line, month.fromMs)
    const step = STEPS_PERCENT.findLast((percent) =>
      told.some((text) => text.startsWith(startOf(percent, quotaBytes))),
    )
    return step ?? 0
  }
}

const startOf = (percent: number, quotaBytes: number): string => `${percent} % of ${bytes(quotaBytes)} `

/** `75 % of 50 GB is used on day 12 of 30; at this pace all of it on day 16` */
export function quotaText(
  percent: number,
  { usedBytes, quotaBytes, month }: Volume & { readonly quotaBytes: number },
  wallMs: number,
): string {
  const days = Math.round((month.toMs - month.fromMs) / DAY_MS)
  const day = 1 + Math.floor((wallMs - month.fromMs) / DAY_MS)
  const used = `${startOf(percent, quotaBytes)}is used on day ${day} of ${days}`
  if (usedBytes >= quotaBytes) return used
  const endsMs = month.fromMs + ((wallMs - month.fromMs) * quotaBytes) / usedBytes
  return endsMs >= month.toMs
    ? `${used}; at this pace it lasts`
    : `${used}; at this pace it ends on day ${1 + Math.floor((endsMs - month.fromMs) / DAY_MS)}`
}
