import { knownLeg, legId } from './legs.ts'
import { LEVELS_S, rolledUp, together, type LevelS, type Sample } from './sample.ts'
import { EMPTY, decoded, encoded, sketchOf, type Sketch } from './sketch.ts'
import type { Row, Store } from './store.ts'

/** What the daemon saw of a line in one family since it looked last. */
export interface Observation extends Pick<
  Sample,
  'atS' | 'watchedMs' | 'downMs' | 'suspectMs' | 'receivedBytes' | 'sentBytes' | 'chosen' | 'chosenInAll'
> {
  readonly leg: string
  /** Since it looked last. */
  readonly spanMs: number
  /** Absent: not known. */
  readonly delayMs?: number
  readonly jitterMs?: number
  readonly lossRatio?: number
}

function sampleIn(observation: Observation): Sample {
  const { spanMs, delayMs, jitterMs, lossRatio, receivedBytes, sentBytes } = observation
  const bitsPerSecond = (bytes: number): number => (spanMs === 0 ? 0 : (bytes * 8000) / spanMs)
  const sketch = (value: number | undefined): Sketch => (value === undefined ? EMPTY : sketchOf(value))
  return {
    atS: observation.atS,
    watchedMs: observation.watchedMs,
    downMs: observation.downMs,
    suspectMs: observation.suspectMs,
    receivedBytes,
    sentBytes,
    peakDownBitsPerSecond: bitsPerSecond(receivedBytes),
    peakUpBitsPerSecond: bitsPerSecond(sentBytes),
    chosen: observation.chosen,
    chosenInAll: observation.chosenInAll,
    delay: sketch(delayMs),
    jitter: sketch(jitterMs),
    loss: sketch(lossRatio === undefined ? undefined : lossRatio * 100),
  }
}

const DAY_S = 86_400

/** How long each level is kept, and how much of it is left when there is no more room. */
const KEPT_S: Readonly<Record<LevelS, { readonly usually: number; readonly atLeast: number }>> = {
  10: { usually: DAY_S, atLeast: 3600 },
  60: { usually: 35 * DAY_S, atLeast: DAY_S },
  3600: { usually: 3 * 366 * DAY_S, atLeast: 62 * DAY_S },
}

/** Within a job. What is there of a span already is added to, so that a clock that goes back spoils nothing. */
export function writeObservations(store: Store, observations: readonly Observation[]): void {
  for (const [leg, ofLeg] of Map.groupBy(observations, (one) => one.leg)) {
    const id = legId(store, leg)
    for (const level of LEVELS_S) {
      for (const fresh of rolledUp(ofLeg.map(sampleIn), level)) {
        const before = rowsOf(store, { id, level, fromS: fresh.atS, toS: fresh.atS + 1, limit: 1 })
        write(store, id, level, together([fresh, ...before], fresh.atS))
      }
    }
  }
}

function write(store: Store, id: number, level: LevelS, sample: Sample): void {
  store.run(
    `INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    level,
    id,
    sample.atS,
    Math.round(sample.watchedMs),
    Math.round(sample.downMs),
    Math.round(sample.suspectMs),
    sample.receivedBytes,
    sample.sentBytes,
    Math.round(sample.peakDownBitsPerSecond),
    Math.round(sample.peakUpBitsPerSecond),
    sample.chosen,
    sample.chosenInAll,
    encoded(sample.delay),
    encoded(sample.jitter),
    encoded(sample.loss),
  )
}

export interface SampleQuestion {
  readonly leg: string
  readonly level: LevelS
  /** The first included, the last not. */
  readonly fromS: number
  readonly toS: number
  readonly limit: number
}

/** Within a job. In the order of time. */
export function readSamples(store: Store, { leg, ...question }: SampleQuestion): Sample[] {
  return rowsOf(store, { id: knownLeg(store, leg), ...question })
}

/** Within a job. @returns when the oldest began */
export function oldestSample(store: Store, leg: string, level: LevelS): number | undefined {
  const [row] = store.rows(
    'SELECT at FROM sample WHERE level = ? AND leg = ? ORDER BY at LIMIT 1',
    level,
    knownLeg(store, leg),
  )
  return row === undefined ? undefined : Number(row['at'])
}

interface RowQuestion extends Omit<SampleQuestion, 'leg'> {
  readonly id: number
}

const rowsOf = (store: Store, { id, level, fromS, toS, limit }: RowQuestion): Sample[] =>
  store
    .rows(
      'SELECT * FROM sample WHERE level = ? AND leg = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?',
      level,
      id,
      fromS,
      toS,
      limit,
    )
    .map(sampleOf)

const sampleOf = (row: Row): Sample => ({
  atS: Number(row['at']),
  watchedMs: Number(row['watched']),
  downMs: Number(row['down']),
  suspectMs: Number(row['suspect']),
  receivedBytes: Number(row['received']),
  sentBytes: Number(row['sent']),
  peakDownBitsPerSecond: Number(row['peak_down']),
  peakUpBitsPerSecond: Number(row['peak_up']),
  chosen: Number(row['chosen']),
  chosenInAll: Number(row['chosen_in_all']),
  delay: sketchIn(row['delay']),
  jitter: sketchIn(row['jitter']),
  loss: sketchIn(row['loss']),
})

const sketchIn = (value: Row[string] | undefined): Sketch =>
  decoded(value instanceof Uint8Array ? value : new Uint8Array())

/** Within a job. What is older than it need be goes, a little each time. */
export function forgetOldSamples(store: Store, nowS: number, atMost: number): void {
  for (const level of LEVELS_S) forget(store, level, atMost, () => nowS - KEPT_S[level].usually)
}

/** Within a job, when there is no more room: the finest and oldest first. @returns whether there was any */
export const forgetFinest = (store: Store, atMost: number): boolean =>
  LEVELS_S.some((level) => forget(store, level, atMost, (newestS) => newestS - KEPT_S[level].atLeast) > 0)

/** Of every leg its oldest, before a moment. @returns how many */
function forget(store: Store, level: LevelS, atMost: number, before: (newestS: number) => number): number {
  const legs = store.rows('SELECT id FROM leg').map(({ id }) => Number(id))
  const ofEach = Math.ceil(atMost / Math.max(1, legs.length))
  let count = 0
  for (const leg of legs) {
    const [newest] = store.rows(
      'SELECT at FROM sample WHERE level = ? AND leg = ? ORDER BY at DESC LIMIT 1',
      level,
      leg,
    )
    if (newest === undefined) continue
    count += store.run(
      `DELETE FROM sample WHERE level = ?1 AND leg = ?2 AND at IN
         (SELECT at FROM sample WHERE level = ?1 AND leg = ?2 AND at < ?3 ORDER BY at LIMIT ?4)`,
      level,
      leg,
      before(Number(newest['at'])),
      ofEach,
    )
  }
  return count
}
