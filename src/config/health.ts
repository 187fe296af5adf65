import { isMap } from 'yaml'
import type { DegradedShare, HealthPolicy, ProbeTarget } from '../model/index.ts'
import { itemOf, readAmount, readChoice, readFields, readList, readOff } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { BOUNDS, DEGRADED_SHARES, HEALTH_KEYS, NO_HEALTH_KEYS, PREFERENCES } from './policy-keys.ts'
import { problem } from './problem.ts'
import type { Span } from './problem.ts'
import { duration, share } from './quantities.ts'
import { readTarget } from './targets.ts'

export interface DraftHealth {
  readonly targets?: DraftTargets | undefined
  readonly suspicionMs?: Written<number> | undefined
  readonly riseMs?: Written<number> | undefined
  readonly prefer?: Written<HealthPolicy['prefer']> | undefined
  readonly lossyRatio?: Written<number> | undefined
  readonly slowMs?: Written<number> | undefined
  readonly degraded?: Written<DegradedShare> | undefined
}

export interface DraftTargets {
  /** In the order of the file; none when nobody shall be asked. */
  readonly list: readonly Written<ProbeTarget>[]
  /** Could every entry be read? Only then the list as a whole says something. */
  readonly isWhole: boolean
  readonly place: Span
}

const OFF_ELSEWHERE: ReadonlyMap<string, 'off'> = new Map(
  ['false', 'no', 'none', 'never', 'disabled', 'ignore'].map((word) => [word, 'off']),
)

const PREFER_ELSEWHERE: ReadonlyMap<string, HealthPolicy['prefer']> = new Map([
  ['fast', 'quick'],
  ['slow', 'stable'],
  ['steady', 'stable'],
])

const DEGRADED_ELSEWHERE: ReadonlyMap<string, DegradedShare> = new Map([
  ['ignore', 'keep'],
  ['full', 'keep'],
  ['quarter', 'less'],
  ['backup', 'none'],
  ['down', 'none'],
  ['off', 'none'],
])

export function readHealth(reading: Reading, item: Item): DraftHealth | undefined {
  if (!isMap(item.node)) {
    const off = readOff(reading, item, OFF_ELSEWHERE)
    return off && { targets: { list: [], isWhole: true, place: off.place } }
  }
  const fields = readFields(reading, item, 'health', HEALTH_KEYS, { needless: NO_HEALTH_KEYS })
  if (fields === undefined) return undefined
  const { targets, suspicion, rise, prefer, lossy, slow, degraded } = fields.items
  return {
    targets: targets && readTargets(reading, targets),
    suspicionMs: suspicion && readAmount(reading, suspicion, (text) => duration(text, BOUNDS.suspicion)),
    riseMs: rise && readAmount(reading, rise, (text) => duration(text, BOUNDS.rise)),
    prefer: prefer && readChoice(reading, prefer, PREFERENCES, PREFER_ELSEWHERE),
    lossyRatio: lossy && readAmount(reading, lossy, (text) => share(text, BOUNDS.lossy)),
    slowMs: slow && readAmount(reading, slow, (text) => duration(text, BOUNDS.slow)),
    degraded: degraded && readChoice(reading, degraded, DEGRADED_SHARES, DEGRADED_ELSEWHERE),
  }
}

function readTargets(reading: Reading, item: Item): DraftTargets | undefined {
  const nodes = readList(reading, item)
  if (nodes === undefined) return undefined
  if (nodes.length === 0) {
    const details = { label: 'expected whom to ask', help: 'to ask nobody, write health: off' }
    reading.problems.push(problem('MH202', item.place, '"targets" names none', details))
  }
  const list = nodes.flatMap((node) => {
    const expects = 'whom to ask, such as icmp/1.1.1.1 or { dns: 8.8.8.8, name: example.org }'
    return readTarget(reading, itemOf(reading, node, 'an entry of "targets"', expects, item.place)) ?? []
  })
  return { list, isWhole: list.length === nodes.length, place: item.place }
}

/** What is written there. */
export function healthOf(health: DraftHealth = {}): Partial<HealthPolicy> {
  const { targets, suspicionMs, riseMs, prefer, lossyRatio, slowMs, degraded } = health
  return {
    ...(targets && { targets: targets.list.map(({ value }) => value) }),
    ...(suspicionMs && { suspicionMs: suspicionMs.value }),
    ...(riseMs && { riseMs: riseMs.value }),
    ...(prefer && { prefer: prefer.value }),
    ...(lossyRatio && { lossyRatio: lossyRatio.value }),
    ...(slowMs && { slowMs: slowMs.value }),
    ...(degraded && { degraded: degraded.value }),
  }
}
