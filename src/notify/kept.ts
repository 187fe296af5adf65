/** What outlives the daemon, as text. Its times are wall times there, the monotonic clock's here. */
import { EMPTY, type Outbox } from './outbox.ts'
import { unwatched, type Watched } from './watched.ts'

export interface Kept {
  readonly watched: Watched
  /** By channel. */
  readonly outboxes: Readonly<Record<string, Outbox>>
}

export const nothingKept = (seed: string): Kept => ({ watched: unwatched(seed), outboxes: {} })

const VERSION = 1

/** @param offsetMs from the monotonic clock to the wall's */
export const keptText = (kept: Kept, offsetMs: number): string =>
  `${JSON.stringify({ version: VERSION, ...shifted(kept, offsetMs) })}\n`

/** @returns `undefined` for what was not written by us */
export function parseKept(text: string, offsetMs: number): Kept | undefined {
  try {
    const found: unknown = JSON.parse(text)
    if (!isKept(found)) return undefined
    return shifted(found, -offsetMs)
  } catch {
    return undefined
  }
}

function isKept(found: unknown): found is Kept {
  if (!isRecord(found) || found['version'] !== VERSION) return false
  const { watched, outboxes } = found
  if (!isRecord(watched) || !isRecord(outboxes)) return false
  const { seed, count, incidents, changes, outages } = watched
  return (
    typeof seed === 'string' &&
    typeof count === 'number' &&
    isRecords(incidents) &&
    isRecord(changes) &&
    isRecords(outages) &&
    Object.values(outboxes).every(
      (box) => isRecord(box) && isRecords(box['waiting']) && isRecords(box['sent']),
    )
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isRecords = (value: unknown): boolean => Array.isArray(value) && value.every(isRecord)

function shifted({ watched, outboxes }: Kept, byMs: number): Kept {
  const at = (ms: number): number => ms + byMs
  return {
    watched: {
      seed: watched.seed,
      count: watched.count,
      incidents: watched.incidents.map(({ sinceMs, endedAtMs, backs, ...rest }) => ({
        ...rest,
        sinceMs: at(sinceMs),
        ...(endedAtMs !== undefined && { endedAtMs: at(endedAtMs) }),
        ...(backs !== undefined && { backs: backs.map(({ line, atMs }) => ({ line, atMs: at(atMs) })) }),
      })),
      changes: Object.fromEntries(
        Object.entries(watched.changes).map(([line, times]) => [line, times.map(at)]),
      ),
      outages: watched.outages.map(({ line, fromMs, toMs }) => ({ line, fromMs: at(fromMs), toMs: at(toMs) })), // prettier-ignore
    },
    outboxes: Object.fromEntries(
      Object.entries(outboxes).map(([channel, { waiting, sent, missed }]) => [
        channel,
        // A restart is worth a try at once.
        {
          ...EMPTY,
          missed,
          waiting: waiting.map((message) => ({ ...message, atMs: at(message.atMs) })),
          sent: sent.map((one) => ({ ...one, atMs: at(one.atMs) })),
        },
      ]),
    ),
  }
}
