import type { ClientUsage } from '../history/index.ts'
import type { Kernel } from '../kernel/index.ts'
import type { ClientBytes } from '../model/index.ts'

/** Who used a line how much is not needed to the second, and whoever asks the kernel lists all of them. */
const LOOK_EVERY_MS = 60_000

/** More of them in one look are told as one: whoever invents addresses must not fill the disk. */
export const MOST_CLIENTS = 500

export interface ClientWatchOptions {
  readonly kernel: Pick<Kernel, 'clientBytes'>
  readonly keep: (usage: readonly ClientUsage[]) => void
  readonly onWarning: (text: string) => void
}

interface Look {
  readonly lines: readonly { readonly name: string; readonly interface: string }[]
  /** `2026-11-22` */
  readonly day: string
  /** By the monotonic clock. */
  readonly nowMs: number
}

/** Turns what the kernel counted of each client into what came of it since the last look. */
export class ClientWatch {
  readonly #options: ClientWatchOptions
  #lookedAtMs = -Infinity
  /** By interface and client; `undefined` until the first look: what was before belongs to an earlier run. */
  #last: ReadonlyMap<string, ClientBytes> | undefined
  #isInTrouble = false

  constructor(options: ClientWatchOptions) {
    this.#options = options
  }

  /** Nobody wishes it any more. */
  forget(): void {
    this.#last = undefined
    this.#lookedAtMs = -Infinity
  }

  /** @param isDue now, and not when it is time again */
  async look({ lines, day, nowMs }: Look, isDue = false): Promise<void> {
    if (!isDue && nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = nowMs
    const read = await this.#options.kernel.clientBytes()
    if (!read.ok && !this.#isInTrouble) this.#options.onWarning(`what clients use is not counted: ${read.error.said}`) // prettier-ignore
    this.#isInTrouble = !read.ok
    if (!read.ok) return
    const last = this.#last
    this.#last = new Map(read.value.map((one) => [keyOf(one), one]))
    if (last === undefined) return
    const grown = read.value.map((one) => since(last.get(keyOf(one)), one)).filter(hasAny)
    const usage = largest(grown).flatMap(({ interface: dev, ...volume }) =>
      lines.filter((line) => line.interface === dev).map(({ name: line }) => ({ line, day, ...volume })),
    )
    if (usage.length > 0) this.#options.keep(usage)
  }
}

const keyOf = ({ interface: dev, client }: ClientBytes): string => `${dev} ${client}`

/** The kernel forgets what is silent for an hour, each way by itself, and counts from nothing then. */
const since = (before: ClientBytes | undefined, now: ClientBytes): ClientBytes => ({
  ...now,
  sentBytes: grownBy(before?.sentBytes, now.sentBytes),
  receivedBytes: grownBy(before?.receivedBytes, now.receivedBytes),
})

const grownBy = (before = 0, now: number): number => (now < before ? now : now - before)

const bytesOf = ({ sentBytes, receivedBytes }: ClientBytes): number => sentBytes + receivedBytes
const hasAny = (one: ClientBytes): boolean => bytesOf(one) > 0

/** Those with the most, and all others of an interface as one. */
function largest(clients: readonly ClientBytes[]): readonly ClientBytes[] {
  if (clients.length <= MOST_CLIENTS) return clients
  const sorted = clients.toSorted((a, b) => bytesOf(b) - bytesOf(a))
  const others = Map.groupBy(sorted.slice(MOST_CLIENTS), (one) => one.interface)
  return [
    ...sorted.slice(0, MOST_CLIENTS),
    ...[...others].map(([dev, some]) => ({
      interface: dev,
      client: '',
      sentBytes: some.reduce((sum, one) => sum + one.sentBytes, 0),
      receivedBytes: some.reduce((sum, one) => sum + one.receivedBytes, 0),
    })),
  ]
}
