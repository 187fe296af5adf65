/** Remembered of each connection is one number: of so many that cannot be seen in our memory. */
const MOST_FOLLOWED = 20_000
/** Of less time nothing can be told: two who ask at once get the same. */
const LEAST_MS = 1000
/** Nobody looks any more. */
const FORGET_AFTER_MS = 30_000

/** By client; '' is this box itself, and one of whose connections any is not counted is not there. */
export type BitsPerSecond = ReadonlyMap<string, number>

export interface TrafficWalk {
  /** @param id of connection tracking, @param bytes both ways; absent: nobody counts them */
  readonly add: (client: string, id: number, bytes: number | undefined) => void
  /** All were seen. @returns those of whom it is known; `undefined`: of nobody */
  readonly end: () => BitsPerSecond | undefined
}

interface Look {
  readonly atMs: number
  /** By the connection's number; `undefined` where nobody counted. */
  readonly bytes: ReadonlyMap<number, number | undefined>
  readonly told?: BitsPerSecond
}

/**
 * How much goes through for each client: what its connections have grown by since somebody looked before. Sums alone
 * would not tell, as a connection that ends takes all its bytes with it. Its entry outlives it by longer than one look
 * waits for the next, so that little is missed.
 */
export class ClientTraffic {
  #last: Look | undefined
  #forgetting: NodeJS.Timeout | undefined

  /** Of a walk through all connections of all lines. */
  begin(nowMs: number): TrafficWalk {
    const last = this.#last
    const bytesOf = new Map<number, number | undefined>()
    const grown = new Map<string, number>()
    const uncounted = new Set<string>()
    return {
      add: (client, id, bytes) => {
        if (bytesOf.size > MOST_FOLLOWED) return
        bytesOf.set(id, bytes)
        if (bytes === undefined) {
          uncounted.add(client)
          return
        }
        const before = last?.bytes.has(id) === true ? last.bytes.get(id) : 0
        // Counted again, all of it is there at once, and no growth of this moment.
        const growth = before === undefined ? 0 : Math.max(0, bytes - before)
        grown.set(client, (grown.get(client) ?? 0) + growth)
      },
      end: () => {
        if (bytesOf.size > MOST_FOLLOWED) return this.#remember(undefined)
        const sinceMs = nowMs - (last?.atMs ?? nowMs)
        if (last !== undefined && sinceMs < LEAST_MS) return last.told
        for (const client of uncounted) grown.delete(client)
        const told =
          last && new Map([...grown].map(([client, bytes]) => [client, Math.round((bytes * 8000) / sinceMs)]))
        return this.#remember({ atMs: nowMs, bytes: bytesOf, ...(told && { told }) })
      },
    }
  }

  #remember(last: Look | undefined): BitsPerSecond | undefined {
    this.#last = last
    clearTimeout(this.#forgetting)
    this.#forgetting = setTimeout(() => (this.#last = undefined), FORGET_AFTER_MS).unref()
    return last?.told
  }
}
