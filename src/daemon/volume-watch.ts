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
  /** What was told of the quota of a line since then, in this run and earlier ones. */
  readonly told: (line: string, sinceMs: number) => Promise<readonly string[]>
  readonly journal: Pick<Journal, 'add'>
}

type WatchedLine = Pick<LineConfig, 'name' | 'billingDay' | 'quotaBytes'>

/** Sums of a month change slowly. */
const LOOK_EVERY_MS = 60_000

/** A quarter is left, next to nothing is, nothing is. */
const STEPS_PERCENT = [75, 95, 100] as const

const DAY_MS = 86_400_000

/** How much of its month each line has used, told when little of what is paid for is left. */
export class VolumeWatch {
  readonly #options: VolumeWatchOptions
  #volumes: ReadonlyMap<string, Volume> = new Map()
  #lookedAtMs = -Infinity
  /** The last step of each line, by line, month and quota. */
  readonly #told = new Map<string, number>()

  constructor(options: VolumeWatchOptions) {
    this.#options = options
  }

  /** By line; those of which something is remembered. */
  get volumes(): ReadonlyMap<string, Volume> {
    return this.#volumes
  }

  /** @param wallMs that month it is in. @param nowMs by the monotonic clock */
  async look(
    lines: readonly WatchedLine[],
    { wallMs, nowMs }: { readonly wallMs: number; readonly nowMs: number },
    isDue = false,
  ): Promise<void> {
    if (!isDue && nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = nowMs
    const volumes = new Map<string, Volume>()
    for (const { name, billingDay, quotaBytes } of lines) {
      const month = monthAt(wallMs, billingDay)
      const usedBytes = await this.#options.usedBytes(name, month)
      if (usedBytes === undefined) continue
      const volume = { usedBytes, month, ...(quotaBytes !== undefined && { quotaBytes }) }
      volumes.set(name, volume)
      await this.#tell(name, volume, wallMs)
    }
    this.#volumes = volumes
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
